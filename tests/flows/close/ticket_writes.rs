//! The ticket of a resolved conversation: its stage and its content.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Fault, FaultKind, Pipeline, Stage};
use serde_json::json;
use tests::{Bridge, eventually, handoff_event, portal};

use super::{close, closed, ended, handed_off, ticket};

fn stage(id: &str, closed: bool) -> Stage {
    Stage { id: id.into(), label: format!("Stage {id}"), closed, probability: None }
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
    assert_eq!(super::ticket(&bridge, &id).get("content"), ticket.get("content"));
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
