//! Assignment of threads, and who the actors and the inbox are.

use hubspot_sim::{AssigneeApi, PortalOptions};
use serde_json::{Value, json};

use crate::support::{Sim, options};

const THREADS: &str = "/conversations/v3/conversations/threads";

#[tokio::test]
async fn a_thread_is_assigned_to_users_only() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let path = format!("/conversations/conversations/2026-09/threads/{}/assignee", mail.thread);
    for actor in ["A-999", "A-444", "I-2345678", "222", "riley@acme.com"] {
        let answer = sim.put(&path, json!({"actorId": actor})).await;
        assert_eq!(answer.status, 400, "{actor}");
    }
    let assigned = sim.put(&path, json!({"actorId": "A-222"})).await;
    assert_eq!((assigned.status, &assigned.body["assignedTo"]), (200, &json!("A-222")));
    assert_eq!(sim.delete(&path).await.status, 204);
    assert!(sim.portal.thread(&mail.thread).unwrap().assigned_to.is_none());
}

#[tokio::test]
async fn portals_differ_in_how_they_take_an_assignment() {
    for (assignee, put, post) in [
        (AssigneeApi::Current, 200, 200),
        (AssigneeApi::Older, 404, 200),
        (AssigneeApi::Forbidden, 403, 403),
        (AssigneeApi::Missing, 404, 404),
    ] {
        let sim = Sim::with(PortalOptions { assignee, ..options() }).await;
        let mail = sim.mail("one");
        let new = format!("/conversations/conversations/v3/threads/{}/assignee", mail.thread);
        let old = format!("{THREADS}/{}/assignee", mail.thread);
        assert_eq!(sim.put(&new, json!({"actorId": "A-222"})).await.status, put, "{assignee:?}");
        let by_email = json!({"actorId": "greta@acme.com"});
        assert_eq!(sim.post(&old, by_email).await.status, post, "{assignee:?}");
    }
}

#[tokio::test]
async fn actors_are_told_by_their_prefix() {
    let sim = Sim::start().await;
    sim.mail("one");
    let contact = format!("V-{}", sim.portal.contacts()[0].id);
    let inputs = json!({"inputs": ["A-222", contact, "I-1", "S-hubspot", "A-999"]});
    let answer = sim.post("/conversations/v3/conversations/actors/batch/read", inputs).await;
    assert_eq!(answer.status, 207, "A-999 is nobody");
    let kinds: Vec<&Value> =
        answer.body["results"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["AGENT", "VISITOR", "INTEGRATOR", "SYSTEM"]);
    let one = sim.get("/conversations/v3/conversations/actors/A-222").await.body;
    assert_eq!((&one["name"], &one["email"]), (&json!("Riley Stone"), &json!("riley@acme.com")));
    assert_eq!(sim.get("/conversations/v3/conversations/actors/A-999").await.status, 404);
}

#[tokio::test]
async fn the_inbox_shows_its_channels_and_accounts() {
    let sim = Sim::start().await;
    let base = "/conversations/v3/conversations";
    assert_eq!(sim.get(&format!("{base}/channels/1002")).await.body["name"], "EMAIL");
    let accounts = sim.get(&format!("{base}/channel-accounts?channelId=1002")).await.body;
    assert_eq!(accounts["total"], 1);
    assert_eq!(accounts["results"][0]["deliveryIdentifier"]["value"], "support@acme.com");
    let inbox = accounts["results"][0]["inboxId"].as_str().unwrap();
    assert_eq!(sim.get(&format!("{base}/inboxes/{inbox}")).await.body["type"], "INBOX");
}
