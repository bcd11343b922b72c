//! Tokens, scopes, rate limits and the log of calls.

use hubspot_sim::{PortalOptions, Token};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Sim, TOKEN, options};

#[tokio::test]
async fn without_a_known_token_nothing_is_told() {
    let sim = Sim::start().await;
    for token in [None, Some("nonsense")] {
        let request = sim.http.get(format!("{}/crm/v3/objects/contacts", sim.portal.url()));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["category"], "INVALID_AUTHENTICATION");
    }
}

#[tokio::test]
async fn a_token_may_do_what_its_scopes_say() {
    let scopes = ["crm.objects.contacts.read", "conversations.read"].map(str::to_owned).to_vec();
    let tokens = vec![Token { token: TOKEN.to_owned(), scopes, app_id: None }];
    let sim = Sim::with(PortalOptions { tokens, ..options() }).await;
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
    assert_eq!(sim.get("/conversations/v3/conversations/threads").await.status, 200);
    let write = sim.create("contacts", json!({"email": "a@b.org"})).await;
    assert_eq!((write.status, &write.body["category"]), (403, &json!("MISSING_SCOPES")));
    let required = &write.body["errors"][0]["context"]["requiredGranularScopes"];
    assert_eq!(required, &json!(["crm.objects.contacts.write"]));
    let path = "/conversations/v3/conversations/threads/1/messages";
    assert_eq!(sim.post(path, json!({})).await.status, 403);
    assert_eq!(sim.get("/crm/v3/objects/tickets").await.status, 403);
    assert_eq!(sim.get("/crm/v4/objects/contacts/1/associations/deals").await.status, 403);
    assert!(sim.portal.contacts().is_empty());
}

#[tokio::test]
async fn every_answer_tells_what_is_left_and_what_is_too_much_is_refused() {
    let sim = Sim::with(PortalOptions { rate_limit: 2, ..options() }).await;
    let first = sim.send(Method::GET, "/crm/v3/objects/contacts", None).await;
    let header = |name: &str| first.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-hubspot-ratelimit-max"), "2");
    assert_eq!(header("x-hubspot-ratelimit-remaining"), "1");
    assert_eq!(header("x-hubspot-ratelimit-interval-milliseconds"), "10000");
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
    let refused = sim.send(Method::GET, "/crm/v3/objects/contacts", None).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["x-hubspot-ratelimit-remaining"], "0");
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["policyName"], "TEN_SECONDLY_ROLLING");
    assert_eq!(body["errorType"], "RATE_LIMIT");
    let statuses: Vec<_> = sim.portal.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(200), Some(200), Some(429)]);
}

#[tokio::test]
async fn apps_are_limited_apart() {
    let mut settings = options();
    settings.rate_limit = 1;
    let other = Token { token: "other".to_owned(), app_id: Some(9), ..settings.tokens[0].clone() };
    settings.tokens.push(other);
    let sim = Sim::with(settings).await;
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 200);
    assert_eq!(sim.get("/crm/v3/objects/contacts").await.status, 429);
    let url = format!("{}/crm/v3/objects/contacts", sim.portal.url());
    let answer = sim.http.get(url).bearer_auth("other").send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn calls_are_logged_with_what_they_asked() {
    let sim = Sim::start().await;
    sim.get("/crm/v3/objects/contacts/1?properties=email").await;
    assert_eq!(sim.get("/nonsense").await.message(), "resource not found");
    assert_eq!(sim.delete("/account-info/v3/details").await.status, 405);
    let calls = sim.portal.calls();
    let first = &calls[0];
    assert_eq!((first.method.as_str(), first.status), ("GET", Some(404)));
    assert_eq!(first.path, "/crm/v3/objects/contacts/1");
    assert_eq!(first.query, "properties=email");
    assert_eq!(first.authorized_as.as_deref(), Some(TOKEN));
    assert_eq!((calls.len(), calls[1].status, calls[2].status), (3, Some(404), Some(405)));
    sim.portal.reset_calls();
    assert!(sim.portal.calls().is_empty());
}
