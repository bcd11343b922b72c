//! Messages of a HubSpot thread, both ways.

mod answers;
mod content;
mod conversation;
mod interleavings;
mod load;
mod loops;
mod participants;
mod routing;
mod waiting;

use bridge_domain::outcome::OutcomeRecord;
use hubspot_sim::{Channel, Direction, Message, MessageRef};
use opencx_sim::HistoryMessage;
use tests::{Bridge, ann, seen};

/// The messages of the session whose customer wrote this first.
pub(crate) fn history(bridge: &Bridge, first: &str) -> Vec<HistoryMessage> {
    let sessions = bridge.opencx().sessions().into_iter();
    let mut found =
        sessions.filter(|session| session.history.first().is_some_and(|entry| entry.text == first));
    let history = found.next().map(|session| session.history).unwrap_or_default();
    assert!(found.next().is_none(), "one session, not two, begins with {first:?}");
    history
}

pub(crate) async fn heard(bridge: &Bridge, first: &str, text: &str) -> HistoryMessage {
    let what = format!("{text:?} in the session");
    seen(&what, || history(bridge, first).into_iter().find(|entry| entry.text == text)).await
}

/// Ann writes first; the AI answers, and everything comes to rest.
pub(crate) async fn begun(bridge: &Bridge, channel: Channel) -> String {
    let thread = bridge.portal().customer_writes(ann(channel, None, "first")).unwrap().thread;
    seen("the AI's answer", || answers(bridge, &thread).pop()).await;
    bridge.quiet().await;
    thread
}

/// The AI's answers in a thread.
pub(crate) fn answers(bridge: &Bridge, thread: &str) -> Vec<Message> {
    let outgoing = |message: &Message| message.direction() == Some(Direction::Outgoing);
    let by_ai = |message: &Message| message.sender() == Some("A-111");
    let all = bridge.portal().messages(thread).into_iter();
    all.filter(|message| outgoing(message) && by_ai(message)).collect()
}

pub(crate) async fn last_outcome(bridge: &Bridge, function: &str) -> OutcomeRecord {
    bridge.quiet().await;
    let mut all = bridge.outcomes().await.into_iter();
    all.rfind(|record| record.function == function).expect("it had an outcome")
}

pub(crate) async fn calls(bridge: &Bridge, function: &str) -> (Option<String>, u32) {
    let record = last_outcome(bridge, function).await;
    (record.reason, record.hubspot_calls)
}

/// The outcome of a message of a thread.
pub(crate) async fn outcome_of(bridge: &Bridge, message: &MessageRef) -> OutcomeRecord {
    let id = format!("{}-{}", message.thread, message.message);
    let what = format!("the outcome of message {id}");
    bridge.outcome(&what, |record| record.function == "reply-sync" && record.event_id == id).await
}

/// The reason for which a message was skipped; none if it was applied.
pub(crate) async fn reason_of(bridge: &Bridge, message: &MessageRef) -> Option<String> {
    outcome_of(bridge, message).await.reason
}

/// The session of a thread whose customer wrote this first.
pub(crate) fn session_of(bridge: &Bridge, first: &str) -> String {
    let mut sessions = bridge.opencx().sessions().into_iter();
    let found = sessions.find(|one| one.history.iter().any(|entry| entry.text == first));
    found.expect("the session is there").id
}
