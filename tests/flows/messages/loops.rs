//! Two programs that answer each other are stopped, and a human gets the thread.

use std::time::Duration;

use bridge_local::environment::Source;
use hubspot_sim::{Channel, Message, MessageKind};
use tests::{Bridge, ann, seen};

use super::{answers, history, reason_of};

fn comments(bridge: &Bridge, thread: &str) -> Vec<Message> {
    let mut all = bridge.portal().messages(thread);
    all.retain(|message| message.kind == MessageKind::Comment);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_message_with_the_same_text_is_not_heard_and_a_human_gets_the_thread() {
    let bridge = Bridge::with(|options| {
        let Source::Simulated(opencx) = &mut options.opencx else { return };
        opencx.ai_delay = Duration::from_hours(1);
    })
    .await;
    let portal = bridge.portal();
    let text = "I am out until Monday.";
    let thread = portal.customer_writes(ann(Channel::Email, None, text)).unwrap().thread;
    let mut reasons = Vec::new();
    for _ in 0..11 {
        let again = portal.customer_writes(ann(Channel::Email, Some(&thread), text)).unwrap();
        reasons.push(reason_of(&bridge, &again).await);
    }
    assert_eq!(history(&bridge, text).len(), 2, "the AI heard it twice");
    assert_eq!(reasons[0], None);
    assert_eq!(reasons[1].as_deref(), Some("loop_stopped"));
    assert!(reasons[2..].iter().all(Option::is_some), "{reasons:?}");
    assert_eq!(portal.thread(&thread).unwrap().assigned_to.as_deref(), Some("A-222"));
    assert_eq!(comments(&bridge, &thread).len(), 1, "and is told why, once");
    // Nobody has it: still silent. The AI's user has it: the AI goes on.
    for (owner, heard) in [(None, false), (Some(111), true)] {
        portal.assign(&thread, owner).unwrap();
        let next = ann(Channel::Email, Some(&thread), &format!("{owner:?}"));
        let next = portal.customer_writes(next).unwrap();
        assert_eq!(reason_of(&bridge, &next).await.is_none(), heard, "{owner:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_autoresponder_that_no_rule_knows_is_stopped_after_the_allowed_answers() {
    let bridge = Bridge::with_settings(|settings| settings["max_ai_replies"] = 3.into()).await;
    let portal = bridge.portal();
    let first = ann(Channel::LiveChat, None, "round 0");
    let thread = portal.customer_writes(first).unwrap().thread;
    for round in 1..6 {
        bridge.quiet().await;
        // It answers whatever it is told, each time in other words.
        let text = format!("round {round}");
        portal.customer_writes(ann(Channel::LiveChat, Some(&thread), &text)).unwrap();
    }
    seen("the thread is a human's", || {
        (portal.thread(&thread)?.assigned_to.as_deref() == Some("A-222")).then_some(())
    })
    .await;
    bridge.quiet().await;
    assert_eq!(answers(&bridge, &thread).len(), 3);
    assert_eq!(comments(&bridge, &thread).len(), 1);
}
