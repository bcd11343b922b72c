//! Owners, pipelines and the account.

use serde_json::{Value, json};

use crate::support::{Sim, TOKEN};

#[tokio::test]
async fn an_owner_is_not_known_by_the_user_id_unless_asked_so() {
    let sim = Sim::start().await;
    assert_eq!(sim.get("/crm/v3/owners/222").await.status, 404);
    let owner = sim.get("/crm/v3/owners/222?idProperty=userId").await.body;
    assert_eq!((&owner["id"], &owner["userId"]), (&json!("70222"), &json!(222)));
    assert_eq!(sim.get("/crm/v3/owners/70222").await.body["email"], "riley@acme.com");
    let found = sim.get("/crm/v3/owners/?email=greta@acme.com").await.body;
    assert_eq!(found["results"][0]["id"], "70333");
}

#[tokio::test]
async fn who_has_left_is_an_owner_only_in_the_archive() {
    let sim = Sim::start().await;
    assert_eq!(sim.get("/crm/v3/owners/444?idProperty=userId").await.status, 404);
    let gone = sim.get("/crm/v3/owners/70444?archived=true").await.body;
    assert_eq!((&gone["userId"], &gone["userIdIncludingInactive"]), (&json!(null), &json!(444)));
    let page = sim.get("/crm/v3/owners?limit=2").await.body;
    assert_eq!(page["paging"]["next"]["after"], "70222");
    let rest = sim.get("/crm/v3/owners?limit=2&after=70222").await.body;
    assert_eq!(rest["results"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn stages_tell_whether_they_are_closed() {
    let sim = Sim::start().await;
    let all = sim.get("/crm/v3/pipelines/tickets").await.body;
    let stages = all["results"][0]["stages"].as_array().unwrap();
    let shown: Vec<&Value> = stages.iter().map(|stage| &stage["metadata"]["ticketState"]).collect();
    assert_eq!(shown, ["OPEN", "OPEN", "OPEN", "CLOSED"]);
    let deals = sim.get("/crm/v3/pipelines/deals/default").await.body;
    let won = deals["stages"].as_array().unwrap().iter().find(|one| one["id"] == "closedwon");
    assert_eq!(won.unwrap()["metadata"], json!({"isClosed": "true", "probability": "1.0"}));
    assert_eq!(sim.get("/crm/v3/pipelines/tickets/7").await.status, 404);
}

#[tokio::test]
async fn the_account_and_the_token_tell_who_they_are() {
    let sim = Sim::start().await;
    let details = sim.get("/account-info/v3/details").await.body;
    assert_eq!(details["portalId"], 12_345_678);
    let path = "/oauth/v2/private-apps/get/access-token-info";
    let token = sim.post(path, json!({"tokenKey": TOKEN})).await.body;
    assert_eq!((&token["hubId"], &token["appId"]), (&json!(12_345_678), &json!(2_345_678)));
}
