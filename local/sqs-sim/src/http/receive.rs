//! `ReceiveMessage`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::{in_range, queue, unknown_attribute, visibility};
use crate::digest;
use crate::error::SqsError;
use crate::message::ReceivedMessage;
use crate::sqs::Sqs;
use crate::validate::ATTRIBUTE_TYPE;

/// The system attributes a caller may ask for.
const SYSTEM_ATTRIBUTES: [&str; 9] = [
    "All",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

/// The parameters of `ReceiveMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveMessage {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

pub(super) async fn receive(sqs: &Sqs, request: ReceiveMessage) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let max = in_range("MaxNumberOfMessages", request.max_number_of_messages, 1..=10)?.unwrap_or(1);
    let wait = in_range("WaitTimeSeconds", request.wait_time_seconds, 0..=20)?.unwrap_or(0);
    let visibility = visibility(request.visibility_timeout)?;
    let mut names = request.message_system_attribute_names.iter();
    if let Some(unknown) = names.find(|name| !SYSTEM_ATTRIBUTES.contains(&name.as_str())) {
        return Err(unknown_attribute(unknown));
    }
    // At most 10, as checked above.
    let max = usize::try_from(max).unwrap_or(1);
    let received = queue.receive_wait(max, visibility, Duration::from_secs(wait.into())).await;
    if received.is_empty() {
        return Ok(json!({}));
    }
    let messages: Vec<_> = received.iter().map(|received| show(received, &request)).collect();
    Ok(json!({ "Messages": messages }))
}

/// Writes a message with what the request asks for; SQS leaves out what is empty.
fn show(received: &ReceivedMessage, request: &ReceiveMessage) -> Value {
    let message = &received.message;
    let mut shown = json!({
        "MessageId": message.id,
        "ReceiptHandle": received.receipt_handle,
        "Body": message.body,
        "MD5OfBody": message.md5_of_body(),
    });
    let mut system = message.system_attributes();
    system.retain(|name, _| is_asked(name, &request.message_system_attribute_names));
    if !system.is_empty() {
        shown["Attributes"] = json!(system);
    }
    let mut attributes = message.attributes.clone();
    attributes.retain(|name, _| is_asked(name, &request.message_attribute_names));
    if let Some(md5) = digest::of_attributes(&attributes) {
        let typed = |value| json!({ "DataType": ATTRIBUTE_TYPE, "StringValue": value });
        let attributes: BTreeMap<_, _> =
            attributes.into_iter().map(|(name, value)| (name, typed(value))).collect();
        shown["MessageAttributes"] = json!(attributes);
        shown["MD5OfMessageAttributes"] = md5.into();
    }
    shown
}

fn is_asked(name: &str, asked: &[String]) -> bool {
    asked.iter().any(|asked| asked == "All" || asked == name)
}
