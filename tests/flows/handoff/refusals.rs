//! When HubSpot does not take everything: the handoff goes on, and says so.

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_local::environment::Source;
use hubspot_sim::{
    AssigneeApi, Channel, Fault, FaultKind, MessageKind, Moment, ObjectKind, PortalOptions,
};
use serde_json::json;
use tests::{Bridge, comment_notes, comments, handoff_event, handoff_on, with};
use tokio::task::JoinSet;

async fn bridge_with(assignee: AssigneeApi) -> Bridge {
    Bridge::with(|options| {
        let portal = PortalOptions { assignee, ..PortalOptions::default() };
        options.hubspot = Source::Simulated(portal);
    })
    .await
}

fn says(record: &OutcomeRecord, words: &str) -> bool {
    record.notes.iter().any(|note| note.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_knows_only_the_older_form_is_asked_in_it() {
    let bridge = bridge_with(AssigneeApi::Older).await;
    for (session, calls) in [("s-1", 2), ("s-2", 1)] {
        let thread = bridge.quiet_thread(Channel::LiveChat);
        bridge.forget_calls();
        let record = bridge.handed_off(&handoff_on(&thread, session)).await;
        assert_eq!((record.outcome, record.notes.len()), (Outcome::Applied, 0), "{record:?}");
        let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
        assert_eq!(owner.as_deref(), Some("A-222"));
        let tried = bridge.portal().calls();
        let tried = tried.iter().filter(|call| call.path.ends_with("/assignee")).count();
        assert_eq!(tried, calls, "it is remembered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_assigns_no_threads_still_gets_its_handoffs() {
    for assignee in [AssigneeApi::Forbidden, AssigneeApi::Missing] {
        let bridge = bridge_with(assignee).await;
        for session in ["s-1", "s-2"] {
            let thread = bridge.quiet_thread(Channel::LiveChat);
            bridge.forget_calls();
            let record = bridge.handed_off(&handoff_on(&thread, session)).await;
            assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
            assert!(says(&record, "could not be assigned to A-222"), "{record:?}");
            assert_eq!(bridge.portal().thread(&thread).unwrap().assigned_to, None);
            assert_eq!(bridge.tickets_of("ann@example.org")[0].get("hubspot_owner_id"), "70222");
        }
        let tried = bridge.portal().calls();
        let tried = tried.iter().filter(|call| call.path.ends_with("/assignee")).count();
        assert_eq!(tried, 1, "{assignee:?}: nothing extra the second time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_gone_is_replaced_by_the_default_user() {
    let gone = json!([{ "when": { "language": "en" }, "assign_to": "A-444" }]);
    let bridge = Bridge::with_settings(|settings| settings["routing"] = gone).await;
    let record = bridge.handed_off(&handoff_event("s-1")).await;
    assert!(says(&record, "user A-444 is gone"), "{record:?}");
    assert_eq!(bridge.tickets_of("ann@example.org")[0].get("hubspot_owner_id"), "70222");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_leaves_later_is_replaced_too() {
    let bridge = Bridge::start().await;
    let german = json!({ "language": "de" });
    let ben = json!({ "language": "de", "contact": { "email": "ben@example.org" } });
    bridge.handed_off(&with(handoff_event("s-1"), &german)).await;
    assert_eq!(bridge.tickets_of("ann@example.org")[0].get("hubspot_owner_id"), "70333");
    bridge.portal().user_leaves(333).unwrap();
    let thread = bridge.quiet_thread(Channel::LiveChat);
    let again = [
        ("ben@example.org", with(handoff_event("s-2"), &ben)),
        ("ann@example.org", with(handoff_on(&thread, "s-3"), &german)),
    ];
    for (email, event) in again {
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert!(says(&record, "user A-333 is gone"), "{record:?}");
        assert_eq!(bridge.tickets_of(email)[0].get("hubspot_owner_id"), "70222");
    }
    let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-222"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_the_thread_does_not_take_is_a_note_and_never_public() {
    for status in [403, 404, 400] {
        let bridge = Bridge::start().await;
        let thread = bridge.quiet_thread(Channel::LiveChat);
        let refused = FaultKind::Status { status, retry_after: None };
        bridge.portal().fail(fault("POST", "/messages", 10, refused));
        let record = bridge.handed_off(&handoff_on(&thread, "s-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert!(says(&record, "it is a note instead"), "{record:?}");
        assert_eq!(comment_notes(bridge.portal()).len(), 1);
        let mut public = bridge.portal().messages(&thread);
        public.retain(|message| message.kind == MessageKind::Message);
        assert_eq!(public.len(), 1, "only what she wrote herself: {public:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_any_write_is_looked_up() {
    let mut cases = JoinSet::new();
    for (method, path) in [
        ("POST", "objects/contacts"),
        ("POST", "objects/tickets"),
        ("POST", "/messages"),
        ("PUT", "/assignee"),
    ] {
        cases.spawn(lost_answer(method, path, FaultKind::DropAfterEffect));
        cases.spawn(lost_answer(method, path, FaultKind::Malformed));
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

async fn lost_answer(method: &str, path: &str, kind: FaultKind) {
    let bridge = Bridge::start().await;
    bridge.seasoned().await;
    let thread = bridge.quiet_thread(Channel::LiveChat);
    let contact = json!({ "contact": { "name": "Ben Ode", "email": "ben@example.org" } });
    bridge.portal().fail(fault(method, path, 1, kind.clone()));
    let record = bridge.handed_off(&with(handoff_on(&thread, "s-1"), &contact)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{path} {kind:?}: {record:?}");
    assert_eq!(bridge.tickets_of("ben@example.org").len(), 1, "{path} {kind:?}");
    assert_eq!(comments(bridge.portal(), &thread).len(), 1, "{path} {kind:?}");
    let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-222"), "{path} {kind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_ticket_is_found_in_a_portal_that_lacks_our_properties_too() {
    for kind in [FaultKind::DropAfterEffect, FaultKind::DropBeforeEffect] {
        let bridge = Bridge::start().await;
        let portal = bridge.portal();
        let full = FaultKind::Status { status: 403, retry_after: None };
        portal.fail(fault("POST", "/properties/tickets", 1_000, full));
        bridge.handed_off(&handoff_event("s-0")).await;
        let contact = json!({ "contact": { "name": "Ben Ode", "email": "ben@example.org" } });
        portal.fail(fault("POST", "objects/tickets", 1, kind.clone()));
        let record = bridge.handed_off(&with(handoff_event("s-1"), &contact)).await;
        assert_eq!(record.outcome, Outcome::Applied, "{kind:?}: {record:?}");
        let [ticket] = &bridge.tickets_of("ben@example.org")[..] else { panic!("{kind:?}") };
        assert_eq!(ticket.get("opencx_session_id"), "", "the portal has no such property");
        assert_eq!(record.ticket.unwrap().as_str(), ticket.id, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_while_our_properties_are_made_is_tried_again() {
    for kind in [FaultKind::Status { status: 500, retry_after: None }, FaultKind::DropAfterEffect] {
        let bridge = Bridge::start().await;
        bridge.portal().fail(fault("POST", "/properties/tickets", 1, kind.clone()));
        let record = bridge.handed_off(&handoff_event("s-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{kind:?}: {record:?}");
        let [ticket] = &bridge.portal().tickets()[..] else { panic!("{kind:?}") };
        assert_eq!(ticket.get("opencx_session_id"), "s-1", "{kind:?}");
    }
}

fn fault(method: &str, path_contains: &str, times: u32, kind: FaultKind) -> Fault {
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times, kind }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_was_deleted_is_looked_for_again() {
    let bridge = Bridge::start().await;
    bridge.handed_off(&handoff_event("s-1")).await;
    let portal = bridge.portal();
    let deleted = portal.contacts().remove(0).id;
    for ticket in portal.tickets() {
        portal.archive(ObjectKind::Ticket, &ticket.id);
    }
    portal.archive(ObjectKind::Contact, &deleted);
    let record = bridge.handed_off(&handoff_event("s-2")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert!(says(&record, "looked for again"), "{record:?}");
    let ticket = portal.ticket(record.ticket.as_ref().unwrap().as_str()).unwrap();
    let [contact] = ticket.contacts.as_slice() else { panic!("{ticket:?}") };
    assert_ne!(*contact, deleted);
    // And the next one knows them, and their ticket.
    assert_eq!(bridge.handed_off(&handoff_event("s-3")).await.ticket, record.ticket);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_somebody_makes_meanwhile_is_used() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal().clone();
    bridge.portal().on_call(move |call, moment| {
        // Somebody else is faster, between our looking and our making.
        if moment == Moment::BeforeEffect
            && call.method == "POST"
            && call.path.ends_with("/objects/contacts")
        {
            let _ = portal.seed_contact(&[("email", "ann@example.org"), ("firstname", "A.")]);
        }
    });
    let record = bridge.handed_off(&handoff_event("s-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let contacts = bridge.portal().contacts();
    let [contact] = contacts.as_slice() else { panic!("one contact, not {contacts:?}") };
    assert_eq!(contact.get("firstname"), "A.", "theirs, as it was");
    assert_eq!(bridge.portal().tickets()[0].contacts, std::slice::from_ref(&contact.id));
}
