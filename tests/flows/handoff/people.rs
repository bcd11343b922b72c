//! The right contact, the right ticket, and the identity of the customer.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, ObjectKind, Property};
use serde_json::{Value, json};
use tests::{Bridge, comment_notes, comments, handoff_event, handoff_on, with};

async fn bridge() -> Bridge {
    Bridge::with(|options| tests::portal(options).search_lag = Duration::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_is_found_however_and_wherever_it_is_written() {
    let written = [
        ("phone", "+49 151 1234-5678"),
        ("mobilephone", "0049 151 12345678"),
        ("hs_whatsapp_phone_number", "+4915112345678"),
        ("phone", "(0151) 123 456 78"),
    ];
    for (property, number) in written {
        let bridge = bridge().await;
        let known =
            bridge.portal().seed_contact(&[(property, number), ("firstname", "A")]).unwrap();
        let new_email =
            json!({ "name": "A", "phone_number": "+4915112345678", "email": "new@example.org" });
        let contacts = [json!({ "phone_number": "+4915112345678" }), new_email];
        for (at, contact) in contacts.into_iter().enumerate() {
            let event = with(handoff_event(&format!("s-{at}")), &json!({ "contact": contact }));
            let record = bridge.handed_off(&event).await;
            assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
            let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
            assert_eq!(ticket.contacts, std::slice::from_ref(&known), "{property} {number}");
        }
        assert_eq!(bridge.portal().contacts().len(), 1, "{property} {number}");
        assert_eq!(bridge.portal().tickets().len(), 1, "the second is appended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_a_rep_made_for_the_contact_or_out_of_the_thread_goes_on() {
    let seed = |bridge: &Bridge| {
        let portal = bridge.portal();
        let ann = portal.seed_contact(&[("email", "ann@example.org")]).unwrap();
        let ticket = [("subject", "x"), ("content", "Rep's."), ("hs_pipeline_stage", "1")];
        (ann, portal.seed_ticket(&ticket).unwrap())
    };
    let of_contact = bridge().await;
    let (ann, ticket) = seed(&of_contact);
    let (one, other) = ((ObjectKind::Contact, ann.as_str()), (ObjectKind::Ticket, ticket.as_str()));
    of_contact.portal().associate(one, other).unwrap();
    let record = of_contact.handed_off(&handoff_event("s-1")).await;
    assert_eq!(record.ticket.unwrap().as_str(), ticket);

    let of_thread = bridge().await;
    let (_, ticket) = seed(&of_thread);
    let thread = of_thread.quiet_thread(Channel::Email);
    of_thread.portal().link_thread(&thread, &ticket).unwrap();
    let event = with(handoff_on(&thread, "s-1"), &json!({ "channel": "email" }));
    let record = of_thread.handed_off(&event).await;
    assert_eq!(record.ticket.unwrap().as_str(), ticket);
    let content = of_thread.portal().ticket(&ticket).unwrap().get("content").to_owned();
    assert!(content.starts_with("Rep's.") && content.contains("Wants a refund."), "{content}");

    // Of several, an open one, in whatever stage and however old.
    for (stage, other_stage) in [("2", "4"), ("3", "4"), ("1", "4")] {
        let several = bridge().await;
        let (ann, ticket) = seed(&several);
        let other = [("subject", "y"), ("hs_pipeline_stage", other_stage)];
        let other = several.portal().seed_ticket(&other).unwrap();
        for id in [&ticket, &other] {
            let contact = (ObjectKind::Contact, ann.as_str());
            several.portal().associate(contact, (ObjectKind::Ticket, id)).unwrap();
        }
        several.portal().set_property(&ticket, "hs_pipeline_stage", stage, 222).unwrap();
        let record = several.handed_off(&handoff_event("s-1")).await;
        assert_eq!(record.ticket.unwrap().as_str(), ticket, "{stage}");
    }

    // The thread's ticket is closed, the contact's own is open.
    let both = bridge().await;
    let (ann, ticket) = seed(&both);
    let (one, other) = ((ObjectKind::Contact, ann.as_str()), (ObjectKind::Ticket, ticket.as_str()));
    both.portal().associate(one, other).unwrap();
    let thread = both.quiet_thread(Channel::Email);
    let desk = [("subject", "y"), ("hs_pipeline_stage", "4")];
    let desk = both.portal().seed_ticket(&desk).unwrap();
    both.portal().link_thread(&thread, &desk).unwrap();
    let event = with(handoff_on(&thread, "s-1"), &json!({ "channel": "email" }));
    assert_eq!(both.handed_off(&event).await.ticket.unwrap().as_str(), ticket);

    let closed = bridge().await;
    let (ann, ticket) = seed(&closed);
    let (one, other) = ((ObjectKind::Contact, ann.as_str()), (ObjectKind::Ticket, ticket.as_str()));
    closed.portal().associate(one, other).unwrap();
    closed.portal().set_property(&ticket, "hs_pipeline_stage", "4", 222).unwrap();
    let record = closed.handed_off(&handoff_event("s-1")).await;
    assert_ne!(record.ticket.unwrap().as_str(), ticket, "it is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_owns_thread_or_ticket_keeps_it_and_the_ai_user_owns_nothing() {
    let rule = json!([{ "when": { "channel": "email" }, "assign_to": "A-222" }]);
    // The owner of the thread, that of its ticket; who has thread and ticket in the end.
    for (thread_owner, ticket_owner, owner, owner_id) in [
        (Some(333), None, "A-333", "70333"),
        (None, Some("70333"), "A-333", "70333"),
        (Some(111), None, "A-222", "70222"),
    ] {
        let bridge = Bridge::with_settings(|settings| settings["routing"] = rule.clone()).await;
        let portal = bridge.portal();
        let thread = bridge.quiet_thread(Channel::Email);
        let mut properties = vec![("subject", "x"), ("hs_pipeline_stage", "1")];
        properties.extend(ticket_owner.map(|owner| ("hubspot_owner_id", owner)));
        let ticket = portal.seed_ticket(&properties).unwrap();
        portal.link_thread(&thread, &ticket).unwrap();
        portal.assign(&thread, thread_owner).unwrap();
        let event = with(handoff_on(&thread, "s-1"), &json!({ "channel": "email" }));
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.ticket.unwrap().as_str(), ticket);
        let said = format!("{thread_owner:?} {ticket_owner:?}");
        assert_eq!(portal.thread(&thread).unwrap().assigned_to.as_deref(), Some(owner), "{said}");
        assert_eq!(portal.ticket(&ticket).unwrap().get("hubspot_owner_id"), owner_id, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_who_has_the_thread_keeps_thread_and_ticket() {
    let bridge = bridge().await;
    let thread = bridge.quiet_thread(Channel::Email);
    bridge.portal().assign(&thread, Some(333)).unwrap();
    bridge.forget_calls();
    let record = bridge.handed_off(&handoff_on(&thread, "s-1")).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(bridge.portal().thread(&thread).unwrap().assigned_to.as_deref(), Some("A-333"));
    assert_eq!(bridge.tickets_of("ann@example.org")[0].get("hubspot_owner_id"), "70333");
    let calls = bridge.portal().calls();
    assert!(!calls.iter().any(|call| call.path.ends_with("/assignee")), "{calls:?}");
}

fn of_carla(event: Value, channel: &str, order: &str) -> Value {
    let data = json!({ "channel": channel, "custom_data": { "order_id": order },
        "contact": { "id": "c-7", "email": "carla@example.com" } });
    with(event, &data)
}

async fn with_order_number() -> Bridge {
    let bridge = bridge().await;
    let order = Property::text(ObjectKind::Ticket, "order_number");
    bridge.portal().define_property(ObjectKind::Ticket, order).unwrap();
    bridge
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_address_is_marked_and_changes_no_value() {
    for channel in ["web", "instagram", "api"] {
        let bridge = with_order_number().await;
        bridge.handed_off(&of_carla(handoff_event("s-1"), "email", "A-1")).await;
        let typed = of_carla(handoff_event("s-2"), channel, "EVIL");
        let typed = with(typed, &json!({ "language": "xx", "sentiment": "angry" }));
        let record = bridge.handed_off(&typed).await;
        assert_eq!(record.outcome, Outcome::Applied, "{channel} {record:?}");
        let tickets = bridge.tickets_of("carla@example.com");
        let [ticket] = tickets.as_slice() else { panic!("one ticket, not {tickets:?}") };
        assert!(ticket.get("content").contains("identity not verified"), "{channel}");
        assert_eq!(ticket.get("order_number"), "A-1", "{channel}");
        assert_eq!(ticket.get("opencx_sentiment"), "neutral");
        assert_eq!(ticket.get("opencx_language"), "en");
        let notes = comment_notes(bridge.portal());
        assert!(notes[1].get("hs_note_body").contains("identity not verified"));
        assert!(!notes[0].get("hs_note_body").contains("identity not verified"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_identity_may_get_a_ticket_of_its_own() {
    let bridge = Bridge::with_settings(|settings| {
        settings["unverified_identity"] = "separate".into();
    })
    .await;
    let order = Property::text(ObjectKind::Ticket, "order_number");
    bridge.portal().define_property(ObjectKind::Ticket, order).unwrap();
    let mut tickets = Vec::new();
    for (session, channel) in [("s-1", "email"), ("s-2", "web"), ("s-3", "email"), ("s-4", "web")] {
        let record = bridge.handed_off(&of_carla(handoff_event(session), channel, "A")).await;
        tickets.push(record.ticket.unwrap());
    }
    assert_eq!(tickets[0], tickets[2], "carla's own");
    assert!(tickets[1] != tickets[0] && tickets[3] != tickets[0] && tickets[3] != tickets[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_of_another_customers_live_session_is_taken() {
    let bridge = bridge().await;
    let thread = bridge.quiet_thread(Channel::Email);
    bridge.opencx().set_events_url(None);
    let contact =
        opencx_sim::Contact { email: Some("carla@example.com".into()), ..Default::default() };
    let message = opencx_sim::ContactMessage { contact, text: "hi".into(), ..Default::default() };
    let session = bridge.opencx().customer_writes(message).unwrap();
    let first = of_carla(handoff_on(&thread, &session), "email", "A");
    assert_eq!(bridge.handed_off(&first).await.outcome, Outcome::Applied);
    for (at, contact) in
        [json!({ "email": "eve@example.org" }), json!({ "name": "Eve" })].into_iter().enumerate()
    {
        let event =
            with(handoff_on(&thread, &format!("evil-{at}")), &json!({ "contact": contact }));
        let record = bridge.handed_off(&event).await;
        assert_eq!(
            (record.outcome, record.reason.as_deref()),
            (Outcome::Parked, Some("thread_taken"))
        );
        assert_eq!(comments(bridge.portal(), &thread).len(), 1, "nothing was done there");
    }
    bridge.opencx().resolve(&session, true).unwrap();
    let event =
        with(handoff_on(&thread, "s-9"), &json!({ "contact": { "email": "eve@example.org" } }));
    assert_eq!(bridge.handed_off(&event).await.outcome, Outcome::Applied, "it is over");
}
