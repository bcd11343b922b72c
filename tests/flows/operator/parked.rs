//! `bridgectl parked`: what is listed, shown and discarded.

use serde_json::json;
use tests::{Bridge, handoff_event};

use super::{ctl, ctl_json, on_parked_fifo, parked_are, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_parked_again_is_listed_again_with_its_message() {
    let bridge = Bridge::start().await;
    bridge.event(&stranger()).await;
    let id = parked_are(&bridge, 1).await[0]["id"].as_str().unwrap().to_owned();
    for redrives in 1..3 {
        ctl_json(&bridge, &["parked", "redrive", &id[..6], "--yes"]).await;
        bridge.quiet().await;
        let list = parked_are(&bridge, 1).await;
        assert_eq!((&list[0]["id"], &list[0]["redrives"]), (&json!(id), &json!(redrives)));
        assert_eq!(on_parked_fifo(&bridge), 1, "the alarm sees it again");
    }
    let shown = ctl_json(&bridge, &["parked", "show", &id, "--body"]).await;
    assert_eq!(shown["body"], stranger().to_string(), "as it came");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_unreadable_events_and_those_without_a_function_can_be_redriven_too() {
    let bridge = Bridge::start().await;
    let mut large = stranger();
    large["data"]["transcript"][0]["text"] = "long ".repeat(80_000).into();
    bridge.event(&large).await;
    bridge.queue_raw("no JSON at all");
    parked_are(&bridge, 2).await;
    // Of a message whose function died each time no claim says that it is parked.
    let moved = sqs_sim::NewMessage {
        body: handoff_event("s-lost").to_string(),
        group: "acme:s-lost".into(),
        deduplication_id: "lost".into(),
        attributes: [("queue".to_owned(), "handoffs.fifo".into())].into(),
    };
    bridge.stack().sqs().queue("parked.fifo").unwrap().send(moved).unwrap();
    let list = parked_are(&bridge, 2).await;
    let of = |reason: &str| list.iter().find(|one| one["reason"] == reason).unwrap();
    assert_eq!(of("unreadable")["org"], "-", "it names no organisation");
    let messages = bridge.stack().sqs().queue("parked.fifo").unwrap().messages();
    assert!(messages.iter().all(|one| one.message.receive_count == 0), "a list receives nothing");
    let redriven = ctl_json(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
    let reasons: Vec<_> = redriven.as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert!(reasons.contains(&&json!("moved_by_sqs")), "{reasons:?}");
    bridge.quiet().await;

    let list = parked_are(&bridge, 2).await;
    assert!(list.iter().all(|one| one["redrives"] == 1), "{list:?}");
    assert_eq!(bridge.portal().tickets().len(), 1, "the lost one's");
    let large_id = list.iter().find(|one| one["reason"] == "unknown_org").unwrap();
    let show = ["parked", "show", large_id["id"].as_str().unwrap(), "--body"];
    assert_eq!(ctl_json(&bridge, &show).await["body"], large.to_string(), "kept whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_choose_and_discarding_is_for_good() {
    let bridge = Bridge::start().await;
    let mut poison = handoff_event("s-1");
    poison["data"]["conversation_id"] = serde_json::Value::Null;
    bridge.event(&json!([poison, stranger()])).await;
    parked_are(&bridge, 2).await;
    let filters: [(&[&str], usize); 6] = [
        (&["--org", "newcomer"], 1),
        (&["--org", "nobody"], 0),
        (&["--reason", "unreadable"], 1),
        (&["--function", "handoff"], 2),
        (&["--older-than", "1h"], 0),
        (&["--newer-than", "1h", "--reason", "unknown_org"], 1),
    ];
    for (filter, count) in filters {
        let (text, result) = ctl(&bridge, &[&["parked", "list"], filter].concat()).await;
        assert_eq!(text.lines().count().saturating_sub(1), count, "{filter:?}:\n{text}");
        assert_eq!(result.map_err(|problem| problem.exit_code()).is_ok(), count > 0);
    }
    let all = ["parked", "discard", "--all", "--reason", "unreadable"];
    ctl_json(&bridge, &all).await;
    parked_are(&bridge, 2).await;
    ctl_json(&bridge, &[&all[..], &["--yes"]].concat()).await;
    assert_eq!(parked_are(&bridge, 1).await[0]["reason"], "unknown_org");
    assert_eq!(on_parked_fifo(&bridge), 1);
    let outcomes = ctl_json(&bridge, &["outcomes", "--org", "acme", "--outcome", "parked"]).await;
    assert_eq!(outcomes[0]["notes"], json!(["discarded by an operator"]));
    let (_, result) = ctl(&bridge, &["outcomes", "--org", "acme", "--session", "s-2"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3);
}
