//! Files on their way: customers' into HubSpot, reps' to the customer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::outcome::Outcome;
use hubspot_sim::{Attachment, Fault, FaultKind, RepMessage};
use opencx_sim::NewFile;
use serde_json::json;
use tests::Bridge;

use super::{
    REP, handed_off, handoff, only_thread, published, reported, said, session_of_ann, shown, start,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// The address at OpenCX of a file of these bytes.
fn at_opencx(bridge: &Bridge, name: &str, bytes: &[u8]) -> String {
    let file = NewFile {
        name: name.to_owned(),
        mime_type: "text/html".to_owned(),
        base64: Some(STANDARD.encode(bytes)),
        ..NewFile::default()
    };
    let mut message =
        opencx_sim::ContactMessage { text: "A file".to_owned(), ..Default::default() };
    message.attachments = vec![file];
    let session = bridge.opencx().customer_writes(message).unwrap();
    let history = bridge.opencx().session(&session).unwrap().history;
    history[0].attachments[0].url.clone()
}

fn files_of(bridge: &Bridge, thread: &str, at: usize) -> Vec<String> {
    let message = bridge.portal().messages(thread).remove(at);
    let ids = message.attachments.unwrap_or_default();
    ids.iter().map(|file| file["fileId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_s_file_is_kept_in_hubspot_once_and_by_its_content() {
    let bridge = start("always").await;
    let session = session_of_ann(&bridge);
    let url = at_opencx(&bridge, "photo", PNG);
    let mut event = said("contact", &session, "m-1", "", 1);
    event["data"]["attachments"] = json!([{ "name": "photo", "url": url }]);
    let fault = |kind| Fault { method: None, path_contains: "/files".into(), times: 1, kind };
    bridge.portal().fail(fault(FaultKind::DropAfterEffect));
    let record = published(&bridge, &event).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let thread = only_thread(&bridge).id;
    let ids = files_of(&bridge, &thread, 0);
    assert_eq!(ids.len(), 1);
    let kept = bridge.portal().file(&ids[0]).unwrap();
    assert_eq!((kept.bytes.as_slice(), kept.mime_type.as_str()), (PNG, "image/png"));
    assert_eq!((kept.extension.as_str(), kept.access.as_str()), ("png", "PRIVATE"));
    assert_eq!(bridge.portal().files().len(), 1, "a lost answer makes no second copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_kept_is_a_line_with_its_link() {
    let bridge = start("always").await;
    let session = session_of_ann(&bridge);
    let large = at_opencx(&bridge, "film.mp4", &vec![1; 20 * 1024 * 1024 + 1]);
    for (id, file, expected) in [
        ("m-1", json!({ "name": "film.mp4", "url": large }), "larger than 20 MB"),
        ("m-2", json!({ "url": "https://169.254.169.254/latest/meta-data" }), "not public"),
        ("m-3", json!({ "url": "http://10.0.0.1/a.png" }), "not public"),
        ("m-4", json!({ "name": "a.pdf" }), "[file a.pdf: no link]"),
    ] {
        let mut event = said("contact", &session, id, "See here", 1);
        event["data"]["attachments"] = json!([file]);
        published(&bridge, &event).await;
        let thread = only_thread(&bridge).id;
        let last = shown(&bridge, &thread).pop().unwrap();
        assert!(last.starts_with("> See here") && last.contains(expected), "{last}");
    }
    assert!(bridge.portal().files().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_transcript_are_in_the_thread() {
    let bridge = start("handoff").await;
    let session = session_of_ann(&bridge);
    let url = at_opencx(&bridge, "map.png", PNG);
    let mut event = handoff(&session, 10, &[("contact", "Here"), ("ai", "Thanks")]);
    event["data"]["transcript"][0]["attachments"] = json!([{ "name": "map.png", "url": url }]);
    let record = bridge.handed_off(&event).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let thread = record.thread.unwrap();
    assert_eq!(files_of(&bridge, thread.as_str(), 0).len(), 1);
    assert_eq!(shown(&bridge, thread.as_str()), ["> Here", "< Thanks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_s_file_reaches_the_customer_by_a_signed_address() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    let file = Attachment {
        name: "receipt.png".to_owned(),
        base64: Some(STANDARD.encode(PNG)),
        ..Attachment::default()
    };
    let message = RepMessage {
        thread: thread.clone(),
        user_id: REP,
        text: "Your receipt".to_owned(),
        attachments: vec![file],
        ..RepMessage::default()
    };
    let sent = bridge.portal().rep_writes(message).unwrap();
    assert_eq!(reported(&bridge, &thread, &sent.message).await.0, "SENT");
    let history = bridge.opencx().session(&session).unwrap().history;
    let said = history.iter().find(|one| one.text == "Your receipt").unwrap();
    let file = &said.attachments[0];
    assert_eq!((file.name.as_str(), file.mime_type.as_str()), ("receipt.png", "image/png"));
    let got = bridge.http.get(&file.url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(got.as_ref(), PNG);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_handoff_without_a_thread_are_on_a_note_of_the_ticket() {
    let bridge = Bridge::start().await;
    let url = at_opencx(&bridge, "map", PNG);
    let mut event = handoff("s-1", 10, &[("contact", "Here"), ("contact", "And here")]);
    event["data"]["transcript"][0]["attachments"] = json!([{ "name": "map", "url": url }]);
    event["data"]["transcript"][1]["attachments"] = json!(["http://10.0.0.1/inside.png"]);
    let path_contains = "/objects/notes".to_owned();
    let kind = FaultKind::DropAfterEffect;
    bridge.portal().fail(Fault { method: Some("POST".into()), path_contains, times: 2, kind });
    let record = bridge.handed_off(&event).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let notes = bridge.portal().notes();
    let with_files: Vec<_> =
        notes.iter().filter(|note| !note.get("hs_attachment_ids").is_empty()).collect();
    assert_eq!(with_files.len(), 1, "{notes:#?}");
    let kept = bridge.portal().file(with_files[0].get("hs_attachment_ids")).unwrap();
    assert_eq!((kept.bytes.as_slice(), kept.extension.as_str()), (PNG, "png"));
    assert_eq!(with_files[0].tickets, [record.ticket.unwrap().to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_picture_in_a_rep_s_text_reaches_the_customer_by_a_signed_address() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    let file = Attachment {
        name: "map.png".to_owned(),
        base64: Some(STANDARD.encode(PNG)),
        ..Attachment::default()
    };
    let (user_id, attachments) = (REP, vec![file]);
    let (thread_of_first, text) = (thread.clone(), "A map".to_owned());
    let first =
        RepMessage { thread: thread_of_first, text, user_id, attachments, ..RepMessage::default() };
    bridge.portal().rep_writes(first).unwrap();
    let id = bridge.portal().files()[0].id.clone();
    let address = format!("https://api.hubspot.com/filemanager/api/v2/files/{id}");
    let html = format!("<p>Here: <img src=\"{address}/signed-url-redirect?portalId=1&v=2\"></p>");
    let sent = bridge.portal().rep_replies(&thread, REP, "Here:", Some(&html)).unwrap();
    assert_eq!(reported(&bridge, &thread, &sent.message).await.0, "SENT");
    let history = bridge.opencx().session(&session).unwrap().history;
    let said = history.iter().find(|one| one.text.starts_with("Here:")).unwrap();
    let got = bridge.http.get(&said.attachments[0].url).send().await.unwrap();
    assert_eq!(got.bytes().await.unwrap().as_ref(), PNG);
}
