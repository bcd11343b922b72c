//! Conversations with the scripted AI, brought through the API or on OpenCX's own channels.

use opencx_sim::{Channel, ContactMessage, Delivered, Origin, Sender, Status};
use serde_json::json;

use crate::support::{Lab, ada, eventually, message};

fn whatsapp(text: &str) -> ContactMessage {
    ContactMessage { channel: Channel::Whatsapp, ..ada(text) }
}

#[tokio::test]
async fn the_ai_answers_in_the_history_and_as_an_event() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    lab.write(&path, "Where is my order?").await;
    let event = lab.event("conversation.ai_response").await;
    let view = lab.view(&path);
    assert_eq!(event["conversation_id"], view.id);
    assert_eq!(
        (&event["channel"], &event["message"]),
        (&"email".into(), &json!(view.history[1].text))
    );
    assert!(view.history[1].text.contains("**on its way**"));
    assert_eq!(view.history[1].sender, Sender::Ai);
    assert!(view.delivered.is_empty(), "the program that opened the session delivers");
    assert!(lab.announced("conversation.started").is_empty());
    let (_, page) = lab.get(&format!("{path}/history")).await;
    assert_eq!(page["items"][1]["id"], event["message_id"]);
}

#[tokio::test]
async fn a_customer_who_asks_for_a_human_is_handed_off_with_the_whole_conversation() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    lab.patch(&path, json!({ "custom_data": { "order_id": 1234 } })).await;
    lab.write(&path, "Where is my order?").await;
    lab.event("conversation.ai_response").await;
    lab.write(&path, "Bitte, ich will mit einem Human sprechen!!!").await;
    let handoff = lab.event("conversation.handoff_to_human").await;
    assert_eq!(handoff["reason"], "ai_decided_to_handoff_the_conversation");
    assert_eq!((&handoff["sentiment"], &handoff["language"]), (&"angry".into(), &"de".into()));
    assert_eq!(handoff["contact"]["email"], "ada@acme.com");
    assert_eq!(handoff["custom_data"]["order_id"], 1234);
    let summary = handoff["summary"].as_str().unwrap();
    assert!(summary.contains("Ada") && summary.contains("Where is my order?"), "{summary}");
    let transcript = handoff["transcript"].as_array().unwrap();
    let senders: Vec<_> = transcript.iter().map(|line| line["sender"].as_str().unwrap()).collect();
    assert_eq!(senders, ["contact", "ai", "contact"]);
    assert!(transcript[0]["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(lab.view(&path).handed_off);
    lab.write(&path, "and my refund?").await;
    let answers = || lab.announced("conversation.ai_response");
    eventually("an answer to what the API brings", || (answers().len() == 2).then_some(())).await;
}

#[tokio::test]
async fn a_content_customer_closes_and_a_new_message_opens_again() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    lab.write(&path, "Great. Thanks, solved!").await;
    let closed = lab.event("conversation.closed").await;
    assert_eq!(closed["resolution_status"], "resolved");
    assert_eq!(closed["user_sentiment"], "happy");
    assert_eq!(lab.view(&path).status, Status::ClosedResolved);
    lab.write(&path, "One more thing").await;
    lab.event("conversation.ai_response").await;
    assert_eq!(lab.view(&path).status, Status::Open);
}

#[tokio::test]
async fn the_ai_answers_in_the_order_of_the_messages() {
    let lab = Lab::start().await;
    let path = lab.open().await;
    for n in 0..6 {
        lab.write(&path, if n % 2 == 0 { "refund" } else { "order" }).await;
    }
    let answers = eventually("six answers", || {
        Some(lab.announced("conversation.ai_response")).filter(|answers| answers.len() == 6)
    });
    for (n, answer) in answers.await.iter().enumerate() {
        let refund = answer["message"].as_str().unwrap().contains("refund");
        assert_eq!(refund, n % 2 == 0, "answer {n}");
    }
}

