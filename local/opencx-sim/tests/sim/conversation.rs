//! Conversations that another program brings through the API.

use crate::support::{Lab, quick};
use opencx_sim::{OpenCxOptions, Sender, Status};
use std::time::Duration;

#[tokio::test]
async fn the_ai_answers_in_the_history_and_as_an_event() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.write(&path, "Where is my order?").await;
    let said = lab.event("conversation.ai_response").await;
    let view = lab.view(&path);
    assert_eq!(said["conversation_id"], view.id);
    assert_eq!(said["channel"], "email");
    assert_eq!(said["message"], view.history[1].text);
    assert!(view.history[1].text.contains("**on its way**"));
    assert_eq!(view.history[1].sender, Sender::Ai);
    assert!(view.delivered.is_empty(), "who opened the session delivers");
    let (_, page) = lab.get(&format!("{path}/history")).await;
    assert_eq!(page["items"][1]["id"], said["message_id"]);
}

#[tokio::test]
async fn who_asks_for_a_human_is_handed_off_with_all_there_is_to_know() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.patch(&path, serde_json::json!({ "custom_data": { "order_id": 1234 } })).await;
    lab.write(&path, "Where is my order?").await;
    lab.event("conversation.ai_response").await;
    lab.write(&path, "Bitte, ich will mit einem Human sprechen!!!").await;
    let handoff = lab.event("conversation.handoff_to_human").await;
    assert_eq!(handoff["reason"], "ai_decided_to_handoff_the_conversation");
    assert_eq!((&handoff["sentiment"], &handoff["language"]), (&"angry".into(), &"de".into()));
    assert_eq!(handoff["contact"]["email"], "ada@acme.com");
    assert_eq!(handoff["custom_data"]["order_id"], 1234);
    assert!(handoff["ticketing_system"].is_null());
    let summary = handoff["summary"].as_str().unwrap();
    assert!(summary.contains("Ada") && summary.contains("Where is my order?"), "{summary}");
    let transcript = handoff["transcript"].as_array().unwrap();
    let senders: Vec<_> = transcript.iter().map(|line| line["sender"].as_str().unwrap()).collect();
    assert_eq!(senders, ["contact", "ai", "contact"]);
    assert_eq!(transcript[0]["text"], "Where is my order?");
    assert!(transcript[0]["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(lab.view(&path).handed_off);
}

#[tokio::test]
async fn after_the_handoff_the_ai_still_answers_what_the_api_brings() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.write(&path, "human please").await;
    lab.event("conversation.handoff_to_human").await;
    lab.write(&path, "and my refund?").await;
    assert!(lab.event("conversation.ai_response").await["message"].is_string());
}

#[tokio::test]
async fn a_content_customer_closes_and_a_new_message_opens_again() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    lab.write(&path, "Great. Thanks, solved!").await;
    let closed = lab.event("conversation.closed").await;
    assert_eq!(closed["resolution_status"], "resolved");
    assert_eq!(closed["user_sentiment"], "happy");
    assert!(closed["summary"].as_str().unwrap().contains("Ada"));
    assert_eq!(lab.view(&path).status, Status::ClosedResolved);
    lab.write(&path, "One more thing").await;
    lab.event("conversation.ai_response").await;
    assert_eq!(lab.view(&path).status, Status::Open);
}

#[tokio::test]
async fn the_ai_answers_in_the_order_of_the_messages() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    for n in 0..6 {
        lab.write(&path, if n % 2 == 0 { "refund" } else { "order" }).await;
    }
    let answers = crate::support::eventually("six answers", || {
        Some(lab.announced("conversation.ai_response")).filter(|said| said.len() == 6)
    });
    for (n, said) in answers.await.iter().enumerate() {
        let refund = said["message"].as_str().unwrap().contains("refund");
        assert_eq!(refund, n % 2 == 0, "answer {n}");
    }
}

#[tokio::test]
async fn the_ai_takes_its_time() {
    let lab = Lab::with(OpenCxOptions { ai_delay: Duration::from_millis(80), ..quick() }).await;
    let path = lab.open().await;
    let asked = std::time::Instant::now();
    lab.write(&path, "order").await;
    lab.event("conversation.ai_response").await;
    assert!(asked.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_session_of_the_api_is_announced_once_if_the_options_say_so() {
    let lab = Lab::with(OpenCxOptions { announce_api_sessions: true, ..quick() }).await;
    let path = lab.open().await;
    lab.write(&path, "Hello").await;
    lab.write(&path, "Anybody there?").await;
    let started = lab.announced("conversation.started");
    assert_eq!(started.len(), 1);
    assert_eq!(started[0]["first_message"], "Hello");
    let plain = Lab::new().await;
    let path = plain.open().await;
    plain.write(&path, "Hello").await;
    plain.event("conversation.ai_response").await;
    assert!(plain.announced("conversation.started").is_empty());
}
