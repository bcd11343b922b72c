//! Custom channels and files, as the published documents say.

use hubspot_sim::{
    Attachment, ChannelBehaviour, ClosedThread, DEMO_ACCOUNTS, DEMO_CHANNEL, ObjectKind,
    RepMessage, RepeatAnswer, ThreadStatus,
};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{Answer, Sim, TOKEN, until};

const BASE: &str = "/conversations/custom-channels/2026-09";

fn path(rest: &str) -> String {
    format!("{BASE}/{DEMO_CHANNEL}{rest}")
}

/// A message of Ann's on WhatsApp.
fn message(id: &str, text: &str) -> Value {
    json!({
        "channelAccountId": DEMO_ACCOUNTS[0].1, "messageDirection": "INCOMING",
        "senders": [{"name": "Ann", "deliveryIdentifier":
            {"type": "HS_PHONE_NUMBER", "value": "+4915112345678"}}],
        "recipients": [{"deliveryIdentifier":
            {"type": "CHANNEL_SPECIFIC_OPAQUE_ID", "value": "opencx-whatsapp"}}],
        "text": text, "timestamp": "2026-11-28T10:00:00Z", "attachments": [],
        "integrationThreadId": "session-1", "integrationIdempotencyId": format!("session-1:{id}"),
    })
}

async fn publish(sim: &Sim, body: &Value) -> Answer {
    sim.post(&path("/messages"), body.clone()).await
}

fn thread(answer: &Answer) -> String {
    answer.body["conversationsThreadId"].as_str().unwrap().to_owned()
}

async fn upload(sim: &Sim, form: Form) -> (u16, Value) {
    let url = format!("{}/files/v3/files", sim.portal.url());
    let answer = sim.http.post(url).bearer_auth(TOKEN).multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn form(bytes: Vec<u8>) -> Form {
    let part = Part::bytes(bytes).file_name("x.png").mime_str("image/png").unwrap();
    let options = json!({"access": "PRIVATE", "duplicateValidationStrategy": "RETURN_EXISTING"});
    let form = Form::new().part("file", part).text("fileName", "photo.png");
    form.text("folderPath", "/opencx/s").text("options", options.to_string())
}

#[tokio::test]
async fn messages_of_a_session_share_a_thread_of_the_account_s_inbox() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("firstname", "Ann")]).unwrap();
    let mut first = message("1", "Hello");
    first["associateWithContactId"] = json!(contact.parse::<u64>().unwrap());
    let answer = publish(&sim, &first).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    assert_eq!(answer.body["client"]["clientType"], "INTEGRATION");
    let mut second = message("2", "**Hi**");
    second["messageDirection"] = json!("OUTGOING");
    assert_eq!(thread(&publish(&sim, &second).await), thread(&answer));
    let shown = sim.portal.thread(&thread(&answer)).unwrap();
    assert_eq!(shown.associated_contact_id, contact);
    assert_eq!(shown.original_channel_id, DEMO_CHANNEL);
    let said: Vec<_> =
        sim.portal.messages(&shown.id).iter().map(|one| one.text().to_owned()).collect();
    assert_eq!(said, ["Hello", "**Hi**"]);
    let threads = format!(
        "/conversations/v3/conversations/threads?associatedContactId={contact}&threadStatus=OPEN"
    );
    assert_eq!(sim.get(&threads).await.body["results"][0]["id"], shown.id.as_str());
}

#[tokio::test]
async fn a_message_lacks_nothing_that_the_specification_requires() {
    let sim = Sim::start().await;
    let required =
        ["channelAccountId", "messageDirection", "senders", "recipients", "text", "timestamp"];
    for field in required.into_iter().chain(["attachments"]) {
        let mut body = message("1", "Hello");
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(publish(&sim, &body).await.status, 400, "without {field}");
    }
    let odd = [
        ("/channelAccountId", json!("7")),
        ("/messageDirection", json!("SIDEWAYS")),
        ("/senders", json!([])),
        ("/senders/0/deliveryIdentifier/value", json!("0151 12345678")),
        ("/timestamp", json!("yesterday")),
        ("/attachments", json!([{"type": "FILE", "fileId": "7"}])),
        ("/text", json!("")),
    ];
    for (field, value) in odd {
        let mut body = message("1", "Hello");
        *body.pointer_mut(field).unwrap() = value;
        assert_eq!(publish(&sim, &body).await.status, 400, "{field}");
    }
    let mut body = message("1", "Hello");
    body["associateWithContactId"] = json!(7);
    assert_eq!(publish(&sim, &body).await.status, 404);
    assert_eq!(sim.portal.threads().len(), 0);
}

