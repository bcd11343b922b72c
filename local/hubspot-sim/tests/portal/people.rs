//! The people around a portal, by its methods and by the control routes.

use hubspot_sim::{
    Channel, ClientType, CustomerMessage, Direction, InboxType, MessageKind, Party, RepMessage,
};
use serde_json::{Value, json};

use crate::support::{Sim, ada};

fn in_thread(thread: &str, message: CustomerMessage) -> CustomerMessage {
    CustomerMessage { thread: Some(thread.to_owned()), ..message }
}

#[tokio::test]
async fn several_people_take_part_in_a_thread() {
    let sim = Sim::start().await;
    let mail = CustomerMessage {
        to: vec!["boss@example.com".to_owned()],
        cc: vec!["team@example.com".to_owned()],
        ..ada("one")
    };
    let thread = sim.portal.customer_writes(mail).unwrap().thread;
    let partner = CustomerMessage { email: Some("bob@partner.example".to_owned()), ..ada("two") };
    sim.portal.customer_writes(in_thread(&thread, partner)).unwrap();
    let senders = Some(vec![
        Party::email("noreply@lists.example").sender("ORIGINAL_FROM"),
        Party::email("ada@example.com").sender("FROM"),
    ]);
    let listed = CustomerMessage { senders, ..ada("three") };
    sim.portal.customer_writes(in_thread(&thread, listed)).unwrap();
    let messages = sim.portal.messages(&thread);
    assert_eq!(messages[0].addresses("TO"), ["support@acme.com", "boss@example.com"]);
    assert_eq!(messages[0].addresses("CC"), ["team@example.com"]);
    assert_eq!(messages[0].sender(), Some("V-501"), "the customer is a contact");
    assert_eq!(messages[1].sender(), Some("E-bob@partner.example"), "the partner is not");
    assert_eq!(messages[1].direction(), Some(Direction::Incoming));
    assert_eq!(messages[2].senders.len(), 2);
    assert_eq!(sim.portal.contacts().len(), 1);
    sim.portal.rep_replies(&thread, 222, "four", None).unwrap();
    assert_eq!(sim.portal.messages(&thread)[3].addresses("TO"), ["ada@example.com"]);
}

#[tokio::test]
async fn a_rep_writes_to_others_and_automation_in_the_reps_name() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    let forward = RepMessage {
        thread: thread.clone(),
        user_id: 222,
        text: "Can you deliver?".to_owned(),
        to: vec!["sales@supplier.example".to_owned()],
        bcc: vec!["boss@acme.com".to_owned()],
        ..RepMessage::default()
    };
    sim.portal.rep_writes(forward.clone()).unwrap();
    let automated = RepMessage {
        created_by: Some("S-hubspot".to_owned()),
        client: ClientType::System,
        to: Vec::new(),
        bcc: Vec::new(),
        ..forward
    };
    sim.portal.rep_writes(automated).unwrap();
    let messages = sim.portal.messages(&thread);
    assert_eq!(messages[1].direction(), Some(Direction::Outgoing));
    assert_eq!(messages[1].addresses("TO"), ["sales@supplier.example"]);
    assert_eq!(messages[1].addresses("BCC"), ["boss@acme.com"]);
    assert_eq!(
        (messages[2].created_by.as_str(), messages[2].sender()),
        ("S-hubspot", Some("A-222"))
    );
    assert_eq!(messages[2].client.client_type, ClientType::System);
    assert_eq!(messages[2].addresses("TO"), ["ada@example.com"]);
}

#[tokio::test]
async fn a_chat_continues_by_email() {
    let sim = Sim::start().await;
    let chat = CustomerMessage { channel: Channel::LiveChat, ..ada("one") };
    let thread = sim.portal.customer_writes(chat).unwrap().thread;
    assert_eq!(sim.portal.messages(&thread)[0].subject, None);
    sim.portal.customer_writes(in_thread(&thread, ada("two"))).unwrap();
    sim.portal.rep_replies(&thread, 222, "three", None).unwrap();
    let messages = sim.portal.messages(&thread);
    assert_eq!(messages[0].sender(), messages[1].sender(), "it is the same customer");
    assert_eq!(messages[1].channel_id.as_deref(), Some("1002"));
    assert_eq!(messages[2].channel_id.as_deref(), Some("1002"));
    assert_eq!(messages[2].addresses("TO"), ["ada@example.com"]);
    assert_eq!(sim.portal.thread(&thread).unwrap().original_channel_id, "1000");
}

