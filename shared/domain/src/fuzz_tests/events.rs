//! Events and settings: read whole, or refused with the name of what is wrong.

use adversarial_inputs::{hold, mutated};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::people::SETTINGS;
use crate::hubspot::events::{Accepted, sort};
use crate::hubspot::record_event::RecordEvent;
use crate::json::{Notes, Unreadable, value};
use crate::opencx::events::{AiResponse, Closed, Envelope, HandoffToHuman, Started};
use crate::settings::Settings;
use crate::time::Timestamp;

const SAMPLES: [&str; 4] = [
    include_str!("../../../../events/started.json"),
    include_str!("../../../../events/ai-response.json"),
    include_str!("../../../../events/handoff.json"),
    include_str!("../../../../events/closed.json"),
];

fn opencx() -> impl Strategy<Value = Value> {
    let sample = |at: usize| mutated(serde_json::from_str(SAMPLES[at]).unwrap());
    prop_oneof![sample(0), sample(1), sample(2), sample(3)]
}

/// Says where it is, and in so few words that it fits into a log line.
pub(super) fn names_a_field(error: &Unreadable) -> bool {
    !error.field.is_empty() && error.to_string().chars().count() <= 610
}

/// Reads a piece as the consumer of its event does.
fn read(event: &str, data: &Value) -> Result<Option<String>, Unreadable> {
    let notes = &Notes::default();
    let id = match event {
        "conversation.started" => Envelope::read::<Started>(data, notes)?.conversation_id,
        "conversation.ai_response" => Envelope::read::<AiResponse>(data, notes)?.conversation_id,
        "conversation.handoff_to_human" => {
            Envelope::read::<HandoffToHuman>(data, notes)?.conversation_id
        }
        "conversation.closed" => Envelope::read::<Closed>(data, notes)?.conversation_id,
        _ => return Ok(None),
    };
    Ok(Some(id.to_string()))
}

#[test]
fn an_opencx_event_is_read_or_refused_by_field_and_its_record_stays_small() {
    hold(256, opencx(), |event| {
        let envelope = match Envelope::from_text(&event.to_string()) {
            Ok(envelope) => envelope,
            Err(error) => {
                prop_assert!(names_a_field(&error), "{}", error);
                return Ok(());
            }
        };
        let id = envelope.event_id.as_deref().unwrap_or("none");
        prop_assert!(envelope.event.len() + id.len() + envelope.org.as_str().len() <= 600);
        prop_assert!(!id.trim().is_empty());
        prop_assert!(!envelope.data.is_empty(), "an event without an outcome");
        for data in &envelope.data {
            match read(&envelope.event, data) {
                Ok(session) => prop_assert!(session.is_none_or(|id| (1..=200).contains(&id.len()))),
                Err(error) => {
                    prop_assert!(
                        names_a_field(&error) && error.field.starts_with("data"),
                        "{}",
                        error
                    );
                }
            }
        }
        Ok(())
    });
}

#[test]
fn the_same_event_has_the_same_id_however_it_is_laid_out() {
    hold(128, opencx(), |event| {
        let pretty = serde_json::to_string_pretty(&event).unwrap();
        let id = |text: &str| Envelope::from_text(text).ok().map(|envelope| envelope.event_id);
        prop_assert_eq!(id(&pretty), id(&event.to_string()));
        prop_assert_eq!(id(&format!("{event} {event}")), None, "two are not one");
        Ok(())
    });
}

#[test]
fn neither_an_error_nor_a_note_quotes_somebodys_words() {
    let value = prop_oneof!["[a-z \"`,]{0,20}", Just(", expected `".to_owned())];
    let fields =
        ["conversation_id", "channel", "sentiment", "transcript", "custom_data", "contact"];
    hold(256, (prop::sample::select(fields.to_vec()), value, 0_u8..4), |(field, words, kind)| {
        let secret = format!("{words} a secret");
        let value = match kind {
            0 => json!(secret),
            1 => json!([secret]),
            2 => json!({ "email": [secret], "a": [secret] }),
            _ => json!(3_051_234_567_u32),
        };
        let notes = Notes::default();
        let data = json!({ "conversation_id": "s", field: value });
        let error = Envelope::read::<HandoffToHuman>(&data, &notes).err();
        for text in notes.into_list().into_iter().chain(error.map(|error| error.to_string())) {
            prop_assert!(!text.contains("secret") && !text.contains("3051234567"), "{}", text);
            prop_assert!(text.contains(field), "{}", text);
        }
        Ok(())
    });
}

/// A value of every type of JSON, of which none is an id or a number above nought but the 7.
fn every_type() -> [Value; 10] {
    [
        json!(null),
        json!(true),
        json!(7),
        json!(-1.5),
        json!("x"),
        json!([]),
        json!(["x"]),
        json!([null, 7, {}]),
        json!({}),
        json!({ "a": { "b": 1 } }),
    ]
}

