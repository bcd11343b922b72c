//! The first contact: linked or made, once.

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use opencx_sim::{Contact, ContactMessage};
use serde_json::json;
use tests::{Bridge, handoff_event};

fn contact(email: Option<&str>, phone: Option<&str>) -> Contact {
    Contact {
        name: Some("Ann Lee".into()),
        email: email.map(str::to_owned),
        phone_number: phone.map(str::to_owned),
        ..Contact::default()
    }
}

/// A customer writes for the first time; how that ended.
async fn writes(bridge: &Bridge, contact: Contact) -> OutcomeRecord {
    let customer = ContactMessage { contact, text: "hi".into(), ..ContactMessage::default() };
    let session = bridge.opencx().customer_writes(customer).unwrap();
    let is_it = |record: &OutcomeRecord| {
        let about = record.session.as_ref().is_some_and(|about| about.as_str() == session);
        record.function == "contact-sync" && about
    };
    bridge.outcome("the first contact", is_it).await
}

fn linked(bridge: &Bridge) -> Vec<Option<String>> {
    let contacts = bridge.opencx().contacts().into_iter();
    contacts.map(|contact| contact.custom_data.get("hubspot_contact_id").cloned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_costs_one_call_making_two_and_knowing_none() {
    let bridge = Bridge::start().await;
    let known = bridge.portal().seed_contact(&[("email", "ann@example.org")]).unwrap();
    let cases = [("ann@example.org", 1), ("ben@example.org", 2), ("ben@example.org", 0)];
    for (email, calls) in cases {
        bridge.forget_calls();
        let record = writes(&bridge, contact(Some(email), None)).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert_eq!(record.hubspot_calls, calls, "{email}");
        assert_eq!(bridge.portal().calls().len(), calls as usize, "{email}");
    }
    let contacts = bridge.portal().contacts();
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    assert_eq!(linked(&bridge), [Some(known), Some(contacts[1].id.clone())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_only_a_phone_number_is_found_or_made_by_it() {
    let bridge = Bridge::with(|options| {
        tests::portal(options).search_lag = std::time::Duration::ZERO;
    })
    .await;
    let known = bridge.portal().seed_contact(&[("phone", "+49151"), ("firstname", "A")]).unwrap();
    for (phone, calls) in [("+49151", 1), ("+49152", 2), ("+49 152", 0)] {
        let record = writes(&bridge, contact(None, Some(phone))).await;
        assert_eq!((record.outcome, record.hubspot_calls), (Outcome::Applied, calls), "{phone}");
    }
    let contacts = bridge.portal().contacts();
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    assert_eq!(contacts[1].get("phone"), "+49152");
    assert_eq!(linked(&bridge), [Some(known), Some(contacts[1].id.clone())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_visitor_is_left_alone() {
    let bridge = Bridge::start().await;
    let record = writes(&bridge, contact(None, None)).await;
    assert_eq!(record.reason.as_deref(), Some("anonymous"));
    assert_eq!((record.hubspot_calls, record.opencx_calls), (0, 0));
    assert!(bridge.portal().contacts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_the_contacts_id_or_without_a_contact_is_filled_from_the_session() {
    for told in [json!({ "email": "ann@example.org" }), json!(null)] {
        let bridge = Bridge::start().await;
        bridge.opencx().set_events_url(None);
        let contact = contact(Some("ann@example.org"), None);
        let customer = ContactMessage { contact, text: "hi".into(), ..ContactMessage::default() };
        let session = bridge.opencx().customer_writes(customer).unwrap();
        let event = json!({ "event": "conversation.started", "organization_id": "acme",
            "data": { "conversation_id": session, "channel": "web", "contact": told } });
        bridge.event(&event).await;
        let record = bridge.outcome_of("contact-sync").await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        assert_eq!(linked(&bridge), [Some(bridge.portal().contacts()[0].id.clone())], "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_opencx_does_not_know_is_linked_all_the_same() {
    let bridge = Bridge::start().await;
    let event = json!({ "event": "conversation.started", "organization_id": "acme",
        "data": { "conversation_id": "s-1", "contact": { "id": "gone", "email": "ann@example.org" } } });
    bridge.event(&event).await;
    let record = bridge.outcome_of("contact-sync").await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(record.notes, ["OpenCX does not take the contact's HubSpot id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_is_what_a_handoff_uses_later() {
    let bridge = Bridge::start().await;
    let record = writes(&bridge, contact(Some("ann@example.org"), None)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.forget_calls();
    bridge.event(&handoff_event("s-1")).await;
    bridge.outcome_of("handoff").await;
    let asked = bridge.portal().calls().into_iter().filter(|call| call.path.contains("/contacts"));
    assert_eq!(asked.count(), 0, "the contact is known");
    let [ticket] = &bridge.portal().tickets()[..] else { panic!("one ticket") };
    assert_eq!(ticket.contacts, [bridge.portal().contacts()[0].id.clone()]);
}