#[tokio::test]
async fn a_repeat_is_answered_as_the_switch_says_and_shows_nothing_twice() {
    for (repeat, status) in [(RepeatAnswer::Message, 200), (RepeatAnswer::Conflict, 409)] {
        let sim = Sim::start().await;
        sim.portal
            .set_channel_behaviour(ChannelBehaviour { repeat, ..ChannelBehaviour::default() });
        let first = publish(&sim, &message("1", "Hello")).await;
        let second = publish(&sim, &message("1", "Hello")).await;
        assert_eq!(second.status, status);
        assert_eq!(sim.portal.messages(&thread(&first)).len(), 1);
    }
}

#[tokio::test]
async fn the_next_message_of_a_closed_thread_goes_where_the_switch_says() {
    for (closed_thread, same) in [(ClosedThread::Reopens, true), (ClosedThread::NewThread, false)] {
        let sim = Sim::start().await;
        let behaviour = ChannelBehaviour { closed_thread, ..ChannelBehaviour::default() };
        sim.portal.set_channel_behaviour(behaviour);
        let first = thread(&publish(&sim, &message("1", "Hello")).await);
        let closed = format!("/conversations/v3/conversations/threads/{first}");
        let answer = sim.call("PATCH", &closed, json!({"status": "CLOSED"})).await;
        assert_eq!(answer.body["status"], "CLOSED");
        let second = thread(&publish(&sim, &message("2", "Again")).await);
        assert_eq!(second == first, same);
        assert_eq!(sim.portal.thread(&second).unwrap().status, ThreadStatus::Open);
    }
}

#[tokio::test]
async fn a_closed_thread_that_refuses_messages_refuses_no_other_one() {
    let sim = Sim::start().await;
    let closed_thread = ClosedThread::Refused;
    sim.portal
        .set_channel_behaviour(ChannelBehaviour { closed_thread, ..ChannelBehaviour::default() });
    let first = thread(&publish(&sim, &message("1", "Hello")).await);
    sim.portal.set_thread_status(&first, ThreadStatus::Closed).unwrap();
    assert_eq!(publish(&sim, &message("2", "Again")).await.status, 400);
    assert!(sim.portal.messages(&first).iter().all(|one| one.text() != "Again"));
    let mut elsewhere = message("2", "Again");
    elsewhere["integrationThreadId"] = json!("session-1#2");
    let other = publish(&sim, &elsewhere).await;
    assert_eq!(other.status, 201, "the refusal used up no idempotency id");
    assert_ne!(thread(&other), first);
}

