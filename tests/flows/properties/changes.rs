//! Ticket properties that become custom data of sessions.

use hubspot_sim::{ObjectKind, Property};
use serde_json::json;
use tests::{Bridge, handoff_event};

use super::{
    change, define_properties, deliver, learned, now, outcomes_of, session, session_and_ticket,
    ticket_of, unsigned, view,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reaches_the_session_under_its_key_and_in_its_type_without_a_hubspot_call() {
    let bridge = Bridge::start().await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    bridge.forget_calls();
    let edits = [
        ("order_number", "4712", "order_id", json!(4712)),
        ("plan", "123", "plan", json!("123")),
        ("vip", "false", "vip", json!(false)),
        ("weight", "8", "weight", json!(8)),
        ("weight", "heavy", "weight", json!("heavy")),
    ];
    for (property, value, key, expected) in edits {
        bridge.portal().set_property(&ticket, property, value, 222).unwrap();
        learned(&bridge, &session, key, expected).await;
    }
    bridge.quiet().await;
    assert_eq!(bridge.portal().calls().len(), 0, "property changes cost no HubSpot call");
    assert_eq!(bridge.opencx().calls().len(), 5, "one call each");
    assert!(!view(&bridge, &session).custom_data.contains_key("order_number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_came_after_the_handoff_keeps_its_type_too() {
    let bridge = Bridge::start().await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let property = Property::text(ObjectKind::Ticket, "seats");
    bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
    let url = format!("{}/chat/sessions/{session}", bridge.opencx().url());
    let patch = bridge.http.patch(url).bearer_auth("opencx-demo-key");
    let patched = patch.json(&json!({ "custom_data": { "seats": 3 } })).send().await.unwrap();
    assert_eq!(patched.status(), 200);
    bridge.portal().set_property(&ticket, "seats", "4", 222).unwrap();
    learned(&bridge, &session, "seats", json!(4)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_open_session_of_the_ticket_hears_of_it_and_no_closed_one() {
    let bridge = Bridge::start().await;
    let (first, ticket) = session_and_ticket(&bridge).await;
    let second = session(&bridge);
    assert_eq!(ticket_of(&bridge, &second).await, ticket);
    bridge.portal().set_property(&ticket, "plan", "silver", 222).unwrap();
    learned(&bridge, &first, "plan", json!("silver")).await;
    learned(&bridge, &second, "plan", json!("silver")).await;
    bridge.opencx().resolve(&first, true).unwrap();
    bridge.outcome_of("close").await;
    bridge.portal().set_property(&ticket, "plan", "bronze", 222).unwrap();
    learned(&bridge, &second, "plan", json!("bronze")).await;
    bridge.quiet().await;
    assert_eq!(view(&bridge, &first).custom_data["plan"], "silver", "it is closed");
    // Opened again, it hears again.
    bridge.opencx().reopen(&first).unwrap();
    bridge.portal().set_property(&ticket, "plan", "iron", 222).unwrap();
    learned(&bridge, &first, "plan", json!("iron")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_no_news_says_why() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let other =
        bridge.portal().seed_ticket(&[("subject", "x"), ("hs_pipeline_stage", "1")]).unwrap();
    bridge.portal().set_property(&other, "plan", "gold", 222).unwrap();
    bridge.portal().set_property(&ticket, "opencx_language", "fr", 222).unwrap();
    bridge.quiet().await;
    assert!(outcomes_of(&bridge, "plan").await.contains(&"no_session".to_owned()));
    assert_eq!(outcomes_of(&bridge, "opencx_language").await, ["own_change", "own_property"]);
    bridge.opencx().resolve(&session, false).unwrap();
    bridge.outcome_of("close").await;
    bridge.portal().set_property(&ticket, "plan", "silver", 222).unwrap();
    bridge.quiet().await;
    assert!(outcomes_of(&bridge, "plan").await.contains(&"no_open_session".to_owned()));
    assert_eq!(view(&bridge, &session).custom_data["plan"], "gold");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ticketing_no_change_is_carried() {
    let bridge = unsigned(|settings| settings["ticketing_enabled"] = false.into()).await;
    deliver(&bridge, &[change("77", "plan", "gold", now())]).await;
    assert_eq!(outcomes_of(&bridge, "plan").await, ["ticketing_disabled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_take_no_custom_data_are_replaced_by_their_contact() {
    use opencx_sim::CustomDataPatch::{Ignored, Rejected};
    for answer in [Rejected(400), Rejected(404), Ignored] {
        let bridge = unsigned(|_| {}).await;
        let (_, ticket) = session_and_ticket(&bridge).await;
        bridge.opencx().set_custom_data_patch(answer);
        for (value, calls) in [("silver", 3), ("bronze", 2)] {
            bridge.opencx().reset_calls();
            deliver(&bridge, &[change(&ticket, "plan", value, now())]).await;
            let contact = bridge.opencx().contacts().remove(0);
            assert_eq!(contact.custom_data["plan"], value);
            assert_eq!(bridge.opencx().calls().len(), calls, "the choice is remembered");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_typed_into_a_ticket_reaches_a_visitor_who_only_typed_an_address() {
    for visitor_first in [false, true] {
        let bridge = unsigned(|_| {}).await;
        define_properties(&bridge);
        let handoff = |session: &str, channel: &str| {
            let data = json!({ "channel": channel, "custom_data": { "plan": "gold" } });
            tests::with(handoff_event(session), &data)
        };
        let mut events = [handoff("carla", "email"), handoff("visitor", "web")];
        if visitor_first {
            events.reverse();
        }
        let mut ticket = String::new();
        for (at, event) in events.iter().enumerate() {
            ticket = bridge.handed_off(event).await.ticket.unwrap().to_string();
            bridge.quiet().await;
            if visitor_first && at == 0 {
                // Alone on the ticket, it hears of its own keys only.
                deliver(&bridge, &[change(&ticket, "vip", "true", now())]).await;
                assert_eq!(
                    outcomes_of(&bridge, "vip").await.last().unwrap(),
                    "unverified_identity"
                );
            }
        }
        bridge.opencx().reset_calls();
        deliver(&bridge, &[change(&ticket, "plan", "secret", now())]).await;
        let calls = bridge.opencx().calls();
        assert!(calls.iter().all(|call| !call.path.contains("visitor")), "{calls:?}");
    }
}
