//! Changes that the bridge made itself: the loop that must end.

use bridge_domain::outcome::Outcome;
use serde_json::{Value, json};
use tests::Bridge;

use super::{
    PROPERTIES, custom_data, deliver, learned, outcomes_of, session_and_ticket, unsigned, view,
};

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
