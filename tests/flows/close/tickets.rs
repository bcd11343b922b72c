//! A resolved conversation, and its ticket.

use std::time::Duration;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use hubspot_sim::{Fault, FaultKind, Merged, ObjectKind, Pipeline, Property, RecordView, Stage};
use serde_json::{Value, json};
use tests::{Bridge, eventually, eventually_within, handoff_event, portal, seen, with};

/// A close of a session, as OpenCX announces it.
fn closed(session: &str, event_id: &str) -> Value {
    json!({ "event": "conversation.closed", "event_id": event_id, "organization_id": "acme",
            "data": { "conversation_id": session, "timestamp": "2026-11-21T21:30:00Z",
                      "resolution_status": "resolved", "summary": "Refunded.",
                      "user_sentiment": "happy" } })
}

/// Returns the outcome of this very event.
async fn ended(bridge: &Bridge, event_id: &str) -> OutcomeRecord {
    bridge.outcome(event_id, |record| record.event_id == event_id).await
}

async fn close(bridge: &Bridge, event: Value) -> OutcomeRecord {
    let id = event["event_id"].as_str().unwrap().to_owned();
    bridge.event(&event).await;
    ended(bridge, &id).await
}

/// A session that was handed off; the id of its ticket.
async fn handed_off(bridge: &Bridge, session: &str) -> String {
    bridge.event(&handoff_event(session)).await;
    let record = ended(bridge, &format!("handoff-{session}")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    record.ticket.unwrap().to_string()
}

fn stage(id: &str, closed: bool) -> Stage {
    Stage { id: id.into(), label: format!("Stage {id}"), closed, probability: None }
}

fn ticket(bridge: &Bridge, id: &str) -> RecordView {
    bridge.portal().ticket(id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticket_is_closed_in_two_calls_and_what_a_rep_wrote_stays() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    let words = "Rep: she called, too.\n";
    bridge.portal().set_property(&id, "content", words, 222).unwrap();
    bridge.quiet().await;
    bridge.forget_calls();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(record.hubspot_calls, 2);
    let calls: Vec<_> = bridge.portal().calls().into_iter().map(|call| call.method).collect();
    assert_eq!(calls, ["GET", "PATCH"]);
    let ticket = ticket(&bridge, &id);
    assert_eq!(ticket.get("hs_pipeline_stage"), "4");
    let end = "--- Resolved, 2026-11-21 21:30 UTC ---\nhttps://app.open.cx/inbox/s-1\nRefunded.\n\
               Sentiment: happy";
    assert_eq!(ticket.get("content"), format!("{}\n\n{end}", words.trim_end()));
    // The same close under another id: nothing is added twice.
    close(&bridge, closed("s-1", "c-2")).await;
    assert_eq!(self::ticket(&bridge, &id).get("content"), ticket.get("content"));
}

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
        let closed = self::ticket(&bridge, &ticket).get("hs_pipeline_stage") == "4";
        assert_eq!(closed, expected.is_none(), "{channel}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_without_a_moment_has_a_dated_heading_all_the_same() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    let mut event = closed("s-1", "c-1");
    event["data"].as_object_mut().unwrap().remove("timestamp");
    close(&bridge, event).await;
    let content = ticket(&bridge, &id).get("content").to_owned();
    let heading = content.lines().find(|line| line.starts_with("--- Resolved, 20")).unwrap();
    assert!(heading.ends_with(" UTC ---"), "{heading}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_has_no_effect_says_why() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    let mut unresolved = closed("s-1", "unresolved");
    unresolved["data"]["resolution_status"] = "not_resolved".into();
    let cases = [(unresolved, "not_resolved"), (closed("s-unknown", "no-ticket"), "no_ticket")];
    for (event, reason) in cases {
        let record = close(&bridge, event).await;
        assert_eq!(record.outcome, Outcome::Skipped, "{record:?}");
        assert_eq!(record.reason.as_deref(), Some(reason));
        assert_eq!(record.hubspot_calls, 0);
    }
    let ticket = ticket(&bridge, &id);
    assert_eq!(ticket.get("hs_pipeline_stage"), "1");
    assert!(!ticket.get("content").contains("Resolved,"), "{}", ticket.get("content"));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_assist_mode_a_person_closes() {
    let bridge =
        Bridge::with_settings(|settings| settings["assist_mode"] = json!(["whatsapp"])).await;
    let id = handed_off(&bridge, "s-1").await;
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.reason.as_deref(), Some("assist_mode"));
    assert_eq!(ticket(&bridge, &id).get("hs_pipeline_stage"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_a_rep_closed_is_completed_and_keeps_its_stage() {
    let own = stage("77", true);
    let bridge = Bridge::with(|options| {
        portal(options).ticket_pipelines[0].stages.push(own);
    })
    .await;
    let id = handed_off(&bridge, "s-1").await;
    bridge.portal().set_property(&id, "hs_pipeline_stage", "77", 222).unwrap();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let ticket = ticket(&bridge, &id);
    assert_eq!(ticket.get("hs_pipeline_stage"), "77");
    assert!(ticket.get("content").contains("Refunded."));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_closed_stage_in_the_settings_the_tickets_own_pipeline_has_one() {
    let stages = vec![stage("501", false), stage("509", true)];
    let other = Pipeline { id: "500".into(), label: "Returns".into(), stages };
    let bridge = Bridge::with(|options| {
        options.settings[0]["hubspot"].as_object_mut().unwrap().remove("closed_stage");
        portal(options).ticket_pipelines.push(other);
    })
    .await;
    let id = handed_off(&bridge, "s-1").await;
    // A rep moves it to another pipeline: there, another stage means closed.
    let moved = [("hs_pipeline", "500"), ("hs_pipeline_stage", "501")];
    bridge.portal().set_properties(&id, &moved, 222).unwrap();
    close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(ticket(&bridge, &id).get("hs_pipeline_stage"), "509");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_gone_parks_the_close_at_once() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    bridge.portal().archive(ObjectKind::Ticket, &id);
    bridge.forget_calls();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Parked);
    assert_eq!(record.reason.as_deref(), Some("ticket_gone"));
    assert!(record.error.unwrap().contains("deleted or merged"));
    bridge.quiet().await;
    assert_eq!(bridge.portal().calls().len(), 1, "it was not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_ticket_is_closed_where_it_went() {
    let bridge = Bridge::start().await;
    // Nobody tells the bridge of the merge: the answer to the read does.
    bridge.portal().set_webhook_url(None);
    let id = handed_off(&bridge, "s-1").await;
    let other = [("subject", "x"), ("content", "Other words."), ("hs_pipeline_stage", "1")];
    let other = bridge.portal().seed_ticket(&other).unwrap();
    bridge.portal().merge(ObjectKind::Ticket, &id, &other).unwrap();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(record.ticket.unwrap().as_str(), other);
    let survivor = ticket(&bridge, &other);
    assert_eq!(survivor.get("hs_pipeline_stage"), "4");
    assert!(survivor.get("content").starts_with("Other words."));
    assert!(survivor.get("content").contains("Refunded."), "{}", survivor.get("content"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_merged_again_and_again_is_closed_where_it_ended() {
    for (is_told, is_gone) in [(true, false), (true, true), (false, false)] {
        let bridge = Bridge::with(|options| portal(options).merged_ids_are_gone = is_gone).await;
        if !is_told {
            bridge.portal().set_webhook_url(None);
        }
        let mut last = handed_off(&bridge, "s-1").await;
        for subject in ["second", "third"] {
            let next = [("subject", subject), ("hs_pipeline_stage", "1")];
            let next = bridge.portal().seed_ticket(&next).unwrap();
            bridge.portal().merge(ObjectKind::Ticket, &last, &next).unwrap();
            bridge.quiet().await;
            last = next;
        }
        let record = close(&bridge, closed("s-1", "c-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{is_told} {is_gone}: {record:?}");
        assert_eq!(ticket(&bridge, &last).get("hs_pipeline_stage"), "4", "{is_told} {is_gone}");
        let content = ticket(&bridge, &last).get("content").to_owned();
        assert!(content.contains("Refunded."), "{is_told} {is_gone}: {content}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_hubspot_announces_moves_closes_and_property_changes_to_the_survivor() {
    for (survivor, merged_is_gone) in
        [(Merged::IntoExisting, false), (Merged::IntoExisting, true), (Merged::IntoNew, true)]
    {
        let bridge =
            Bridge::with(|options| portal(options).merged_ids_are_gone = merged_is_gone).await;
        let plan = Property::text(ObjectKind::Ticket, "plan");
        bridge.portal().define_property(ObjectKind::Ticket, plan).unwrap();
        let session = second_session(&bridge).await;
        let old = bridge.portal().tickets().remove(0).id;
        let other = [("subject", "x"), ("content", "Other words."), ("hs_pipeline_stage", "1")];
        let other = bridge.portal().seed_ticket(&other).unwrap();
        let merged = bridge.portal().merge_as(ObjectKind::Ticket, &old, &other, survivor);
        let survivor = merged.unwrap();
        let merge = bridge.outcome("the merge", |record| record.event == "ticket.merge").await;
        assert_eq!(merge.outcome, Outcome::Applied, "{merge:?}");
        bridge.portal().set_property(&survivor, "plan", "gold", 222).unwrap();
        seen("the property in the session", || {
            let data = bridge.opencx().session(&session)?.custom_data;
            (data.get("plan")? == "gold").then_some(())
        })
        .await;
        bridge.opencx().resolve(&session, true).unwrap();
        let record = close(&bridge, closed(&session, "c-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert_eq!(record.ticket.unwrap().as_str(), survivor);
        assert_eq!(ticket(&bridge, &survivor).get("hs_pipeline_stage"), "4");
    }
}

/// A session at OpenCX, linked to the ticket of another session of the same person.
async fn second_session(bridge: &Bridge) -> String {
    bridge.opencx().set_events_url(None);
    let contact =
        opencx_sim::Contact { email: Some("ann@example.org".into()), ..Default::default() };
    let text = "And another thing.".into();
    let message = opencx_sim::ContactMessage { contact, text, ..Default::default() };
    let session = bridge.opencx().customer_writes(message).unwrap();
    handed_off(bridge, &session).await;
    session
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

#[tokio::test(flavor = "multi_thread")]
async fn a_full_ticket_gets_the_end_as_a_note() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    let full = "x".repeat(65_536);
    bridge.portal().set_property(&id, "content", &full, 222).unwrap();
    close(&bridge, closed("s-1", "c-1")).await;
    let ticket = ticket(&bridge, &id);
    assert_eq!(ticket.get("content"), full);
    assert_eq!(ticket.get("hs_pipeline_stage"), "4");
    let notes = bridge.portal().notes();
    let note = notes.iter().find(|note| note.get("hs_note_body").contains("Refunded.")).unwrap();
    assert_eq!(note.tickets, [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_waits_for_the_handoff_that_is_in_progress() {
    let bridge = Bridge::start().await;
    bridge.portal().fail(Fault {
        method: Some("POST".into()),
        path_contains: "/objects/tickets".into(),
        times: 1,
        kind: FaultKind::HangBeforeEffect(Duration::from_secs(2)),
    });
    bridge.event(&handoff_event("s-1")).await;
    seen("the ticket's creation under way", || {
        let calls = bridge.portal().calls();
        calls.into_iter().find(|call| call.method == "POST" && call.path.ends_with("/tickets"))
    })
    .await;
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(bridge.portal().tickets()[0].get("hs_pipeline_stage"), "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_waits_for_a_handoff_that_only_opencx_knows_of() {
    let bridge = Bridge::start().await;
    // OpenCX has handed over; its event is late.
    bridge.opencx().set_events_url(None);
    let session = bridge.opencx().customer_writes(opencx_sim::ContactMessage {
        text: "A human, please.".into(),
        ..Default::default()
    });
    let session = session.unwrap();
    seen("handed over", || bridge.opencx().session(&session).filter(|known| known.handed_off))
        .await;
    bridge.opencx().resolve(&session, true).unwrap();
    let mut event = closed(&session, "c-1");
    let now = bridge.opencx().session(&session).unwrap().history.last().unwrap().created_at.clone();
    event["data"]["timestamp"] = now.into();
    bridge.event(&event).await;
    seen("the close looked", || {
        bridge.opencx().calls().into_iter().find(|call| call.path.contains(&session))
    })
    .await;
    bridge.event(&handoff_event(&session)).await;
    assert_eq!(ended(&bridge, "c-1").await.outcome, Outcome::Applied);
    assert_eq!(bridge.portal().tickets()[0].get("hs_pipeline_stage"), "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_handoff_is_not_waited_for() {
    let bridge =
        Bridge::with_settings(|settings| settings["hubspot"]["open_stage"] = "999".into()).await;
    bridge.event(&handoff_event("s-1")).await;
    assert_eq!(ended(&bridge, "handoff-s-1").await.outcome, Outcome::Parked);
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.reason.as_deref(), Some("no_ticket"), "{record:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_whose_answer_was_lost_ends_once() {
    let bridge = Bridge::start().await;
    let id = handed_off(&bridge, "s-1").await;
    bridge.portal().fail(Fault {
        method: Some("PATCH".into()),
        path_contains: "/tickets/".into(),
        times: 1,
        kind: FaultKind::HangAfterEffect(Duration::from_secs(30)),
    });
    bridge.event(&closed("s-1", "c-1")).await;
    eventually("the effect", || async {
        (ticket(&bridge, &id).get("hs_pipeline_stage") == "4").then_some(())
    })
    .await;
    bridge.stack().kill_invocations();
    assert_eq!(ended(&bridge, "c-1").await.outcome, Outcome::Applied);
    assert_eq!(ticket(&bridge, &id).get("content").matches("Refunded.").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ticketing_no_ticket_is_touched() {
    let bridge =
        Bridge::with_settings(|settings| settings["ticketing_enabled"] = false.into()).await;
    bridge.event(&handoff_event("s-1")).await;
    ended(&bridge, "handoff-s-1").await;
    bridge.quiet().await;
    bridge.forget_calls();
    let record = close(&bridge, closed("s-1", "c-1")).await;
    assert_eq!(record.reason.as_deref(), Some("ticketing_disabled"));
    assert_eq!(bridge.portal().calls().len(), 0);
}
