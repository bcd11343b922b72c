//! `bridgectl parked redrive` and `bridgectl replay`: nothing is lost or done twice.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, Direction, Fault, FaultKind};
use serde_json::json;
use tests::{Bridge, ann, handoff_event};

use super::{ctl, ctl_json, on_parked_fifo, parked, parked_are, stranger};

fn outgoing(bridge: &Bridge, thread: &str) -> usize {
    let messages = bridge.portal().messages(thread);
    messages.iter().filter(|one| one.direction() == Some(Direction::Outgoing)).count()
}

fn fails_once(kind: FaultKind) -> Fault {
    Fault { method: Some("POST".into()), path_contains: "/messages".into(), times: 1, kind }
}

#[tokio::test(flavor = "multi_thread")]
async fn redriving_everything_after_an_outage_leaves_nothing_parked_and_nothing_doubled() {
    let bridge = Bridge::start().await;
    let mut threads = Vec::new();
    for kind in [FaultKind::DropAfterEffect, FaultKind::DropBeforeEffect] {
        bridge.portal().fail(fails_once(kind));
        let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
        bridge.quiet().await;
        threads.push(sent.thread);
    }
    bridge.event(&stranger()).await;
    let list = parked_are(&bridge, 3).await;
    let reasons: Vec<_> = list.iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["uncertain", "uncertain", "unknown_org"]);
    assert_eq!(list[0]["steps_uncertain"], json!(["message"]));

    let mut document = bridge_local::demo::settings();
    document["org"] = "newcomer".into();
    let org = "newcomer".into();
    bridge.stack().table().put_settings(&org, &document.to_string()).await.unwrap();

    let (_, result) = ctl(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 4, "what is uncertain has to settle first");
    let again = ["parked", "redrive", "--all", "--settle", "0s"];
    let plan = ctl_json(&bridge, &again).await;
    assert_eq!(plan[0]["done"], false, "a dry run");
    assert_eq!(parked(&bridge).await.len(), 2, "a dry run changes nothing");
    ctl_json(&bridge, &[&again[..], &["--yes"]].concat()).await;
    bridge.quiet().await;

    parked_are(&bridge, 0).await;
    assert_eq!(on_parked_fifo(&bridge), 0);
    assert_eq!(threads.iter().map(|thread| outgoing(&bridge, thread)).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(bridge.portal().tickets().len(), 1, "the newcomer's");
    let outcomes = bridge.outcomes().await;
    assert!(outcomes.iter().all(|record| record.outcome != Outcome::Parked), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_answer_is_replayed_only_when_it_is_meant_and_then_shows_a_second_time() {
    let bridge = Bridge::start().await;
    bridge.portal().fail(fails_once(FaultKind::DropAfterEffect));
    let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
    bridge.quiet().await;
    let id = parked_are(&bridge, 1).await[0]["id"].as_str().unwrap().to_owned();
    let (_, result) = ctl(&bridge, &["replay", &id]).await;
    assert_eq!(result.unwrap_err().exit_code(), 2, "nobody was there to agree");
    let (_, result) = ctl(&bridge, &["replay", "0000", "--yes"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nothing is parked by that id");
    ctl_json(&bridge, &["replay", &id, "--yes"]).await;
    bridge.quiet().await;
    assert_eq!(outgoing(&bridge, &sent.thread), 2, "as somebody wanted it");
    assert_eq!(parked(&bridge).await.len(), 1, "the first run stays as it ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redriven_handoff_does_only_what_was_missing() {
    // The refused call, whether there is a thread; tickets, notes and comments before and after
    // the redrive. Without a thread, the comment was on the contact and belongs on the ticket.
    for (path, has_thread, before, after) in [
        ("/objects/tickets", false, [0, 1, 0], [1, 2, 0]),
        ("/objects/tickets", true, [0, 0, 1], [1, 0, 1]),
        ("/objects/notes", false, [1, 0, 0], [1, 1, 0]),
    ] {
        let bridge = Bridge::start().await;
        let thread = has_thread.then(|| bridge.quiet_thread(Channel::LiveChat));
        let event = match &thread {
            Some(thread) => tests::handoff_on(thread, "s-1"),
            None => handoff_event("s-1"),
        };
        let kind = FaultKind::Status { status: 403, retry_after: None };
        let (method, path_contains) = (Some("POST".to_owned()), path.to_owned());
        bridge.portal().fail(Fault { method, path_contains, times: u32::MAX, kind });
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Parked, "{path}: {record:?}");
        let portal = bridge.portal();
        let seen = || {
            let comments = thread.iter().flat_map(|thread| tests::comments(portal, thread)).count();
            [portal.tickets().len(), portal.notes().len(), comments]
        };
        assert_eq!(seen(), before, "{path}: the rest is done");
        portal.clear_faults();
        ctl_json(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
        bridge.quiet().await;
        parked_are(&bridge, 0).await;
        assert_eq!(seen(), after, "{path}: what was missing, and nothing twice");
        assert_eq!(portal.contacts().len(), 1);
    }
}