#[tokio::test]
async fn a_reply_goes_to_the_channel_and_its_delivery_is_reported() {
    for webhook_first in [true, false] {
        let sim = Sim::start().await;
        let behaviour = ChannelBehaviour { webhook_first, ..ChannelBehaviour::default() };
        sim.portal.set_channel_behaviour(behaviour);
        let (general, of_channel) = ("http://127.0.0.1:9/hubspot", "http://127.0.0.1:9/channel");
        let thread = thread(&publish(&sim, &message("1", "Hello")).await);
        sim.portal.set_webhook_url(Some(general.to_owned()));
        sim.portal.set_channel_webhook_url(DEMO_CHANNEL, Some(of_channel.to_owned())).unwrap();
        sim.portal.rep_comments(&thread, 222, "Only for us").unwrap();
        let file = Attachment {
            name: "map.png".to_owned(),
            base64: Some("iVBORw0KGgo=".to_owned()),
            mime_type: "image/png".to_owned(),
            ..Attachment::default()
        };
        let reply = sim.portal.rep_writes(RepMessage {
            thread: thread.clone(),
            user_id: 222,
            text: "Here".to_owned(),
            attachments: vec![file],
            ..RepMessage::default()
        });
        let reply = reply.unwrap().message;
        let about_reply = |url: &str| {
            let all = sim.portal.deliveries();
            all.iter().position(|one| one.url == url && one.body.to_string().contains(&reply))
        };
        until(|| about_reply(general).is_some() && about_reply(of_channel).is_some()).await;
        assert_eq!(about_reply(of_channel) < about_reply(general), webhook_first);
        let deliveries = sim.portal.deliveries();
        let event = &deliveries[about_reply(of_channel).unwrap()].body;
        assert_eq!(event["type"], "OUTGOING_CHANNEL_MESSAGE_CREATED");
        assert_eq!(event["channelIntegrationThreadIds"], json!(["session-1"]));
        assert_eq!(event["message"]["senders"], json!([{"actorId": "A-222"}]));
        let to_channel = deliveries.iter().filter(|one| one.url == of_channel);
        assert!(!to_channel.into_iter().any(|one| one.body.to_string().contains("Only for us")));

        let message = path(&format!("/messages/{reply}"));
        let failed = json!({"statusType": "FAILED", "errorMessage": "no such number"});
        assert_eq!(sim.call("PATCH", &message, failed).await.status, 200);
        assert_eq!(sim.get(&message).await.body["status"]["statusType"], "FAILED");
        let file = event["message"]["attachments"][0]["fileId"].as_str().unwrap();
        let signed = sim.get(&format!("/files/v3/files/{file}/signed-url")).await;
        let bytes = sim.http.get(signed.body["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(&bytes.bytes().await.unwrap()[..4], b"\x89PNG");
    }
}

#[tokio::test]
async fn a_file_is_uploaded_once_and_attached() {
    let sim = Sim::start().await;
    let (status, file) = upload(&sim, form(b"\x89PNG\r\n\x1a\n....".to_vec())).await;
    assert_eq!((status, &file["type"], &file["name"]), (201, &json!("IMG"), &json!("photo")));
    assert_eq!(upload(&sim, form(b"\x89PNG\r\n\x1a\n....".to_vec())).await.1["id"], file["id"]);
    assert_ne!(upload(&sim, form(b"other".to_vec())).await.1["id"], file["id"]);
    let mut body = message("1", "");
    body["attachments"] = json!([{"type": "FILE", "fileId": file["id"]}]);
    let shown = publish(&sim, &body).await;
    assert_eq!(shown.body["attachments"][0]["name"], "photo.png");
    let large = vec![7; 20 * 1024 * 1024];
    assert_eq!(upload(&sim, form(large)).await.0, 201, "20 MB pass");
    let plain = sim.http.get(file["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(plain.status(), 401, "the plain address needs a login");
    let without_folder = Form::new().part("file", Part::bytes(b"x".to_vec()));
    assert_eq!(upload(&sim, without_folder).await.0, 400);
}

#[tokio::test]
async fn channels_are_the_app_s_and_accounts_the_portal_s() {
    let sim = Sim::start().await;
    let key = "hapikey=demo-developer-key&appId=2345678";
    let new = json!({"name": "Another", "capabilities": {}, "webhookUrl": "https://x.org"});
    assert_eq!(sim.post(BASE, new.clone()).await.status, 401, "a token is refused");
    let made = sim.post(&format!("{BASE}?{key}"), new).await;
    assert_eq!(made.status, 201);
    let all = sim.get(&format!("{BASE}?{key}")).await;
    assert_eq!(all.body["total"], 2);
    let accounts = format!("{BASE}/{}/channel-accounts", made.id());
    let new = json!({"inboxId": "76310022", "name": "Chat", "authorized": true});
    let account = sim.post(&accounts, new).await;
    assert_eq!((account.status, &account.body["active"]), (201, &json!(true)));
    let read = sim.get(&format!("{accounts}/{}", account.id())).await;
    assert_eq!((read.status, &read.body["inboxId"]), (200, &json!("76310022")));
    assert_eq!(sim.get(&path(&format!("/channel-accounts/{}", account.id()))).await.status, 404);
    let elsewhere = json!({"inboxId": "7", "name": "Chat", "authorized": true});
    assert_eq!(sim.post(&accounts, elsewhere).await.status, 400);

    let mut help_desk = message("1", "Hello");
    help_desk["channelAccountId"] = json!(account.id());
    let messages = format!("{BASE}/{}/messages", made.id());
    let published = sim.post(&messages, help_desk.clone()).await;
    let shown = sim.portal.thread(&thread(&published)).unwrap();
    assert_eq!(shown.inbox_id, "76310022");
    assert_eq!(sim.portal.records(ObjectKind::Ticket).len(), 1, "a Help Desk ties a ticket to it");
    sim.portal.authorize_account(&account.id(), false).unwrap();
    help_desk["integrationIdempotencyId"] = json!("another");
    assert_eq!(sim.post(&messages, help_desk).await.status, 400);
}
