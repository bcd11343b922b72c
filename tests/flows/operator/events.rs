//! `bridgectl event send`.

use serde_json::json;
use tests::{Bridge, handoff_event};

use super::{Document, ctl, ctl_json};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_sent_from_a_file_and_one_that_is_none_is_not() {
    let bridge = Bridge::start().await;
    let file = Document::of("event", &json!([handoff_event("s-1"), handoff_event("s-2")]));
    let sent = ctl_json(&bridge, &["event", "send", file.name()]).await;
    assert_eq!(sent, json!({ "queued": { "handoffs.fifo": 2 } }));
    bridge.quiet().await;
    let records = ctl_json(&bridge, &["outcomes", "--org", "acme", "--function", "handoff"]).await;
    assert_eq!(records.as_array().unwrap().len(), 2);
    let wrong = Document::of("wrong", &json!([handoff_event("s-3"), { "event": "x" }]));
    let (_, result) = ctl(&bridge, &["event", "send", wrong.name()]).await;
    let problem = result.unwrap_err();
    assert!(problem.exit_code() == 2 && problem.to_string().contains("event 1"), "{problem}");
    bridge.quiet().await;
    let handoffs = ctl_json(&bridge, &["outcomes", "--org", "acme", "--function", "handoff"]).await;
    assert_eq!(handoffs.as_array().unwrap().len(), 2, "all or nothing");
}
