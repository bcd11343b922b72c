//! A handoff on a Custom Channel: the thread begins with the transcript, and a rep gets it.

use bridge_domain::outcome::Outcome;
use serde_json::Value;
use tests::{Bridge, comment_notes, comments, seen};

use super::{handoff, only_thread, published, said, session_of_ann, shown, start};
use crate::operator::ctl_json;

/// Counts the calls but for owners and inboxes, which are asked once a day.
fn calls_of_each_handoff(bridge: &Bridge) -> usize {
    let is_asked_once = |path: &str| {
        ["/inboxes/", "/owners/", "/channel-accounts/"].iter().any(|one| path.contains(one))
    };
    bridge.portal().calls().iter().filter(|call| !is_asked_once(&call.path)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_help_desk_its_ticket_is_taken_and_the_comment_is_a_note_on_it_as_well() {
    let bridge = start("handoff").await;
    let connect = ["channels", "connect", "acme", "whatsapp", "--inbox", "Help Desk"];
    let connected = ctl_json(&bridge, &connect).await;
    let (table, org) = (bridge.stack().table(), "acme".into());
    let mut settings: Value =
        serde_json::from_str(&table.settings(&org).await.unwrap().unwrap()).unwrap();
    settings["channels"]["whatsapp"] = connected["channels"]["whatsapp"].clone();
    table.put_settings(&org, &settings.to_string()).await.unwrap();
    let session = session_of_ann(&bridge);
    let record = bridge.handed_off(&handoff(&session, 10, &[("contact", "Hello")])).await;
    assert_eq!((record.outcome, record.notes.len()), (Outcome::Applied, 0), "{record:?}");
    let tickets = bridge.portal().tickets();
    assert_eq!(tickets.len(), 1, "HubSpot opened it: {tickets:#?}");
    assert_eq!(tickets[0].id, record.ticket.unwrap().as_str());
    let thread = record.thread.unwrap();
    assert_eq!(comments(bridge.portal(), thread.as_str()).len(), 1);
    assert_eq!(comment_notes(bridge.portal())[0].tickets, [tickets[0].id.clone()]);
    let owner = bridge.portal().thread(thread.as_str()).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-222"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thread_begins_with_the_transcript_and_a_rep_has_it() {
    let bridge = start("handoff").await;
    bridge.seasoned().await;
    let session = session_of_ann(&bridge);
    let before = published(&bridge, &said("contact", &session, "m-1", "A refund, please", 1)).await;
    assert_eq!(before.reason.as_deref(), Some("before_handoff"));
    assert_eq!(before.hubspot_calls, 0);
    let known = bridge.portal().threads().len();
    bridge.forget_calls();
    let event = handoff(&session, 10, &[("contact", "A refund, please")]);
    let record = bridge.handed_off(&event).await;
    assert_eq!((record.outcome, record.notes.len()), (Outcome::Applied, 0), "{record:?}");
    assert!(calls_of_each_handoff(&bridge) <= 6, "{record:?}");
    bridge.quiet().await;
    let thread = bridge.portal().threads().remove(known);
    assert_eq!(record.thread.unwrap().as_str(), thread.id);
    assert_eq!(shown(&bridge, &thread.id), ["> A refund, please"]);
    assert_eq!(comments(bridge.portal(), &thread.id).len(), 1);
    assert_eq!(thread.assigned_to.as_deref(), Some("A-222"));
    let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
    assert_eq!(ticket.contacts, std::slice::from_ref(&thread.associated_contact_id));
    assert!(comments(bridge.portal(), &thread.id)[0].text().contains("handoff"));

    let after = published(&bridge, &said("contact", &session, "m-2", "Hello?", 20)).await;
    assert_eq!((after.outcome, after.hubspot_calls), (Outcome::Applied, 1), "{after:?}");
    assert_eq!(shown(&bridge, &thread.id), ["> A refund, please", "> Hello?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_transcript_is_fifty_messages_and_one() {
    let bridge = start("handoff").await;
    bridge.seasoned().await;
    let session = session_of_ann(&bridge);
    let texts: Vec<String> = (1..=60).map(|number| format!("line {number}")).collect();
    let sender = |at: usize| if at.is_multiple_of(2) { "contact" } else { "ai" };
    let lines: Vec<(&str, &str)> =
        texts.iter().enumerate().map(|(at, text)| (sender(at), text.as_str())).collect();
    bridge.forget_calls();
    let record = bridge.handed_off(&handoff(&session, 100, &lines)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let calls = bridge.portal().calls();
    let publishes = calls.iter().filter(|call| call.path.contains("/custom-channels/")).count();
    assert_eq!(publishes, 51);
    assert!(calls.len() <= 51 + 5, "{}", calls.len());
    let thread = bridge.portal().threads().pop().unwrap();
    let shown = shown(&bridge, &thread.id);
    assert!(shown[0].contains("line 1") && shown[0].contains("line 10"), "{}", shown[0]);
    let single: Vec<String> = (11..=60)
        .map(|n| format!("{} line {n}", if (n - 1) % 2 == 0 { '>' } else { '<' }))
        .collect();
    assert_eq!(shown[1..], single);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_around_the_handoff_are_shown_once_whatever_comes_first() {
    let bridge = start("handoff").await;
    let session = session_of_ann(&bridge);
    let lines = [("contact", "First"), ("ai", "Second"), ("contact", "A human, please")];
    bridge.handed_off(&handoff(&session, 10, &lines)).await;
    // The events of what the transcript has come late.
    for (kind, id, text, second) in [
        ("contact", "m-1", "First", 1),
        ("ai", "m-2", "Second", 2),
        ("contact", "m-3", "A human, please", 3),
    ] {
        let record = published(&bridge, &said(kind, &session, id, text, second)).await;
        assert_eq!(record.reason.as_deref(), Some("in_transcript"), "{record:?}");
    }
    // Not in the transcript, though before it; and the same words once more after it.
    published(&bridge, &said("contact", &session, "m-4", "Forgotten", 9)).await;
    published(&bridge, &said("contact", &session, "m-5", "First", 11)).await;
    let thread = only_thread(&bridge).id;
    let expected = ["> First", "< Second", "> A human, please", "> Forgotten", "> First"];
    assert_eq!(shown(&bridge, &thread), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_overtakes_its_handoff_is_not_lost() {
    let bridge = start("handoff").await;
    let session = session_of_ann(&bridge);
    let late = "2099-01-01T00:00:00Z";
    let mut overtaking = said("contact", &session, "m-2", "Hello", 1);
    overtaking["data"]["timestamp"] = late.into();
    let record = published(&bridge, &overtaking).await;
    assert_eq!(record.reason.as_deref(), Some("before_handoff"));
    // OpenCX's history has it, the event's transcript has not.
    bridge.handed_off(&handoff(&session, 10, &[])).await;
    bridge.quiet().await;
    let thread = only_thread(&bridge).id;
    assert!(
        shown(&bridge, &thread).contains(&"> Hello".to_owned()),
        "{:?}",
        shown(&bridge, &thread)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_who_has_the_thread_keeps_it() {
    let bridge = start("always").await;
    bridge.seasoned().await;
    let session = session_of_ann(&bridge);
    published(&bridge, &said("contact", &session, "m-1", "Hello", 1)).await;
    let thread = bridge.portal().threads().pop().unwrap().id;
    bridge.portal().assign(&thread, Some(333)).unwrap();
    bridge.forget_calls();
    let record = bridge.handed_off(&handoff(&session, 10, &[("contact", "Hello")])).await;
    assert!(calls_of_each_handoff(&bridge) <= 6, "{record:?}");
    assert_eq!(record.outcome, Outcome::Applied);
    bridge.quiet().await;
    let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-333"));
    assert_eq!(shown(&bridge, &thread), ["> Hello"], "it is shown already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hubspot_refuses_keeps_no_human_away() {
    let bridge = start("handoff").await;
    bridge.portal().purge_account(hubspot_sim::DEMO_ACCOUNTS[0].1).unwrap();
    let session = session_of_ann(&bridge);
    let record = bridge.handed_off(&handoff(&session, 10, &[("contact", "Hello")])).await;
    assert_eq!(record.outcome, Outcome::Parked);
    let error = record.error.unwrap();
    assert!(error.starts_with("thread:"), "{error}");
    let ticket = seen("the ticket", || bridge.portal().tickets().pop()).await;
    assert_eq!(ticket.notes.len(), 1, "the comment is a note on the ticket");
}
