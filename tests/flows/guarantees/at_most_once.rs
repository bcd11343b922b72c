//! Never twice, never silently lost, in order, and nothing private in the log.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, Direction, Fault, FaultKind};
use serde_json::json;
use tests::{Bridge, ann, handoff_event, logged, seen};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_delivered_ten_times_has_one_effect_and_one_outcome() {
    let bridge = Bridge::start().await;
    let event = handoff_event("s-1");
    bridge.event(&json!([event, event, event, event, event])).await;
    for _ in 0..5 {
        // Past the queue's own deduplication, as after five minutes.
        let messages = bridge.stack().sqs().queue("handoffs.fifo").unwrap();
        let again = sqs_sim::NewMessage {
            body: event.to_string(),
            group: "acme:s-1".into(),
            deduplication_id: format!("again-{:?}", std::time::Instant::now())
                .replace([' ', '{', '}'], ""),
            ..Default::default()
        };
        messages.send(again).unwrap();
    }
    bridge.quiet().await;
    let outcomes = bridge.outcomes().await;
    assert_eq!(outcomes.iter().filter(|record| record.function == "handoff").count(), 1);
    assert_eq!(bridge.portal().tickets().len(), 1);
    assert_eq!(bridge.portal().contacts().len(), 1);
    assert_eq!(bridge.portal().notes().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_succeed_is_parked_at_once_and_its_group_goes_on() {
    let bridge = Bridge::start().await;
    let mut poison = handoff_event("s-1");
    poison["event_id"] = "poison".into();
    poison["data"]["conversation_id"] = serde_json::Value::Null;
    bridge.event(&json!([poison, handoff_event("s-1")])).await;
    bridge
        .outcome("the neighbour applied", |record| {
            record.function == "handoff" && record.outcome == Outcome::Applied
        })
        .await;
    let parked = bridge.outcome("a parked event", |record| record.outcome == Outcome::Parked).await;
    assert_eq!(parked.reason.as_deref(), Some("unreadable"));
    assert!(parked.error.unwrap().contains("data.conversation_id"));
    let kept = bridge.stack().sqs().queue("parked.fifo").unwrap().messages();
    let [kept] = kept.as_slice() else { panic!("one is kept, not {kept:?}") };
    assert_eq!(kept.message.body, poison.to_string(), "as it came");
    assert_eq!(kept.message.attributes["reason"], "unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_message_says_why_when_and_how_far_it_got() {
    let bridge = Bridge::start().await;
    bridge.portal().fail(Fault {
        method: Some("POST".into()),
        path_contains: "/objects/tickets".into(),
        times: 1,
        kind: FaultKind::Status { status: 403, retry_after: None },
    });
    bridge.event(&handoff_event("s-1")).await;
    let record = bridge.outcome_of("handoff").await;
    assert_eq!(record.outcome, Outcome::Parked, "{record:?}");
    let kept = bridge.stack().sqs().queue("parked.fifo").unwrap().messages().remove(0);
    let said = |name: &str| kept.message.attributes[name].clone();
    assert_eq!((said("function"), said("org")), ("handoff".into(), "acme".into()));
    assert_eq!((said("reason"), Some(said("error"))), ("refused".into(), record.error));
    assert_eq!(
        (said("parked_at"), said("steps_done")),
        (record.at, "comment note on the contact,contact".into())
    );
    assert_eq!((said("queue"), said("group")), ("handoffs.fifo".into(), "acme:s-1".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_loses_nothing_and_keeps_the_order() {
    let bridge = Bridge::start().await;
    let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "one")).unwrap();
    bridge.quiet().await;
    bridge.portal().set_down(true);
    for text in ["two", "three"] {
        bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&sent.thread), text)).unwrap();
    }
    seen("the first of them delivered and not processed", || {
        let queue = bridge.stack().sqs().queue("messages.fifo").unwrap();
        queue.messages().iter().any(|held| held.message.receive_count > 1).then_some(())
    })
    .await;
    bridge.portal().set_down(false);
    bridge.quiet().await;
    let session = bridge.opencx().sessions().remove(0);
    let heard: Vec<&str> = session
        .history
        .iter()
        .filter(|entry| entry.sender == opencx_sim::Sender::Contact)
        .map(|entry| entry.text.as_str())
        .collect();
    assert_eq!(heard, ["one", "two", "three"]);
    assert!(bridge.outcomes().await.iter().all(|record| record.outcome != Outcome::Parked));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_may_have_reached_the_customer_is_parked_and_not_sent_again() {
    for (kind, sent) in [(FaultKind::DropAfterEffect, 1), (FaultKind::DropBeforeEffect, 0)] {
        let bridge = Bridge::start().await;
        bridge.portal().fail(Fault {
            method: Some("POST".into()),
            path_contains: "/messages".into(),
            times: 1,
            kind,
        });
        let thread =
            bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap().thread;
        let parked = bridge.outcome_of("ai-reply").await;
        assert_eq!(
            (parked.outcome, parked.reason.as_deref()),
            (Outcome::Parked, Some("uncertain"))
        );
        bridge.quiet().await;
        let answers = bridge.portal().messages(&thread);
        let outgoing =
            |message: &&hubspot_sim::Message| message.direction() == Some(Direction::Outgoing);
        assert_eq!(answers.iter().filter(outgoing).count(), sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_inactive_organisation_has_an_outcome_too() {
    let bridge = Bridge::with_settings(|settings| settings["active"] = false.into()).await;
    let mut stranger = handoff_event("s-2");
    stranger["organization_id"] = "nobody".into();
    bridge.event(&json!([handoff_event("s-1"), stranger])).await;
    for (org, outcome, reason) in
        [("acme", Outcome::Skipped, "org_inactive"), ("nobody", Outcome::Parked, "unknown_org")]
    {
        let record = bridge.outcome(org, |record| record.org == org).await;
        assert_eq!((record.outcome, record.reason.as_deref()), (outcome, Some(reason)));
    }
    assert_eq!(bridge.portal().calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_parked_whoever_it_is_from() {
    let bridge = Bridge::start().await;
    for nonsense in ["total nonsense {", "[]]", "{}", "{\"event\":5}", "\"text\"", "7"] {
        bridge.queue_raw(nonsense);
    }
    bridge.quiet().await;
    let outcomes = bridge.outcomes().await;
    assert_eq!(outcomes.len(), 6, "{outcomes:?}");
    for record in outcomes {
        assert_eq!(record.reason.as_deref(), Some("unreadable"), "{record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_words_and_no_secrets_are_in_the_log() {
    let bridge = Bridge::start().await;
    let writes = |thread: Option<&str>, text: &str| {
        bridge.portal().customer_writes(ann(Channel::Email, thread, text)).unwrap()
    };
    let thread = writes(None, "quixotic zebras want a refund").thread;
    bridge.quiet().await;
    bridge.portal().rep_comments(&thread, 222, "quixotic remark").unwrap();
    bridge.portal().rep_replies(&thread, 222, "quixotic reply", None).unwrap();
    writes(Some(&thread), "a human for the quixotic zebras!");
    let mut broken = handoff_event("s-1");
    broken["data"]["transcript"] = json!([{ "text": { "quixotic": "words" } }]);
    broken["data"]["summary"] = "quixotic".into();
    bridge.event(&broken).await;
    bridge.quiet().await;
    let log = logged();
    assert!(log.contains("event parked") && log.contains("event ended"), "the log is kept");
    let secrets = ["demo-client-secret", "demo-webhook-token", "pat-na1", "opencx-demo-key"];
    for word in secrets.into_iter().chain(["quixotic", "zebras"]) {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "`{word}` is in the log");
    }
}
