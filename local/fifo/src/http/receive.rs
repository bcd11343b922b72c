//! `ReceiveMessage`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::attributes;
use super::fault::{Fault, Kind};
use super::operation::{Answer, in_range, queue, visibility};
use crate::digest;
use crate::message::{Attribute, Received};
use crate::sqs::Sqs;

/// The system attributes a caller may ask for.
const SYSTEM_ATTRIBUTES: [&str; 10] = [
    "All",
    "AWSTraceHeader",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

/// `ReceiveMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveMessage {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    /// The older name of `message_system_attribute_names`; both count.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
    receive_request_attempt_id: Option<String>,
}

pub(super) async fn receive(sqs: &Sqs, request: ReceiveMessage) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let max = in_range("MaxNumberOfMessages", request.max_number_of_messages, 1..=10)?.unwrap_or(1);
    let wait = in_range("WaitTimeSeconds", request.wait_time_seconds, 0..=20)?.unwrap_or(0);
    let visibility = visibility(request.visibility_timeout)?;
    check_names(&request)?;
    // SQS would repeat the earlier answer; to ignore the id would look as if it did.
    if request.receive_request_attempt_id.is_some() {
        let message = "ReceiveRequestAttemptId is not supported by this endpoint: leave it out.";
        return Err(Fault::new(Kind::UnsupportedOperation, message));
    }
    let wait = Duration::from_secs(u64::from(wait));
    // At most 10, as checked above.
    let max = usize::try_from(max).unwrap_or(1);
    let received = queue.receive_within(max, visibility, wait).await;
    if received.is_empty() {
        return Ok(json!({}));
    }
    let messages: Vec<_> = received.iter().map(|received| show(received, &request)).collect();
    Ok(json!({ "Messages": messages }))
}

fn check_names(request: &ReceiveMessage) -> Result<(), Fault> {
    let known = |name: &&String| !SYSTEM_ATTRIBUTES.contains(&name.as_str());
    match system_names(request).find(known) {
        Some(name) => {
            Err(Fault::new(Kind::InvalidAttributeName, format!("Unknown Attribute {name}.")))
        }
        None => Ok(()),
    }
}

fn system_names(request: &ReceiveMessage) -> impl Iterator<Item = &String> {
    request.attribute_names.iter().chain(&request.message_system_attribute_names)
}

/// A message with what the request asks for; SQS leaves out what is empty.
fn show(received: &Received, request: &ReceiveMessage) -> Value {
    let message = &received.message;
    let mut shown = json!({
        "MessageId": message.id,
        "ReceiptHandle": received.receipt_handle,
        "Body": message.body,
        "MD5OfBody": message.md5_of_body(),
    });
    let mut system = message.system_attributes();
    system.retain(|name, _| system_names(request).any(|asked| asked == "All" || asked == name));
    if !system.is_empty() {
        shown["Attributes"] = json!(system);
    }
    let asked = selected(&message.attributes, &request.message_attribute_names);
    if let Some(md5) = digest::of_attributes(&asked) {
        shown["MessageAttributes"] = json!(attributes::write(&asked));
        shown["MD5OfMessageAttributes"] = md5.into();
    }
    shown
}

/// The attributes with one of the names asked for: `All`, `.*`, `prefix.*` or the name itself.
fn selected(all: &BTreeMap<String, Attribute>, asked: &[String]) -> BTreeMap<String, Attribute> {
    let is_asked = |name: &str| {
        asked.iter().any(|pattern| match pattern.strip_suffix(".*") {
            Some(prefix) => prefix.is_empty() || name.starts_with(&pattern[..=prefix.len()]),
            None => pattern == "All" || pattern == name,
        })
    };
    let chosen = all.iter().filter(|(name, _)| is_asked(name));
    chosen.map(|(name, attribute)| (name.clone(), attribute.clone())).collect()
}
