//! The sample events: every trigger has one, in the shape in which AWS hands it over, and each
//! is read and answered by the function it is for.

use std::path::PathBuf;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bridge_engine::{App, Consumer};
use bridge_local::demo;
use bridge_local::handlers::Handler;
use bridge_store::Queue;
use serde_json::Value;
use tests::{Bridge, seen};

/// Each consumer's samples: its file, its queue, and how its event ends on a fresh bridge
/// (which has no such thread, and where the close comes before the change).
const FROM_QUEUES: [(&str, Queue, &str); 9] = [
    ("handoff-sqs.json", Queue::Handoffs, "applied"),
    ("contact-sync-sqs.json", Queue::Contacts, "applied"),
    ("close-sqs.json", Queue::Closes, "applied"),
    ("ai-reply-sqs.json", Queue::AiReplies, "no_thread"),
    ("property-sync-sqs.json", Queue::Properties, "no_open_session"),
    ("reply-sync-sqs.json", Queue::Messages, "gone"),
    ("reply-sync-email-sqs.json", Queue::EmailMessages, "gone"),
    ("channel-publish-sqs.json", Queue::ChannelMessages, "no_channel"),
    ("channel-reply-sqs.json", Queue::ChannelReplies, "not_delivered"),
];

/// The samples that come by HTTP, and the status of their answer.
const BY_HTTP: [(&str, u16); 6] = [
    ("webhook-hubspot.json", 200),
    ("webhook-hubspot-property.json", 200),
    ("webhook-hubspot-channel.json", 200),
    ("webhook-opencx.json", 200),
    ("crm-context.json", 404),
    ("status.json", 200),
];

/// The bodies alone, for people with curl.
const PLAIN: [(&str, &str); 8] = [
    ("handoff.json", "handoff"),
    ("started.json", "contact-sync"),
    ("ai-response.json", "ai-reply"),
    ("closed.json", "close"),
    ("hubspot-message.json", "reply-sync"),
    ("hubspot-property.json", "property-sync"),
    ("contact-response.json", "channel-publish"),
    ("hubspot-channel-reply.json", "channel-reply"),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events")
}

