//! Search: what it finds, and when.

use std::time::Duration;

use hubspot_sim::PortalOptions;
use serde_json::{Value, json};

use crate::support::{Sim, options};

const PATH: &str = "/crm/v3/objects/contacts/search";

fn filter(name: &str, operator: &str, value: &str) -> Value {
    json!({"filterGroups": [{"filters": [
        {"propertyName": name, "operator": operator, "value": value}]}]})
}

async fn seeded() -> Sim {
    let sim = Sim::start().await;
    for (email, city) in [("a@b.org", "Bonn"), ("c@d.org", "Oslo"), ("e@b.org", "Bonn")] {
        sim.portal.seed_contact(&[("email", email), ("city", city), ("phone", "+49 170")]).unwrap();
    }
    sim
}

#[tokio::test]
async fn filters_select() {
    for (name, operator, value, total) in [
        ("email", "EQ", "A@B.org", 1),
        ("city", "NEQ", "Bonn", 1),
        ("city", "CONTAINS_TOKEN", "bo*", 2),
        ("phone", "CONTAINS_TOKEN", "170", 3),
        ("jobtitle", "HAS_PROPERTY", "", 0),
        ("jobtitle", "NOT_HAS_PROPERTY", "", 3),
        ("hs_object_id", "GT", "501", 2),
    ] {
        // A portal each: five searches a second is all that one takes.
        let sim = seeded().await;
        let answer = sim.post(PATH, filter(name, operator, value)).await;
        assert_eq!(answer.body["total"], total, "{name} {operator} {value}");
    }
    let unknown = seeded().await.post(PATH, filter("nonsense", "EQ", "1")).await;
    assert_eq!(unknown.status, 400);
}

#[tokio::test]
async fn results_are_sorted_and_paged() {
    let sim = seeded().await;
    let sorts = json!([{"propertyName": "email", "direction": "DESCENDING"}]);
    let mut body = json!({"sorts": sorts, "limit": 2, "properties": ["city"]});
    let first = sim.post(PATH, body.clone()).await.body;
    assert_eq!(first["results"][1]["properties"]["city"], "Oslo");
    assert!(first["results"][0]["properties"].get("email").is_none());
    body["after"] = first["paging"]["next"]["after"].clone();
    let rest = sim.post(PATH, body).await.body;
    assert_eq!((&rest["total"], rest["results"].as_array().unwrap().len()), (&json!(3), 1));
    assert_eq!(sim.post(PATH, json!({"limit": 201})).await.status, 400);
}

#[tokio::test]
async fn a_write_is_found_only_after_the_lag() {
    let sim = Sim::with(PortalOptions { search_lag: Duration::from_mins(10), ..options() }).await;
    sim.portal.seed_contact(&[("email", "a@b.org")]).unwrap();
    let answer = sim.post(PATH, filter("email", "EQ", "a@b.org")).await;
    assert_eq!((answer.status, &answer.body["total"]), (200, &json!(0)));
    let read = sim.get("/crm/v3/objects/contacts/a@b.org?idProperty=email").await;
    assert_eq!(read.status, 200, "reads do not lag");
}

#[tokio::test]
async fn searches_are_not_counted_with_other_calls_and_have_no_rate_headers() {
    let sim = Sim::with(PortalOptions { rate_limit: 1, ..options() }).await;
    for _ in 0..3 {
        let answer = sim.send(reqwest::Method::POST, PATH, Some(json!({}))).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.headers().get("x-hubspot-ratelimit-max").is_none());
    }
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
}
