//! Events of single messages, and the files that come with them.

use opencx_sim::{AgentMessage, Channel, ContactMessage, NewFile, OpenCxOptions};
use serde_json::{Value, json};

use crate::support::{Lab, ada, options};

fn photo() -> NewFile {
    NewFile {
        name: "my photo.png".to_owned(),
        mime_type: "image/png".to_owned(),
        base64: Some("iVBORw0KGgo=".to_owned()),
        ..NewFile::default()
    }
}

fn data(lab: &Lab, name: &str) -> Vec<Value> {
    let events = lab.sim.events();
    let named = events.iter().filter(|event| event.body["event"] == name);
    named.map(|event| event.body["data"].clone()).collect()
}

#[tokio::test]
async fn messages_are_announced_once_somebody_subscribes() {
    let lab = Lab::start().await;
    let silent = lab.sim.customer_writes(ada("Hello")).unwrap();
    assert_eq!(data(&lab, "conversation.contact_response"), Vec::<Value>::new());
    lab.sim.set_message_events(true);
    let message = ContactMessage { session: Some(silent.clone()), ..ada("Again") };
    lab.sim.customer_writes(message).unwrap();
    assert_eq!(data(&lab, "conversation.contact_response")[0]["message"], "Again");
}

#[tokio::test]
async fn everybody_s_words_and_files_are_announced_and_delivered() {
    let lab = Lab::with(OpenCxOptions { message_events: true, ..options() }).await;
    let first = ContactMessage {
        channel: Channel::Whatsapp,
        attachments: vec![photo()],
        ..ada("See the photo")
    };
    let session = lab.sim.customer_writes(first).unwrap();
    let heard = data(&lab, "conversation.contact_response").remove(0);
    assert_eq!(
        (&heard["channel"], &heard["message"]),
        (&json!("whatsapp"), &json!("See the photo"))
    );
    let url = heard["attachments"][0]["url"].as_str().unwrap();
    let bytes = lab.http.get(url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..4], b"\x89PNG", "readable without a key");

    let olga = Some("Olga".to_owned());
    let answer = AgentMessage { name: olga, text: "Thanks".to_owned(), attachments: vec![photo()] };
    lab.sim.agent_writes(&session, answer).unwrap();
    let body = json!({ "sender": "agent", "agent": { "name": "Riley" },
        "message": { "type": "text", "text": "From elsewhere" } });
    let (_, sent) = lab.post(&format!("/chat/sessions/{session}/send"), body).await;
    let said = data(&lab, "conversation.agent_response");
    assert_eq!(
        (&said[0]["agent"]["name"], &said[0]["message"]),
        (&json!("Olga"), &json!("Thanks"))
    );
    assert_eq!(said[1]["message_id"], sent["data"]["message"]["id"], "also through the API");
    let delivered = lab.sim.session(&session).unwrap().delivered;
    let olga = delivered.iter().find(|one| one.text == "Thanks").unwrap();
    assert_eq!(olga.attachments[0].name, "my photo.png");
    lab.sim.human_handoff(&session, "VIP").unwrap();
    let handoff = data(&lab, "conversation.handoff_to_human").remove(0);
    assert_eq!(handoff["transcript"][0]["attachments"][0]["mime_type"], "image/png");
}
