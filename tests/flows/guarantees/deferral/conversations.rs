//! Conversations that go on during trouble arrive once and in order.

use hubspot_sim::{Channel, Fault, FaultKind};
use opencx_sim::Sender;
use tests::{Bridge, ann, eventually, seen};

use super::{TOKEN, heard, nothing_is_parked, org, store};

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_organisation_loses_nothing() {
    let bridge = Bridge::with_settings(|settings| settings["paused"] = true.into()).await;
    let first = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "0")).unwrap();
    let second = ann(Channel::LiveChat, Some(&first.thread), "1");
    bridge.portal().customer_writes(second).unwrap();
    eventually("a deferred event", || async {
        bridge.stack().table().activity(&org()).await.unwrap().last_paused_at
    })
    .await;
    assert!(bridge.opencx().sessions().is_empty() && bridge.outcomes().await.is_empty());
    store(&bridge, |_| {}).await;
    seen("the session", || (!bridge.opencx().sessions().is_empty()).then_some(())).await;
    seen("both messages", || (heard(&bridge).len() >= 2).then_some(())).await;
    bridge.quiet().await;
    assert_eq!(heard(&bridge), ["0", "1"]);
}

/// Returns what customers said, by the first text of each conversation, in order.
fn conversations(bridge: &Bridge) -> Vec<Vec<String>> {
    let sessions = bridge.opencx().sessions().into_iter();
    let mut all: Vec<Vec<String>> = sessions
        .map(|session| session.history.into_iter())
        .map(|history| history.filter(|one| one.sender == Sender::Contact))
        .map(|said| said.map(|one| one.text).collect())
        .collect();
    all.sort();
    all
}

/// Begins three conversations of which each goes on while `trouble` lasts, ends it, and checks
/// that each arrived once and in order.
async fn three_conversations_outlive(bridge: &Bridge, trouble: impl AsyncFn(bool)) {
    let text = |thread: usize, at: usize| format!("t{thread} m{at}");
    let begin = |thread| ann(Channel::LiveChat, None, &text(thread, 0));
    let threads: Vec<String> = (0..3)
        .map(|thread| bridge.portal().customer_writes(begin(thread)).unwrap().thread)
        .collect();
    bridge.quiet().await;
    let write = |at: usize| {
        for (thread, id) in threads.iter().enumerate() {
            let message = ann(Channel::LiveChat, Some(id), &text(thread, at));
            bridge.portal().customer_writes(message).unwrap();
        }
    };
    (1..3).for_each(write);
    trouble(true).await;
    (3..6).for_each(write);
    seen("the announcements", || {
        let taken = bridge.portal().deliveries();
        let taken = taken.iter().filter(|one| one.status == Some(200));
        let events = taken.filter_map(|one| one.body.as_array()).flatten();
        let of_messages =
            events.filter(|event| event["subscriptionType"] == "conversation.newMessage");
        (of_messages.count() >= 18).then_some(())
    })
    .await;
    trouble(false).await;
    seen("all messages", || {
        let heard: usize = conversations(bridge).iter().map(Vec::len).sum();
        (heard >= 18).then_some(())
    })
    .await;
    bridge.quiet().await;
    let expected: Vec<Vec<String>> =
        (0..3).map(|thread| (0..6).map(|at| text(thread, at)).collect()).collect();
    assert_eq!(conversations(bridge), expected);
    nothing_is_parked(bridge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_a_pause_in_order() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |paused| {
        store(&bridge, |settings| settings["paused"] = paused.into()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_a_token_that_is_replaced_before_the_settings_know() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |replaced| {
        if replaced {
            bridge.portal().rotate_token(TOKEN, "rotated");
        } else {
            store(&bridge, |settings| settings["hubspot"]["access_token"] = "rotated".into()).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_an_api_key_that_is_replaced_before_the_settings_know() {
    let bridge = Bridge::start().await;
    three_conversations_outlive(&bridge, async |replaced| {
        if replaced {
            bridge.opencx().rotate_key("opencx-demo-key", "replaced");
        } else {
            store(&bridge, |settings| settings["opencx"]["api_key"] = "replaced".into()).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_outlive_lost_connections_and_refusals_in_order() {
    let bridge = Bridge::start().await;
    let lost = |method: &str, times| Fault {
        method: Some(method.to_owned()),
        path_contains: String::new(),
        times,
        kind: FaultKind::DropBeforeEffect,
    };
    three_conversations_outlive(&bridge, async |begins| {
        if begins {
            bridge.portal().fail(lost("GET", 8));
            bridge.opencx().fail(Fault {
                kind: FaultKind::Status { status: 429, retry_after: None },
                ..lost("POST", 3)
            });
        }
    })
    .await;
}
