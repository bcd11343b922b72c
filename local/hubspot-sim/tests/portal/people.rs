//! What people and programs other than apps do in a thread.

use hubspot_sim::{
    Attachment, Channel, ClientType, CustomerMessage, Direction, MessageKind, ObjectKind, Property,
};
use serde_json::json;

use crate::support::Sim;

#[tokio::test]
async fn a_rep_answers_in_the_name_of_the_inbox() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    sim.portal.rep_replies(&mail.thread, 222, "two", Some("<b>two</b>")).unwrap();
    let reply = &sim.portal.messages(&mail.thread)[1];
    assert_eq!((reply.sender(), reply.rich_text()), (Some("A-222"), Some("<b>two</b>")));
    assert_eq!(reply.direction(), Some(Direction::Outgoing));
    assert_eq!(reply.client.client_type, ClientType::Hubspot);
    let address = |party: &hubspot_sim::Party| party.delivery_identifier.clone().unwrap().value;
    assert_eq!(address(&reply.senders[0]), "support@acme.com");
    assert_eq!(address(&reply.recipients[0]), "ada@example.com");
    assert!(sim.portal.rep_replies(&mail.thread, 444, "gone", None).is_err());
    let refused = sim.portal.rep_replies("77", 222, "where", None).unwrap_err();
    assert_eq!(refused.to_string(), "Thread 77 not found");
}

#[tokio::test]
async fn programs_write_under_their_own_actors() {
    let sim = Sim::start().await;
    let mail = sim.mail("one");
    for actor in ["B-9", "L-9", "S-hubspot", "I-77"] {
        sim.portal.automation_writes(&mail.thread, actor, "beep").unwrap();
        let last = sim.portal.messages(&mail.thread).pop().unwrap();
        assert_eq!((last.sender(), last.direction()), (Some(actor), Some(Direction::Outgoing)));
        assert_eq!(last.client.integration_app_id, (actor == "I-77").then_some(77));
    }
    sim.portal.welcomes(&mail.thread, "Hi there").unwrap();
    let last = sim.portal.messages(&mail.thread).pop().unwrap();
    assert_eq!(last.kind, MessageKind::WelcomeMessage);
}

#[tokio::test]
async fn files_come_with_the_message() {
    let sim = Sim::start().await;
    let file = Attachment { name: "a.png".to_owned(), url: "https://e.com/a.png".to_owned() };
    let message = CustomerMessage {
        channel: Channel::LiveChat,
        text: "see".to_owned(),
        attachments: vec![file],
        ..CustomerMessage::default()
    };
    let sent = sim.portal.customer_writes(message).unwrap();
    let held = &sim.portal.messages(&sent.thread)[0];
    let files = held.content.attachments.as_ref().unwrap();
    assert_eq!((&files[0]["type"], &files[0]["name"]), (&json!("FILE"), &json!("a.png")));
    assert!(held.content.subject.is_none(), "a chat has no subject");
}

#[tokio::test]
async fn an_administrator_defines_properties() {
    let sim = Sim::start().await;
    let kind = ObjectKind::Ticket;
    sim.portal.define_property(kind, Property::text(kind, "order_number")).unwrap();
    let ticket = [("subject", "A"), ("hs_pipeline_stage", "1"), ("order_number", "7")];
    let id = sim.portal.seed_ticket(&ticket).unwrap();
    assert_eq!(sim.portal.ticket(&id).unwrap().get("order_number"), "7");
    assert!(sim.portal.define_property(kind, Property::text(kind, "order_number")).is_err());
}
