//! Threads and messages as the API shows them.

use hubspot_sim::{Channel, CustomerMessage, ThreadStatus};
use serde_json::{Value, json};

use crate::support::Sim;

const THREADS: &str = "/conversations/v3/conversations/threads";

fn chat(text: &str) -> CustomerMessage {
    CustomerMessage {
        channel: Channel::LiveChat,
        text: text.to_owned(),
        ..CustomerMessage::default()
    }
}

#[tokio::test]
async fn a_mail_opens_a_thread_and_makes_a_contact() {
    let sim = Sim::start().await;
    let mail = sim.mail("It broke");
    let thread = sim.get(&format!("{THREADS}/{}", mail.thread)).await.body;
    assert_eq!(thread["status"], "OPEN");
    assert_eq!(thread["originalChannelId"], "1002");
    assert!(thread.get("assignedTo").is_none());
    let contact = &sim.portal.contacts()[0];
    assert_eq!(thread["associatedContactId"], json!(contact.id));
    assert_eq!((contact.get("firstname"), contact.get("lastname")), ("Ada", "Lovelace"));

    let path = format!("{THREADS}/{}/messages/{}", mail.thread, mail.message);
    let message = sim.get(&path).await.body;
    assert_eq!((&message["type"], &message["direction"]), (&json!("MESSAGE"), &json!("INCOMING")));
    assert_eq!(message["text"], "It broke");
    assert_eq!(message["subject"], "Help");
    assert_eq!(message["client"], json!({"clientType": "HUBSPOT"}));
    assert_eq!(message["senders"][0]["actorId"], json!(format!("V-{}", contact.id)));
    let from = json!({"type": "HS_EMAIL_ADDRESS", "value": "ada@example.com"});
    assert_eq!(message["senders"][0]["deliveryIdentifier"], from);
    assert_eq!(message["recipients"][0]["deliveryIdentifier"]["value"], "support@acme.com");
    assert_eq!(message["conversationsThreadId"], json!(mail.thread));
    let again = sim.mail("Me again");
    assert_ne!(again.thread, mail.thread);
    assert_eq!(sim.portal.contacts().len(), 1, "the address is known by now");
}

#[tokio::test]
async fn a_chat_visitor_without_an_address_is_no_contact() {
    let sim = Sim::start().await;
    let chat = sim.portal.customer_writes(chat("Hello")).unwrap();
    let thread = sim.portal.thread(&chat.thread).unwrap();
    assert!(sim.portal.contacts().is_empty());
    let contact = format!("/crm/v3/objects/contacts/{}", thread.associated_contact_id);
    assert_eq!(sim.get(&contact).await.status, 404);
}

#[tokio::test]
async fn messages_come_newest_first_in_pages_with_what_happened_to_the_thread() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    sim.portal.rep_replies(&mail.thread, 222, "two", None).unwrap();
    sim.portal.rep_comments(&mail.thread, 222, "<three>").unwrap();
    sim.portal.assign(&mail.thread, Some(222)).unwrap();
    let path = format!("{THREADS}/{}/messages", mail.thread);
    let first = sim.get(&format!("{path}?limit=2")).await.body;
    let kinds: Vec<&Value> =
        first["results"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["ASSIGNMENT", "COMMENT"]);
    assert_eq!(first["results"][0]["assignedTo"], "A-222");
    let comment = &first["results"][1];
    assert_eq!(comment["richText"], "<p>&lt;three&gt;</p>");
    for absent in ["direction", "channelId", "status"] {
        assert!(comment.get(absent).is_none(), "a comment has no {absent}");
    }
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let rest = sim.get(&format!("{path}?limit=2&after={after}")).await.body;
    assert_eq!(rest["results"][0]["senders"][0]["name"], "Riley Stone");
    assert_eq!(rest["results"][1]["text"], "one");
    assert!(rest.get("paging").is_none());
    let oldest = sim.get(&format!("{path}?sort=createdAt&limit=1")).await.body;
    assert_eq!(oldest["results"][0]["text"], "one");
}

#[tokio::test]
async fn threads_are_found_by_contact_with_a_status_and_by_ticket() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    sim.portal.customer_writes(chat("other")).unwrap();
    let contact = sim.portal.contacts()[0].id.clone();
    let by = format!("{THREADS}?associatedContactId={contact}");
    assert_eq!(sim.get(&by).await.status, 400, "threadStatus is required with it");
    let found = sim.get(&format!("{by}&threadStatus=OPEN")).await.body;
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    assert_eq!(found["results"][0]["id"], json!(mail.thread));
    let closed = sim.get(&format!("{by}&threadStatus=CLOSED")).await.body;
    assert_eq!(closed["results"], json!([]));

    let ticket = sim.portal.seed_ticket(&[("subject", "A"), ("hs_pipeline_stage", "1")]).unwrap();
    sim.portal.link_thread(&mail.thread, &ticket).unwrap();
    let found = sim.get(&format!("{THREADS}?associatedTicketId={ticket}")).await.body;
    assert_eq!(found["results"][0]["id"], json!(mail.thread));
    let plain = format!("{THREADS}/{}", mail.thread);
    assert!(sim.get(&plain).await.body.get("threadAssociations").is_none());
    let asked = sim.get(&format!("{plain}?association=TICKET")).await.body;
    assert_eq!(asked["threadAssociations"]["associatedTicketId"], json!(ticket));
}

#[tokio::test]
async fn a_thread_takes_a_status_and_leaves_the_archive_only_when_asked_there() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    let path = format!("{THREADS}/{}", mail.thread);
    let closed = sim.patch(&path, json!({"status": "CLOSED"})).await;
    assert_eq!((closed.status, &closed.body["status"]), (200, &json!("CLOSED")));
    assert!(closed.body["closedAt"].is_string());
    assert_eq!(sim.patch(&path, json!({"assignedTo": "A-222"})).await.status, 400);
    assert_eq!(sim.delete(&path).await.status, 204);
    assert_eq!(sim.get(&path).await.status, 404);
    assert_eq!(sim.patch(&path, json!({"archived": false})).await.status, 404);
    let restored = format!("{path}?archived=true");
    assert_eq!(sim.patch(&restored, json!({"archived": false})).await.status, 200);
    let message = CustomerMessage { thread: Some(mail.thread.clone()), ..chat("again") };
    sim.portal.customer_writes(message).unwrap();
    let thread = sim.portal.thread(&mail.thread).unwrap();
    assert_eq!(thread.status, ThreadStatus::Open, "a new message opens it again");
}