#[tokio::test]
async fn the_help_desk_ties_a_ticket_to_each_thread() {
    let sim = Sim::start().await;
    let mail = CustomerMessage { inbox: InboxType::HelpDesk, ..ada("one") };
    let thread = sim.portal.customer_writes(mail).unwrap().thread;
    let [ticket] = sim.portal.tickets().try_into().unwrap();
    assert_eq!(
        (ticket.get("subject"), ticket.contacts.as_slice()),
        ("Help", &["501".to_owned()][..])
    );
    assert_eq!(ticket.get("hs_conversations_originating_thread_id"), thread);
    let path = format!("/conversations/v3/conversations/threads/{thread}");
    let plain = sim.get(&path).await.body;
    assert!(plain.get("threadAssociations").is_none());
    assert_eq!(plain["inboxId"], InboxType::HelpDesk.id());
    let with_ticket = sim.get(&format!("{path}?association=TICKET")).await.body;
    assert_eq!(with_ticket["threadAssociations"]["associatedTicketId"], ticket.id);
}

#[tokio::test]
async fn the_control_routes_do_what_the_methods_do() {
    let sim = Sim::start().await;
    let mail = json!({"email": "ada@example.com", "subject": "Help", "text": "one"});
    let thread = sim.post("/sim/customer-messages", mail).await.body["thread"].clone();
    let rep = |text: &str| json!({"thread": thread, "user_id": 222, "text": text});
    let (id, unknown) = (thread.as_str().unwrap(), json!({"thread": thread, "user_id": 999}));
    let ticket = sim.post("/sim/objects/ticket", json!({"subject": "A", "hs_pipeline_stage": "1"}));
    let ticket = ticket.await.id();
    let other = sim.post("/sim/objects/ticket", json!({"subject": "B", "hs_pipeline_stage": "1"}));
    let other = other.await.id();
    let edit = json!({"ticket": ticket, "name": "subject", "value": "C", "user_id": 222});
    let definition = hubspot_sim::Property::text(hubspot_sim::ObjectKind::Ticket, "order");
    let merge = json!({"kind": "ticket", "from": ticket, "into": other});
    let join = json!({"from": ["ticket", ticket], "to": ["contact", "501"]});
    let sending = json!({"channel": "email", "sending": "fails"});
    let calls = [
        ("POST", "/sim/replies", rep("two"), 200),
        ("POST", "/sim/comments", rep("three"), 200),
        ("POST", "/sim/assignments", json!({"thread": thread, "user_id": 333}), 200),
        ("POST", "/sim/assignments", unknown, 400),
        ("POST", "/sim/thread-status", json!({"thread": thread, "status": "CLOSED"}), 200),
        ("POST", "/sim/thread-ticket", json!({"thread": thread, "ticket": ticket}), 200),
        ("POST", "/sim/properties", edit, 200),
        ("POST", "/sim/property-definitions/ticket", json!(definition), 204),
        ("POST", "/sim/associations", join, 200),
        ("POST", "/sim/merges", merge, 200),
        ("PUT", "/sim/sending", sending, 200),
        ("PUT", "/sim/client-secret", json!("new"), 200),
        ("PUT", "/sim/webhook-url", json!(null), 200),
        ("DELETE", &format!("/sim/objects/ticket/{other}"), Value::Null, 204),
        ("DELETE", "/sim/objects/contact/501?privacy=true", Value::Null, 204),
        ("DELETE", &format!("/sim/threads/{id}?privacy=true"), Value::Null, 204),
        ("PUT", "/sim/token", json!({"old": crate::support::TOKEN, "new": "pat-new"}), 200),
        ("GET", "/sim/deliveries", Value::Null, 200),
    ];
    for (method, path, body, status) in calls {
        if path.contains("privacy") && path.contains("threads") {
            let state = sim.get("/sim/state").await.body;
            assert_eq!(state["threads"][0]["assignedTo"], "A-333");
            assert_eq!(state["threads"][0]["threadAssociations"]["associatedTicketId"], ticket);
            assert_eq!(state["tickets"][0]["properties"]["subject"], "C");
        }
        let body = if path.ends_with("webhook-url") { json!("http://127.0.0.1:9") } else { body };
        assert_eq!(sim.call(method, path, body).await.status, status, "{method} {path}");
    }
    let state = sim.get("/sim/state").await.body;
    assert_eq!((&state["threads"], &state["contacts"]), (&json!([]), &json!([])));
    assert_eq!(sim.get("/account-info/v3/details").await.status, 401, "the token was replaced");
}

#[tokio::test]
async fn a_bot_writes_under_its_own_name() {
    let sim = Sim::start().await;
    let thread = sim.mail("one").thread;
    sim.portal.automation_writes(&thread, "B-7", "by a bot").unwrap();
    let message = sim.portal.messages(&thread).pop().unwrap();
    assert_eq!((message.sender(), message.kind), (Some("B-7"), MessageKind::Message));
    assert!(sim.portal.rep_replies(&thread, 444, "gone", None).is_err(), "444 has left");
}