#[tokio::test]
async fn a_first_message_on_a_channel_is_announced_and_answered_there() {
    let lab = Lab::start().await;
    let customer = ContactMessage { verified: Some(true), ..whatsapp("Where is my order?") };
    let id = lab.sim.customer_writes(customer).unwrap();
    let started = lab.event("conversation.started").await;
    assert_eq!(started["conversation_id"], json!(id));
    assert_eq!(
        (&started["channel"], &started["first_message"]),
        (&"whatsapp".into(), &"Where is my order?".into())
    );
    assert_eq!(started["contact"]["phone_number"], "+49 30 123-456");
    assert_eq!(started["contact"]["verified"], true);
    lab.event("conversation.ai_response").await;
    let view = lab.sim.session(&id).unwrap();
    let [Delivered { to, channel, sender, .. }] = &view.delivered[..] else {
        panic!("delivered: {:?}", view.delivered);
    };
    assert_eq!((to.as_str(), channel, *sender), ("+49 30 123-456", &Channel::Whatsapp, Sender::Ai));
    assert_eq!(view.origin, Origin::Channel);
    let later = ContactMessage { session: Some(id.clone()), ..ada("order?") };
    assert_eq!(lab.sim.customer_writes(later).unwrap(), id);
    assert_eq!(lab.announced("conversation.started").len(), 1);
}

#[tokio::test]
async fn after_the_handoff_the_ai_is_silent_and_agents_are_delivered() {
    let lab = Lab::start().await;
    let id = lab.sim.customer_writes(whatsapp("Hello")).unwrap();
    lab.event("conversation.ai_response").await;
    lab.sim.human_handoff(&id, "VIP, mine").unwrap();
    assert_eq!(lab.event("conversation.handoff_to_human").await["reason"], "VIP, mine");
    let later = ContactMessage { session: Some(id.clone()), ..ada("order?") };
    lab.sim.customer_writes(later).unwrap();
    lab.post(&format!("/chat/sessions/{id}/send"), message("agent", "Rita here")).await;
    // A second conversation shows that the AI has had its time.
    lab.sim.customer_writes(ada("order?")).unwrap();
    let answers = || lab.announced("conversation.ai_response");
    eventually("its answer", || (answers().len() == 2).then_some(())).await;
    let view = lab.sim.session(&id).unwrap();
    let delivered: Vec<_> = view.delivered.iter().map(|d| d.sender).collect();
    assert_eq!(delivered, [Sender::Ai, Sender::HumanAgent]);
}

#[tokio::test]
async fn an_agent_closes_and_opens_again() {
    let lab = Lab::start().await;
    let id = lab.sim.customer_writes(ada("I am angry")).unwrap();
    lab.sim.resolve(&id, false).unwrap();
    let closed = lab.event("conversation.closed").await;
    assert_eq!(closed["resolution_status"], "not_resolved");
    assert_eq!(closed["user_sentiment"], "angry");
    lab.sim.reopen(&id).unwrap();
    assert_eq!(lab.sim.session(&id).unwrap().status, Status::Open);
    assert_eq!(lab.announced("conversation.closed").len(), 1);
}

#[tokio::test]
async fn a_call_is_a_phone_in_events_and_its_end_has_an_event_of_its_own() {
    let lab = Lab::start().await;
    let call = ContactMessage { channel: Channel::WebVoice, ..ada("Hi") };
    let id = lab.sim.customer_writes(call).unwrap();
    assert_eq!(lab.event("conversation.started").await["channel"], "phone");
    let (_, shown) = lab.get(&format!("/chat/sessions/{id}")).await;
    assert_eq!(shown["channel"]["type"], "web_voice");
    lab.sim.resolve(&id, true).unwrap();
    assert_eq!(lab.event("phone_call.ended").await["conversation_id"], json!(id));
    assert!(lab.announced("conversation.closed").is_empty());
}
