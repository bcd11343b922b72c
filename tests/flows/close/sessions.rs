//! A ticket closes with the last of its sessions, as OpenCX tells of them.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use serde_json::{Value, json};
use tests::{Bridge, eventually_within, handoff_event, seen, with};

use super::{close, closed, ended, handed_off, second_session, ticket};

/// A telephone call that ended, as OpenCX announces it: without a resolution.
fn call_ended(session: &str, event_id: &str) -> Value {
    json!({ "event": "phone_call.ended", "event_id": event_id, "organization_id": "acme",
            "data": { "conversation_id": session, "channel": "phone",
                      "timestamp": "2026-11-21T21:30:00Z" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_call_ends_as_its_session_says() {
    let bridge = Bridge::start().await;
    for (channel, number, resolved, expected) in [
        ("phone", "+4930111", Some(true), None),
        ("web_voice", "+4930222", Some(false), Some("not_resolved")),
        ("phone_voice", "+4930333", None, Some("not_resolved")),
    ] {
        let contact = opencx_sim::Contact { phone_number: Some(number.into()), ..<_>::default() };
        let message = opencx_sim::ContactMessage { contact, text: "Hi.".into(), ..<_>::default() };
        let session = bridge.opencx().customer_writes(message).unwrap();
        let contact = json!({ "id": number, "phone_number": number });
        let handoff =
            with(handoff_event(&session), &json!({ "channel": channel, "contact": contact }));
        let ticket = bridge.handed_off(&handoff).await.ticket.unwrap().to_string();
        bridge.quiet().await;
        bridge.opencx().set_events_url(None);
        match resolved {
            Some(resolved) => bridge.opencx().resolve(&session, resolved).unwrap(),
            None => bridge.opencx().set_gone(&session, 404).unwrap(),
        }
        let record = close(&bridge, call_ended(&session, &format!("ended-{number}"))).await;
        assert_eq!(record.reason.as_deref(), expected, "{channel}: {record:?}");
        let closed = super::ticket(&bridge, &ticket).get("hs_pipeline_stage") == "4";
        assert_eq!(closed, expected.is_none(), "{channel}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_gone_counts_as_over() {
    for status in [404, 410, 200] {
        let bridge = Bridge::start().await;
        let id = handed_off(&bridge, "s-1").await;
        let second = second_session(&bridge).await;
        let first = close(&bridge, closed("s-1", "c-1")).await;
        assert!(first.notes[0].contains("another session"), "{first:?}");
        assert_eq!(ticket(&bridge, &id).get("hs_pipeline_stage"), "1", "the other one is open");
        match status {
            200 => bridge.opencx().resolve(&second, true).unwrap(),
            gone => bridge.opencx().set_gone(&second, gone).unwrap(),
        }
        close(&bridge, closed("s-1", "c-2")).await;
        assert_eq!(ticket(&bridge, &id).get("hs_pipeline_stage"), "4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_reads_open_is_read_once_more_a_minute_later() {
    let bridge = Bridge::start().await;
    handed_off(&bridge, "s-0").await;
    let names = ["late", "gone", "unresolved", "open"];
    let mut sessions = Vec::new();
    for _ in names {
        sessions.push(second_session(&bridge).await);
    }
    bridge.opencx().reset_calls();
    for (name, session) in names.iter().zip(&sessions) {
        bridge.event(&closed(session, name)).await;
    }
    seen("all reads", || (bridge.opencx().calls().len() >= names.len()).then_some(())).await;
    bridge.opencx().resolve(&sessions[0], true).unwrap();
    bridge.opencx().set_gone(&sessions[1], 410).unwrap();
    bridge.opencx().resolve(&sessions[2], false).unwrap();
    let ended = eventually_within(Duration::from_mins(4), "all outcomes", || async {
        let records = bridge.outcomes().await;
        let of = |id: &str| records.iter().find(|record| record.event_id == id).cloned();
        names.into_iter().map(of).collect::<Option<Vec<_>>>()
    })
    .await;
    for (record, is_open) in ended.iter().zip([false, false, false, true]) {
        let expected = if is_open { Outcome::Skipped } else { Outcome::Applied };
        assert_eq!(record.outcome, expected, "{record:?}");
        assert_eq!(record.reason.as_deref() == Some("session_open"), is_open, "{record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_closes_when_its_last_open_session_resolves() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    let second = second_session(&bridge).await;
    let first = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(first.outcome, Outcome::Applied, "{first:?}");
    assert!(first.notes[0].contains("another session"), "{first:?}");
    let open = ticket(&bridge, &id);
    assert_eq!(open.get("hs_pipeline_stage"), "1");
    assert!(open.get("content").contains("https://app.open.cx/inbox/s-1\nRefunded."));
    bridge.opencx().resolve(&second, true).unwrap();
    close(&bridge, closed(&second, "c-2")).await;
    let closed = ticket(&bridge, &id);
    assert_eq!(closed.get("hs_pipeline_stage"), "4");
    assert!(
        closed.get("content").contains(&format!("https://app.open.cx/inbox/{second}\nRefunded."))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_closes_and_a_handoff_at_once_lose_no_words() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    handed_off(&bridge, "s-2").await;
    let mut third = handoff_event("s-3");
    third["data"]["summary"] = "A third matter.".into();
    bridge.event(&json!([closed("s-1", "c-1"), closed("s-2", "c-2"), third])).await;
    for event in ["c-1", "c-2", "handoff-s-3"] {
        ended(&bridge, event).await;
    }
    bridge.quiet().await;
    let told: String =
        bridge.portal().tickets().iter().map(|ticket| ticket.get("content").to_owned()).collect();
    for words in ["inbox/s-1\nRefunded.", "inbox/s-2\nRefunded.", "A third matter."] {
        assert!(told.contains(words), "{words} is missing in: {told}");
    }
    assert!(ticket(&bridge, &id).get("content").contains("inbox/s-2\nRefunded."));
}
