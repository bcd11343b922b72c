//! Requests that the API refuses, each with a message that names the fault, and without effect.

use serde_json::{Value, json};

use crate::support::Lab;

#[tokio::test]
async fn sessions_are_refused_by_the_field_that_is_wrong() {
    let lab = Lab::start().await;
    let web = json!({ "type": "web" });
    let ada = json!({ "email": "ada@acme.com" });
    let cases = [
        (json!({ "contact": ada }), "channel"),
        (json!({ "channel": {}, "contact": ada }), "type"),
        (json!({ "channel": { "type": "fax" }, "contact": ada }), "fax"),
        (json!({ "channel": web }), "contact"),
        (json!({ "channel": web, "contact": {} }), "contact"),
        (json!({ "channel": web, "contact": { "email": "ada" } }), "email"),
        (
            json!({ "channel": web, "contact": { "email": "a@b.c", "custom_data": { "n": 1 } } }),
            "n",
        ),
        (json!({ "channel": web, "contact": ada, "custom_data": { "a": { "b": 1 } } }), "a"),
        (json!({ "channel": web, "contact": ada, "custom_data": { "list": [1] } }), "list"),
        (json!({ "channel": web, "contact": { "email": null } }), "email"),
        (json!({ "channel": web, "contact": ada, "colour": "red" }), "colour"),
        (json!({ "channel": ["web"], "contact": ada }), "channel"),
        (json!([]), "body"),
    ];
    for (body, named) in cases {
        refused(lab.post("/chat/sessions", body.clone()).await, named, &body);
    }
    let unknown = json!({ "channel": web, "contact_id": "nobody" });
    assert_eq!(lab.post("/chat/sessions", unknown).await.0, 404);
    assert!(lab.sim.sessions().is_empty() && lab.sim.contacts().is_empty());
}

#[tokio::test]
async fn messages_are_refused_by_the_field_that_is_wrong() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let hello = json!({ "type": "text", "text": "hello" });
    let file = |file: Value| {
        json!({ "sender": "agent",
            "message": { "type": "text", "text": "x", "attachments": [file] } })
    };
    let cases = [
        (json!({ "message": hello }), "sender"),
        (json!({ "sender": "ai", "message": hello }), "ai"),
        (json!({ "sender": "contact" }), "message"),
        (json!({ "sender": "contact", "message": { "type": "html", "text": "x" } }), "html"),
        (json!({ "sender": "contact", "message": { "type": "text", "text": " " } }), "text"),
        (json!({ "sender": "contact", "message": hello, "custom_data": { "a": {} } }), "a"),
        (json!({ "sender": "agent", "message": hello, "agent": { "email": "x" } }), "email"),
        (json!({ "sender": "contact", "message": hello, "contact": { "phone": "1" } }), "phone"),
        (file(json!({ "name": "a", "url": "https://a.b" })), "mime_type"),
        (file(json!(["a", "https://a.b", "application/pdf"])), "attachment"),
        (file(json!({ "name": "a", "url": "a.pdf", "mime_type": "application/pdf" })), "a.pdf"),
    ];
    for (body, named) in cases {
        refused(lab.post(&format!("{path}/send"), body.clone()).await, named, &body);
    }
    assert!(lab.view(&path).history.is_empty() && lab.sim.events().is_empty());
}

#[tokio::test]
async fn changes_are_refused_by_the_field_that_is_wrong() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let contact = format!("/contacts/{}", lab.sim.contacts()[0].id.as_deref().unwrap());
    let cases = [
        (&path, json!({ "status": "closed" }), "closed"),
        (&path, json!({ "assignee_id": "1" }), "assignee_id"),
        (&path, json!({ "custom_data": { "a": { "b": 1 } } }), "a"),
        (&path, json!({ "custom_data": { "a": null } }), "a"),
        (&contact, json!({ "name": "Ada" }), "name"),
        (&contact, json!({ "contact": { "phone_number": "1" } }), "phone_number"),
        (&contact, json!({ "contact": { "custom_data": { "vip": true } } }), "vip"),
        (&contact, json!({ "contact": { "email": "@" } }), "email"),
    ];
    let before = lab.get(&path).await;
    for (path, body, named) in cases {
        refused(lab.patch(path, body.clone()).await, named, &body);
    }
    assert_eq!(lab.get(&path).await, before);
}

#[tokio::test]
async fn broken_json_and_unknown_cursors_are_refused() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    let request = lab.request(reqwest::Method::POST, "/chat/sessions").body("{");
    refused(crate::support::answer(request).await, "JSON", &json!("{"));
    let answer = lab.get(&format!("{path}/history?cursor=7")).await;
    refused(answer, "cursor", &json!("?cursor=7"));
}

fn refused((status, answer): (u16, Value), named: &str, sent: &Value) {
    assert_eq!((status, &answer["error"]), (400, &json!("Bad Request")), "{sent}: {answer}");
    assert!(answer["message"].as_str().unwrap().contains(named), "{sent}: {answer}");
}