/// Every optional field of an event, in every other type of JSON: the event is still read.
#[test]
fn an_optional_field_of_another_type_never_hurts_the_event() {
    let mut tried = 0;
    for sample in SAMPLES {
        let event: Value = serde_json::from_str(sample).unwrap();
        let name = event["event"].as_str().unwrap();
        let required =
            ["/event", "/organization_id", "/data", "/data/conversation_id", "/data/message"];
        for pointer in pointers(&event).iter().filter(|at| !required.contains(&at.as_str())) {
            for value in &every_type() {
                let mut changed = event.clone();
                *changed.pointer_mut(pointer).unwrap() = value.clone();
                let envelope = Envelope::from_text(&changed.to_string()).unwrap();
                let session = read(name, &envelope.data[0]);
                assert!(session.is_ok_and(|id| id.is_some()), "{name}: {pointer} = {value}");
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "{tried}");
}

/// The places of all values in a document.
fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, v)| (at.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (name, child) in children {
        all.push(format!("/{name}"));
        all.extend(pointers(child).into_iter().map(|rest| format!("/{name}{rest}")));
    }
    all
}

#[test]
fn a_hubspot_event_is_accepted_whole_or_ignored() {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let message = include_str!("../../../../events/hubspot-message.json");
    let property = include_str!("../../../../events/hubspot-property.json");
    let [message, property] =
        [message, property].map(|text| serde_json::from_str::<Value>(text).unwrap());
    let merge = json!({ "subscriptionType": "ticket.merge", "portalId": 12_345_678,
        "objectId": 5, "primaryObjectId": 5, "mergedObjectIds": [6, 7], "newObjectId": 8 });
    let one = |sample: Value| mutated(sample.get(0).cloned().unwrap_or(sample));
    hold(512, prop_oneof![one(message), one(property), one(merge)], move |event| {
        let Ok(sorted) = sort(&event, &settings, "trace", Timestamp::from_millis(1)) else {
            return Ok(());
        };
        let portal = value::whole(&event["portalId"]);
        prop_assert!(portal.is_none_or(|portal| portal == 12_345_678));
        let ids = match sorted.event {
            Accepted::Message(posted) => {
                prop_assert_ne!(&event["messageType"], "COMMENT");
                vec![posted.thread.to_string(), posted.message.to_string()]
            }
            Accepted::Record(RecordEvent::Change(change)) => {
                prop_assert!(!change.value.is_empty() && change.occurred_at.as_millis() <= 1);
                vec![change.ticket.to_string(), change.property.clone()]
            }
            Accepted::Record(other) => vec![other.subject().to_owned()],
        };
        for id in ids {
            prop_assert!(!id.trim().is_empty() && id.len() <= 200, "{} B", id.len());
        }
        Ok(())
    });
}

/// The events of HubSpot that are acted upon, with the fields that each has to have.
fn hubspot_events() -> [(Value, &'static [&'static str]); 7] {
    let message = include_str!("../../../../events/hubspot-message.json");
    let property = include_str!("../../../../events/hubspot-property.json");
    let sample = |text| serde_json::from_str::<Value>(text).unwrap()[0].clone();
    let of = |name: &str, more: Value| {
        let mut event = json!({ "eventId": 3, "subscriptionId": 4, "portalId": 12_345_678,
            "appId": 5, "occurredAt": 1_702_439_388_898_i64, "subscriptionType": name,
            "attemptNumber": 0, "objectId": 50, "changeFlag": "x", "changeSource": "CRM_UI" });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let merge = json!({ "primaryObjectId": 50, "mergedObjectIds": [60, 70],
        "numberOfPropertiesMoved": 3 });
    let status = json!({ "propertyName": "status", "propertyValue": "CLOSED" });
    [
        (sample(message), &["objectId", "messageId"]),
        (sample(property), &["objectId", "propertyName", "propertyValue"]),
        (of("ticket.merge", merge), &["primaryObjectId", "mergedObjectIds"]),
        (of("ticket.deletion", json!({})), &["objectId"]),
        (of("conversation.propertyChange", status), &["objectId", "propertyName", "propertyValue"]),
        (of("contact.privacyDeletion", json!({})), &["objectId"]),
        (of("conversation.privacyDeletion", json!({})), &["objectId"]),
    ]
}

/// The part of an accepted event that says what is done about it.
fn effect(event: &Value) -> Value {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let now = Timestamp::from_millis(1_702_439_400_000);
    let sorted = sort(event, &settings, "trace", now);
    match sorted.unwrap_or_else(|why| panic!("ignored, as {why}: {event}")).event {
        Accepted::Message(posted) => json!([posted.thread, posted.message]),
        Accepted::Record(RecordEvent::Change(change)) => {
            json!([change.ticket, change.property, change.value])
        }
        Accepted::Record(RecordEvent::Merge { ticket, merged, .. }) => json!([ticket, merged[..2]]),
        Accepted::Record(RecordEvent::Deletion { ticket, .. }) => json!([ticket]),
        Accepted::Record(RecordEvent::ThreadStatus { thread, closed, .. }) => {
            json!([thread, closed])
        }
        Accepted::Record(RecordEvent::PrivacyDeletion { event, erased, .. }) => {
            json!([event, erased])
        }
    }
}

#[test]
fn an_optional_field_of_another_type_takes_no_hubspot_event_its_effect() {
    let mut tried = 0;
    for (event, required) in hubspot_events() {
        let mut named_twice = event.clone();
        named_twice["eventType"] = event["subscriptionType"].clone();
        let expected = effect(&event);
        assert_eq!(effect(&named_twice), expected);
        let fields = named_twice.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for field in fields.iter().filter(|field| !required.contains(&field.as_str())) {
            for odd in every_type() {
                // A number is a portal, and 7 is another one.
                if field == "portalId" && odd == json!(7) {
                    continue;
                }
                let mut changed = named_twice.clone();
                changed[field] = odd.clone();
                assert_eq!(effect(&changed), expected, "{field} = {odd}");
                changed.as_object_mut().unwrap().remove(field);
                assert_eq!(effect(&changed), expected, "without {field}");
                tried += 1;
            }
        }
    }
    assert!(tried > 400, "{tried}");
}
