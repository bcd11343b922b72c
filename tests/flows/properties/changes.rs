//! Ticket properties that become custom data of sessions, and the loop that must end.

use std::time::{SystemTime, UNIX_EPOCH};

use bridge_domain::outcome::Outcome;
use hubspot_sim::{ObjectKind, Property};
use opencx_sim::{ContactMessage, SessionView};
use serde_json::{Value, json};
use tests::{Bridge, handoff_event, seen};

/// Custom data with all three types; `order_id` is mapped to `order_number`.
fn custom_data() -> Value {
    json!({ "order_id": 4711, "plan": "gold", "vip": true, "weight": 7.5 })
}

const PROPERTIES: [&str; 4] = ["order_number", "plan", "vip", "weight"];

fn define_properties(bridge: &Bridge) {
    for name in PROPERTIES {
        let property = Property::text(ObjectKind::Ticket, name);
        bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
    }
}

/// A session on OpenCX's own channel with that custom data, handed off.
fn session(bridge: &Bridge) -> String {
    let Value::Object(custom_data) = custom_data() else { unreachable!() };
    let contact =
        opencx_sim::Contact { email: Some("ann@example.org".into()), ..Default::default() };
    let text = "A human, please.".to_owned();
    // Mail proves the address; a web chat would not.
    let channel = opencx_sim::Channel::Email;
    let customer =
        ContactMessage { channel, contact, text, custom_data, ..ContactMessage::default() };
    bridge.opencx().customer_writes(customer).unwrap()
}

/// The ticket of a session, once its handoff is through.
async fn ticket_of(bridge: &Bridge, session: &str) -> String {
    let record = bridge
        .outcome("the handoff", |record| {
            let about = record.session.as_ref().map(bridge_domain::ids::SessionId::as_str);
            record.function == "handoff" && about == Some(session)
        })
        .await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    record.ticket.unwrap().to_string()
}

async fn session_and_ticket(bridge: &Bridge) -> (String, String) {
    define_properties(bridge);
    let session = session(bridge);
    let ticket = ticket_of(bridge, &session).await;
    (session, ticket)
}

fn view(bridge: &Bridge, session: &str) -> SessionView {
    bridge.opencx().session(session).unwrap()
}

/// Waits for a value in the session's custom data.
async fn learned(bridge: &Bridge, session: &str, key: &str, value: Value) {
    seen(&format!("{key} = {value}"), || {
        (view(bridge, session).custom_data.get(key) == Some(&value)).then_some(())
    })
    .await;
}

/// The reason or outcome of each property change of a name.
async fn outcomes_of(bridge: &Bridge, property: &str) -> Vec<String> {
    let of = format!("-{property}-");
    let records = bridge.outcomes().await.into_iter();
    let records = records.filter(|record| record.function == "property-sync");
    let records = records.filter(|record| record.event_id.contains(&of));
    records.map(|record| record.reason.unwrap_or_else(|| "applied".into())).collect()
}

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A change as HubSpot announces it, made by a rep at some moment.
fn change(ticket: &str, property: &str, value: &str, at: u64) -> Value {
    json!({ "eventId": at, "subscriptionId": 1, "portalId": 12_345_678, "appId": 2_345_678,
            "occurredAt": at, "subscriptionType": "ticket.propertyChange", "attemptNumber": 0,
            "objectId": ticket.parse::<u64>().unwrap(), "propertyName": property,
            "propertyValue": value, "changeSource": "CRM_UI", "sourceId": "userId:222" })
}

