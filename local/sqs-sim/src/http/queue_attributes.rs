//! `GetQueueAttributes`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::{queue, unknown_attribute};
use crate::arn;
use crate::error::SqsError;
use crate::queue::FifoQueue;
use crate::sqs::Sqs;

/// The parameters of `GetQueueAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueAttributes {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Vec<String>,
}

pub(super) fn get(sqs: &Sqs, request: &GetQueueAttributes) -> Result<Value, SqsError> {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let all = describe(&queue);
    let mut shown = BTreeMap::new();
    for name in &request.attribute_names {
        if name == "All" {
            shown.extend(all.clone());
        } else if let Some((name, value)) = all.get_key_value(name.as_str()) {
            shown.insert(*name, value.clone());
        } else if name != "RedrivePolicy" {
            return Err(unknown_attribute(name));
        }
    }
    Ok(if shown.is_empty() { json!({}) } else { json!({ "Attributes": shown }) })
}

fn describe(queue: &FifoQueue) -> BTreeMap<&'static str, String> {
    let (options, depth) = (queue.options(), queue.depth());
    let mut all = BTreeMap::from([
        ("ApproximateNumberOfMessages", depth.visible.to_string()),
        ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
        ("DelaySeconds", options.delay.as_secs().to_string()),
        ("FifoQueue", "true".to_owned()),
        ("QueueArn", queue.arn()),
        ("VisibilityTimeout", options.visibility.as_secs().to_string()),
    ]);
    if let Some(policy) = &options.redrive {
        let policy = json!({
            "deadLetterTargetArn": arn::queue_arn(&policy.target),
            "maxReceiveCount": policy.max_receive_count,
        });
        all.insert("RedrivePolicy", policy.to_string());
    }
    all
}
