//! Customers on OpenCX's own channels, and the colleagues in its inbox.

use crate::support::{Lab, ada, message};
use opencx_sim::{Channel, Customer, Delivered, Origin, Sender, Status, TicketingSystem};
use serde_json::json;

fn whatsapp(text: &str) -> Customer {
    Customer { channel: Channel::Whatsapp, ..ada(text) }
}

#[tokio::test]
async fn a_first_message_opens_a_session_and_is_answered_on_the_channel() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(whatsapp("Where is my order?")).unwrap();
    let started = lab.event("conversation.started").await;
    assert_eq!(
        (&started["conversation_id"], &started["channel"]),
        (&json!(id), &json!("whatsapp"))
    );
    assert_eq!(started["first_message"], "Where is my order?");
    assert_eq!(started["contact"]["phone_number"], "+4930123456");
    let said = lab.event("conversation.ai_response").await;
    let view = lab.sim.session(&id).unwrap();
    let [Delivered { to, channel, sender, text }] = &view.delivered[..] else {
        panic!("delivered: {:?}", view.delivered);
    };
    assert_eq!((to.as_str(), *channel, *sender), ("+4930123456", Channel::Whatsapp, Sender::Ai));
    assert_eq!(&said["message"], text);
    assert_eq!(view.origin, Origin::Channel);
}

#[tokio::test]
async fn a_later_message_goes_on_with_the_session() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(ada("Hello")).unwrap();
    let more = Customer { session: Some(id.clone()), ..ada("order?") };
    assert_eq!(lab.sim.customer_writes(more).unwrap(), id);
    assert_eq!(lab.announced("conversation.started").len(), 1);
    let gone = Customer { session: Some("gone".into()), ..ada("Hello") };
    assert!(lab.sim.customer_writes(gone).unwrap_err().to_string().contains("gone"));
}

#[tokio::test]
async fn after_the_handoff_the_ai_is_silent_and_agents_are_delivered() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(whatsapp("A human, please")).unwrap();
    lab.event("conversation.handoff_to_human").await;
    lab.sim.customer_writes(Customer { session: Some(id.clone()), ..ada("order?") }).unwrap();
    lab.post(&format!("/chat/sessions/{id}/send"), message("agent", "Rita here")).await;
    // A second conversation shows that the AI has had its time.
    lab.sim.customer_writes(ada("order?")).unwrap();
    let answered = lab.event("conversation.ai_response").await;
    assert_ne!(answered["conversation_id"], json!(id));
    let view = lab.sim.session(&id).unwrap();
    let delivered: Vec<_> = view.delivered.iter().map(|d| (d.sender, d.text.as_str())).collect();
    assert_eq!(delivered, [(Sender::HumanAgent, "Rita here")]);
}

#[tokio::test]
async fn a_colleague_takes_over_in_their_own_words() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(ada("Hello")).unwrap();
    let link =
        TicketingSystem { name: "desk".into(), external_id: "9".into(), id_type: "thread".into() };
    lab.sim.link_ticketing_system(&id, link).unwrap();
    lab.sim.human_handoff(&id, "VIP, mine").unwrap();
    let handoff = lab.event("conversation.handoff_to_human").await;
    assert_eq!(
        (&handoff["reason"], &handoff["sentiment"]),
        (&json!("VIP, mine"), &json!("neutral"))
    );
    assert_eq!(handoff["ticketing_system"]["external_id"], "9");
    let (_, page) = lab.get(&format!("/chat/sessions/{id}/history")).await;
    let kinds: Vec<_> = page["items"].as_array().unwrap().iter().collect();
    let last: Vec<_> = kinds.iter().rev().take(2).map(|item| &item["event"]["type"]).collect();
    assert_eq!(last, ["human_agent_joined", "handoff"]);
}

#[tokio::test]
async fn a_colleague_closes_and_opens_again() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(ada("I am angry")).unwrap();
    lab.sim.resolve(&id, false).unwrap();
    let closed = lab.event("conversation.closed").await;
    assert_eq!(closed["resolution_status"], "not_resolved");
    assert_eq!(closed["user_sentiment"], "angry");
    assert_eq!(lab.sim.session(&id).unwrap().status, Status::ClosedUnresolved);
    lab.sim.reopen(&id).unwrap();
    assert_eq!(lab.sim.session(&id).unwrap().status, Status::Open);
    assert_eq!(lab.announced("conversation.closed").len(), 1);
}

#[tokio::test]
async fn a_call_is_a_phone_in_events() {
    let lab = Lab::new().await;
    let id = lab.sim.customer_writes(Customer { channel: Channel::WebVoice, ..ada("Hi") }).unwrap();
    assert_eq!(lab.event("conversation.started").await["channel"], "phone");
    let (_, shown) = lab.get(&format!("/chat/sessions/{id}")).await;
    assert_eq!(shown["channel"]["type"], "web_voice");
}