fn sample(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn record(file: &str) -> SqsMessage {
    let event: SqsEvent = serde_json::from_str(&sample(file)).unwrap();
    let [record] = <[SqsMessage; 1]>::try_from(event.records).unwrap();
    record
}

/// Reads a sample as the function does; the ids of its events.
fn read<C: Consumer>(file: &str) -> Vec<String> {
    let record = record(file);
    let events = C::decode(&record.body.unwrap()).unwrap_or_else(|refused| panic!("{refused:?}"));
    let ids = events.into_iter().map(|event| match event {
        Ok(event) if event.data.is_some() => event.event_id.unwrap(),
        other => panic!("{file} is not for {}: {:?}", C::FUNCTION.name, other.err()),
    });
    ids.collect()
}

#[test]
fn every_sample_is_used_here() {
    let listed = FROM_QUEUES.map(|(file, ..)| file).into_iter();
    let listed = listed.chain(BY_HTTP.map(|(file, _)| file)).chain(PLAIN.map(|(file, _)| file));
    let mut listed: Vec<String> = listed.map(str::to_owned).collect();
    let entries = std::fs::read_dir(folder()).unwrap();
    let mut there: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    listed.sort();
    there.sort();
    assert_eq!(there, listed);
}

#[test]
fn every_function_reads_its_sample() {
    assert_eq!(read::<handoff::Handoff>("handoff-sqs.json"), ["ev-handoff-1"]);
    assert_eq!(read::<contact_sync::ContactSync>("contact-sync-sqs.json"), ["ev-started-1"]);
    assert_eq!(read::<close::Close>("close-sqs.json"), ["ev-closed-1"]);
    assert_eq!(read::<ai_reply::AiReply>("ai-reply-sqs.json"), ["ev-ai-response-1"]);
    let change = read::<property_sync::PropertySync>("property-sync-sqs.json");
    assert_eq!(change, ["2410000001-order_number-1702439399000-de650d61f5bd"]);
    let message = read::<reply_sync::ReplySync>("reply-sync-sqs.json");
    assert_eq!(message, ["6065362089-9b38dc6d5b5744a788931a9cf3a7b225"]);
    let email = read::<reply_sync::ReplySync>("reply-sync-email-sqs.json");
    assert_eq!(email, ["6065362089-0c49ed7e6c6855b899a42bad04b8c336"]);
    let said = read::<channel_publish::ChannelPublish>("channel-publish-sqs.json");
    assert_eq!(said, ["ev-contact-response-1"]);
    let reply = read::<channel_reply::ChannelReply>("channel-reply-sqs.json");
    assert_eq!(reply, ["7c1d54f0e8b94f3e"]);
}

#[test]
fn a_queue_sample_holds_what_the_plain_one_says() {
    let pairs = [
        ("handoff-sqs.json", "handoff.json"),
        ("contact-sync-sqs.json", "started.json"),
        ("close-sqs.json", "closed.json"),
        ("ai-reply-sqs.json", "ai-response.json"),
        ("channel-publish-sqs.json", "contact-response.json"),
    ];
    for (queued, plain) in pairs {
        let body: Value = serde_json::from_str(&record(queued).body.unwrap()).unwrap();
        assert_eq!(body, serde_json::from_str::<Value>(&sample(plain)).unwrap(), "{queued}");
    }
}

/// Hands a sample to its function, as Lambda does, and returns the end of its event.
async fn end(bridge: &Bridge, file: &str, queue: Queue) -> String {
    let batch: SqsEvent = serde_json::from_str(&sample(file)).unwrap();
    let about = batch.records[0].attributes["MessageDeduplicationId"].clone();
    let (environment, clients) = bridge.stack().environment();
    let app = App::new(environment, clients);
    let handler = Handler::of_queue(queue).unwrap();
    let response = handler.invoke(&app, &batch, Duration::from_secs(30)).await;
    assert!(response.batch_item_failures.is_empty(), "{file} is not over");
    let record = bridge.outcome(file, |record| about.ends_with(&record.event_id)).await;
    assert!(file.starts_with(&record.function), "{file}: {record:?}");
    let outcome = serde_json::to_value(record.outcome).unwrap();
    match outcome.as_str().unwrap() {
        "skipped" => record.reason.unwrap(),
        other => other.to_owned(),
    }
}

/// The message of the samples, for which reply-sync asks HubSpot again for two minutes, since
/// the portal does not know it.
const MESSAGE: &str = "9b38dc6d5b5744a788931a9cf3a7b225";

async fn is_asked_for(bridge: &Bridge) {
    seen("reply-sync asks for the message", || {
        bridge.portal().calls().iter().any(|call| call.path.contains(MESSAGE)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_queue_sample_comes_to_its_end() {
    let bridge = Bridge::start().await;
    for (file, queue, expected) in FROM_QUEUES {
        assert_eq!(end(&bridge, file, queue).await, expected, "{file}");
    }
    let ticket = &bridge.portal().tickets()[0];
    assert_eq!(ticket.get("hs_pipeline_stage"), "4", "handed off, and closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_http_sample_is_a_request_that_is_answered() {
    let bridge = Bridge::with_settings(unsigned_with_channels).await;
    for (file, status) in BY_HTTP {
        let request = lambda_http::request::from_str(&sample(file)).unwrap();
        let path = request.uri().path_and_query().unwrap().as_str();
        let method = request.method().as_str().parse().unwrap();
        let replayed = bridge.http.request(method, bridge.url(path));
        let answer = replayed.body(request.body().to_vec()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{file}");
        let body: Value = answer.json().await.unwrap();
        if file.starts_with("webhook") {
            assert_eq!(body["accepted"], 1, "{file}: {body}");
        }
    }
    is_asked_for(&bridge).await;
    bridge.outcome_of("property-sync").await;
    bridge.outcome_of("handoff").await;
    bridge.outcome_of("channel-reply").await;
}

/// A sample cannot carry a signature of this minute.
fn unsigned_with_channels(settings: &mut Value) {
    *settings = demo::with_channels(settings.clone(), &["sms"]);
    settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
    settings["unsigned"] = true.into();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_plain_sample_can_be_sent_with_curl() {
    let bridge = Bridge::with_settings(unsigned_with_channels).await;
    for (file, function) in PLAIN {
        let body = sample(file);
        if file.starts_with("hubspot") {
            let of_channel = if file.contains("channel") { "/channel" } else { "" };
            let url = bridge.url(&format!("{}{of_channel}", demo::webhook_path()));
            assert_eq!(bridge.http.post(url).body(body).send().await.unwrap().status(), 200);
        } else {
            bridge.event(&serde_json::from_str(&body).unwrap()).await;
        }
        if function == "reply-sync" {
            is_asked_for(&bridge).await;
            continue;
        }
        let record = bridge.outcome_of(function).await;
        assert_ne!(record.reason.as_deref(), Some("unreadable"), "{file}: {record:?}");
    }
}
