//! Messages that the API brings, and the history that they make.

use crate::support::{Lab, message};
use opencx_sim::Sender;
use serde_json::json;

#[tokio::test]
async fn an_agents_message_is_recorded_with_name_and_files_and_goes_nowhere() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let mut body = message("agent", "Hello, this is Rita");
    body["agent"] = json!({ "id": "7", "name": "Rita" });
    body["message"]["attachments"] = json!([{ "name": "a.pdf", "url": "https://acme.com/a.pdf", "mime_type": "application/pdf" }]);
    body["should_take_over_session_from_ai"] = json!(true);
    let (status, answer) = lab.post(&format!("{path}/send"), body).await;
    assert_eq!(status, 201);
    assert_eq!(answer["success"], true);
    assert!(answer["data"]["message"]["id"].is_string());
    let view = lab.view(&path);
    assert_eq!((view.history[0].sender, view.handed_off), (Sender::HumanAgent, true));
    assert_eq!(view.history[0].name.as_deref(), Some("Rita"));
    assert_eq!(view.history[0].attachments[0].name, "a.pdf");
    assert!(view.delivered.is_empty());
}

#[tokio::test]
async fn a_message_sent_twice_is_there_twice() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    let (_, first) = lab.post(&format!("{path}/send"), message("agent", "Hello")).await;
    let (_, second) = lab.post(&format!("{path}/send"), message("agent", "Hello")).await;
    assert_ne!(first["data"]["message"]["id"], second["data"]["message"]["id"]);
    assert_eq!(lab.view(&path).history.len(), 2);
}

#[tokio::test]
async fn the_history_comes_in_pages_with_everything_in_it() {
    let lab = Lab::new().await;
    let path = lab.open().await;
    for n in 0..44 {
        lab.post(&format!("{path}/send"), message("agent", &format!("message {n}"))).await;
    }
    lab.sim.agent_comments(&lab.view(&path).id, "Rita", "between us").unwrap();
    let (mut events, mut sizes, mut query) = (Vec::new(), Vec::new(), String::new());
    loop {
        let (_, page) = lab.get(&format!("{path}/history{query}")).await;
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        events.extend(items.iter().map(|item| item["event"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?cursor={next}");
    }
    assert_eq!(sizes, [20, 20, 5]);
    assert_eq!(events[0]["sender"], json!({ "type": "human_agent" }));
    assert_eq!(events[0]["content"], json!({ "type": "text", "text": "message 0" }));
    assert_eq!(events[43]["content"]["text"], "message 43");
    assert_eq!(events[44]["type"], "human_agent_comment");
}
