//! Many messages at once.

use std::time::Duration;

use bridge_local::environment::Source;
use hubspot_sim::Channel;
use opencx_sim::Sender;
use tests::{Bridge, ann, seen};
use tokio::time::Instant;

const THREADS: usize = 50;
const MESSAGES: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_messages_over_fifty_threads_arrive_once_and_in_order() {
    let bridge = Bridge::with(|options| {
        let Source::Simulated(portal) = &mut options.hubspot else { return };
        portal.rate_limit = 1_000_000;
        let Source::Simulated(opencx) = &mut options.opencx else { return };
        // The way in is what is measured here.
        opencx.ai_delay = Duration::from_hours(1);
    })
    .await;
    let text = |thread: usize, at: usize| format!("t{thread} m{at}");
    let mut threads: Vec<String> = Vec::new();
    let began = Instant::now();
    for at in 0..MESSAGES / THREADS {
        for thread in 0..THREADS {
            let known = threads.get(thread).map(String::as_str);
            let message = ann(Channel::LiveChat, known, &text(thread, at));
            let sent = bridge.portal().customer_writes(message).unwrap();
            if at == 0 {
                threads.push(sent.thread);
            }
        }
        // HubSpot keeps no order between deliveries; what counts is the order queued.
        let sent = (at + 1) * THREADS;
        seen("the round queued", || (announced(&bridge) >= sent).then_some(())).await;
    }
    let of_thread = |thread: usize| {
        let first = text(thread, 0);
        let sessions = bridge.opencx().sessions().into_iter();
        let own = sessions.filter(move |session| {
            session.history.first().is_some_and(|entry| entry.text == first)
        });
        own.flat_map(|session| session.history).map(|entry| entry.text).collect::<Vec<_>>()
    };
    let each = MESSAGES / THREADS;
    for thread in 0..THREADS {
        seen("all messages of a thread", || (of_thread(thread).len() >= each).then_some(())).await;
    }
    let took = began.elapsed();
    bridge.quiet().await;
    println!("{MESSAGES} messages in {took:?}: {:.0} a second", rate(took));
    for thread in 0..THREADS {
        let expected: Vec<String> = (0..each).map(|at| text(thread, at)).collect();
        assert_eq!(of_thread(thread), expected, "each once, in order");
    }
    let sessions = bridge.opencx().sessions();
    assert_eq!(sessions.len(), THREADS);
    let by_customer = |entry: &opencx_sim::HistoryMessage| entry.sender == Sender::Contact;
    assert!(sessions.iter().all(|session| session.history.iter().all(by_customer)));
}

/// Returns the numbers of messages announced and taken.
fn announced(bridge: &Bridge) -> usize {
    let taken = bridge.portal().deliveries().into_iter().filter(|one| one.status == Some(200));
    let of_messages = |one: hubspot_sim::Delivery| {
        let events = one.body.as_array().cloned().unwrap_or_default().into_iter();
        events.filter(|event| event["subscriptionType"] == "conversation.newMessage").count()
    };
    taken.map(of_messages).sum()
}

fn rate(took: Duration) -> f64 {
    f64::from(u32::try_from(MESSAGES).unwrap()) / took.as_secs_f64()
}