/// Delivers changes, each by itself and in this order.
async fn deliver(bridge: &Bridge, changes: &[Value]) {
    for change in changes {
        let url = bridge.url(&bridge_local::demo::webhook_path());
        let answer = bridge.http.post(url).json(&[change]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    bridge.quiet().await;
}

/// Delivers changes in one delivery.
async fn deliver_together(bridge: &Bridge, changes: &[Value]) {
    let url = bridge.url(&bridge_local::demo::webhook_path());
    let answer = bridge.http.post(url).json(changes).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    bridge.quiet().await;
}

/// The organisation takes unsigned deliveries, so that tests can make their own.
async fn unsigned(change: impl FnOnce(&mut Value)) -> Bridge {
    Bridge::with_settings(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
        settings["unsigned"] = true.into();
        change(settings);
    })
    .await
}

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

/// The loop: custom data becomes ticket properties, whose changes HubSpot announces.
async fn loop_ends(bridge: &Bridge) {
    let (session, ticket) = session_and_ticket(bridge).await;
    let before = view(bridge, &session).custom_data;
    assert_eq!(Value::Object(before.clone()), custom_data());
    for name in PROPERTIES {
        assert_ne!(bridge.portal().ticket(&ticket).unwrap().get(name), "", "{name} was pushed");
    }
    // Whatever HubSpot announced of it is delivered thrice more, as it was.
    let announced: Vec<Value> = bridge
        .portal()
        .deliveries()
        .iter()
        .flat_map(|delivery| delivery.body.as_array().cloned().unwrap_or_default())
        .filter(|event| event["subscriptionType"] == "ticket.propertyChange")
        .collect();
    let told = |name: &str| announced.iter().any(|event| event["propertyName"] == name);
    assert!(PROPERTIES.iter().all(|name| told(name)), "{announced:?}");
    bridge.forget_calls();
    for _ in 0..3 {
        deliver(bridge, &announced).await;
    }
    let news: Vec<_> = bridge.outcomes().await;
    let news = news.iter().filter(|record| record.function == "property-sync");
    for record in news {
        assert_eq!(record.outcome, Outcome::Skipped, "{record:?}");
    }
    assert_eq!(outcomes_of(bridge, "plan").await, ["own_change"]);
    assert_eq!(view(bridge, &session).custom_data, before);
    assert_eq!(bridge.portal().calls().len() + bridge.opencx().calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_data_on_the_ticket_comes_back_and_stops_there_by_source() {
    loop_ends(&unsigned(|_| {}).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_data_on_the_ticket_comes_back_and_stops_there_by_value() {
    let bridge = unsigned(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("app_id");
    })
    .await;
    loop_ends(&bridge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_closing_of_a_ticket_comes_back_and_stops_there_by_value() {
    let bridge = unsigned(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("app_id");
    })
    .await;
    let (session, _) = session_and_ticket(&bridge).await;
    bridge.opencx().resolve(&session, true).unwrap();
    let record = bridge.outcome_of("close").await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    let stages = outcomes_of(&bridge, "hs_pipeline_stage").await;
    assert!(stages.len() >= 2 && stages.iter().all(|end| end == "own_change"), "{stages:?}");
    assert_eq!(outcomes_of(&bridge, "content").await, ["own_property", "own_property"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_we_wrote_is_news_once_a_rep_changed_it_in_between() {
    let bridge = unsigned(|settings| {
        settings["hubspot"].as_object_mut().unwrap().remove("app_id");
    })
    .await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    for value in ["silver", "gold", "silver"] {
        bridge.portal().set_property(&ticket, "plan", value, 222).unwrap();
        learned(&bridge, &session, "plan", json!(value)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_delivered_in_the_wrong_order_the_later_one_wins() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let at = now();
    deliver(&bridge, &[change(&ticket, "plan", "second", at)]).await;
    let earlier =
        [change(&ticket, "plan", "first", at - 1), change(&ticket, "vip", "false", at - 1)];
    deliver(&bridge, &earlier).await;
    assert_eq!(view(&bridge, &session).custom_data["plan"], "second");
    assert_eq!(view(&bridge, &session).custom_data["vip"], false, "each property by itself");
    assert_eq!(outcomes_of(&bridge, "plan").await, ["own_change", "applied", "outdated"]);
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
async fn after_a_move_to_a_closed_stage_the_next_handoff_opens_a_new_ticket() {
    let bridge = Bridge::start().await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let known = || async {
        let key = bridge_store::Key::ticket(&"acme".into(), &ticket.as_str().into());
        let link: bridge_store::TicketLink =
            bridge.stack().table().get(&key).await.unwrap().unwrap();
        link.closed
    };
    for (stage, closed) in [("4", true), ("2", false), ("4", true)] {
        bridge.portal().set_property(&ticket, "hs_pipeline_stage", stage, 222).unwrap();
        learned(&bridge, &session, "hs_pipeline_stage", json!(stage)).await;
        bridge.quiet().await;
        assert_eq!(known().await, Some(closed), "in stage {stage}");
    }
    let mut next = handoff_event("s-next");
    next["data"]["contact"] = json!({ "email": "ann@example.org" });
    bridge.event(&next).await;
    assert_ne!(ticket_of(&bridge, "s-next").await, ticket);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_in_one_millisecond_hubspots_own_value_counts() {
    // In deliveries of their own, or together in one.
    for (values, together) in [
        (vec!["LOW", "HIGH"], false),
        (vec!["HIGH", "LOW"], false),
        (vec!["LOW", "HIGH"], true),
        (vec!["HIGH", "LOW"], true),
        (vec!["LOW", "HIGH", "MIDDLE"], true),
    ] {
        let bridge = unsigned(|_| {}).await;
        let (session, ticket) = session_and_ticket(&bridge).await;
        bridge.portal().set_webhook_url(None);
        bridge.portal().set_property(&ticket, "plan", "HIGH", 222).unwrap();
        bridge.forget_calls();
        let at = now() - 50;
        let changes: Vec<_> =
            values.iter().map(|value| change(&ticket, "plan", value, at)).collect();
        if together {
            deliver_together(&bridge, &changes).await;
        } else {
            deliver(&bridge, &changes[..1]).await;
            deliver(&bridge, &changes[1..]).await;
        }
        assert_eq!(view(&bridge, &session).custom_data["plan"], "HIGH", "{values:?}");
        assert!(bridge.portal().calls().len() < values.len(), "asked once for each repetition");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_swapped_within_a_delivery_count_by_their_moments() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let at = now() - 50;
    let mut as_text = change(&ticket, "plan", "a-second", at + 1);
    as_text["occurredAt"] = (at + 1).to_string().into();
    let float = |value: &str, at: u64| {
        let mut float = change(&ticket, "plan", value, at);
        float["occurredAt"] = format!("{at}.0").parse::<f64>().unwrap().into();
        float
    };
    for (changes, last) in [
        ([as_text, change(&ticket, "plan", "a-first", at)], "a-second"),
        ([float("b-second", at + 3), float("b-first", at + 2)], "b-second"),
        ([change(&ticket, "plan", "c-second", at + 5), float("c-first", at + 4)], "c-second"),
    ] {
        deliver_together(&bridge, &changes).await;
        assert_eq!(view(&bridge, &session).custom_data["plan"], last);
    }
    let reasons = outcomes_of(&bridge, "plan").await;
    assert!(!reasons.contains(&"outdated".to_owned()), "each was in its place: {reasons:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_future_counts_as_now() {
    let bridge = unsigned(|_| {}).await;
    let (session, ticket) = session_and_ticket(&bridge).await;
    let year_2100 = 4_102_444_800_000;
    for (value, at) in [("later", year_2100), ("now", now() + 60_000), ("still", now() + 120_000)] {
        deliver(&bridge, &[change(&ticket, "plan", value, at)]).await;
        assert_eq!(view(&bridge, &session).custom_data["plan"], value);
    }
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

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_ticket_is_forgotten_and_the_next_handoff_makes_a_new_one() {
    let bridge = unsigned(|_| {}).await;
    let (_, ticket) = session_and_ticket(&bridge).await;
    bridge.portal().archive(ObjectKind::Ticket, &ticket);
    let deleted = bridge.outcome("the deletion", |one| one.event == "ticket.deletion").await;
    assert_eq!(deleted.outcome, Outcome::Applied, "{deleted:?}");
    bridge.quiet().await;
    deliver(&bridge, &[change(&ticket, "plan", "late", now())]).await;
    assert_eq!(outcomes_of(&bridge, "plan").await.last().unwrap(), "no_session");
    let again = json!({ "contact": { "email": "ann@example.org" } });
    let record = bridge.handed_off(&tests::with(handoff_event("s-next"), &again)).await;
    assert_ne!(record.ticket.unwrap().as_str(), ticket);
    // A ticket of which the bridge knows nothing.
    let other = [("subject", "x"), ("hs_pipeline_stage", "1")];
    let other = bridge.portal().seed_ticket(&other).unwrap();
    bridge.portal().archive(ObjectKind::Ticket, &other);
    let skipped = |one: &bridge_domain::outcome::OutcomeRecord| {
        one.event == "ticket.deletion" && one.reason.as_deref() == Some("no_session")
    };
    bridge.outcome("the other deletion", skipped).await;
}
