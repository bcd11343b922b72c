//! The operations on queues themselves: find, describe, list, purge.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::{Fault, Kind};
use super::operation::{Answer, in_range, no_such_queue, queue};
use crate::check::MAX_BYTES;
use crate::queue::Queue;
use crate::sqs::{self, ACCOUNT, Sqs};

/// Most queues in one answer of `ListQueues`.
const MAX_LISTED: u32 = 1000;
/// SQS's default retention of 4 days, in seconds. It is told, not kept.
const RETENTION: &str = "345600";

/// `GetQueueUrl`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueUrl {
    queue_name: Option<String>,
}

/// `GetQueueAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueAttributes {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Vec<String>,
}

/// `ListQueues`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListQueues {
    queue_name_prefix: Option<String>,
    max_results: Option<i64>,
    /// Here: the name of the last queue of the page before.
    next_token: Option<String>,
}

/// `PurgeQueue`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PurgeQueue {
    queue_url: Option<String>,
}

pub(super) fn url(sqs: &Sqs, request: &GetQueueUrl, host: &str) -> Answer {
    let name = request.queue_name.as_deref().ok_or_else(|| Fault::missing("QueueName"))?;
    let queue = sqs.queue(name).ok_or_else(no_such_queue)?;
    Ok(json!({ "QueueUrl": url_of(host, queue.name()) }))
}

/// The URL under which the caller reached this endpoint, and so can use the queue.
fn url_of(host: &str, name: &str) -> String {
    format!("http://{host}/{ACCOUNT}/{name}")
}

pub(super) fn attributes(sqs: &Sqs, request: &GetQueueAttributes) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    let all = describe(&queue);
    let asked = &request.attribute_names;
    let is_unknown = |name: &&String| {
        !["All", "RedrivePolicy", "Policy"].contains(&name.as_str())
            && !all.contains_key(name.as_str())
    };
    if let Some(unknown) = asked.iter().find(is_unknown) {
        return Err(Fault::new(
            Kind::InvalidAttributeName,
            format!("Unknown Attribute {unknown}."),
        ));
    }
    let shown: BTreeMap<_, _> = all
        .into_iter()
        .filter(|(name, _)| asked.iter().any(|asked| asked == "All" || asked == name))
        .collect();
    Ok(if shown.is_empty() { json!({}) } else { json!({ "Attributes": shown }) })
}

fn describe(queue: &Queue) -> BTreeMap<&'static str, String> {
    let (options, depth) = (queue.options(), queue.depth());
    let created = queue.created_secs().to_string();
    let mut all = BTreeMap::from([
        ("ApproximateNumberOfMessages", depth.visible.to_string()),
        ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
        ("ContentBasedDeduplication", "false".to_owned()),
        ("CreatedTimestamp", created.clone()),
        ("DeduplicationScope", "queue".to_owned()),
        ("DelaySeconds", options.delay.as_secs().to_string()),
        ("FifoQueue", "true".to_owned()),
        ("FifoThroughputLimit", "perQueue".to_owned()),
        ("LastModifiedTimestamp", created),
        ("MaximumMessageSize", MAX_BYTES.to_string()),
        ("MessageRetentionPeriod", RETENTION.to_owned()),
        ("QueueArn", queue.arn()),
        ("ReceiveMessageWaitTimeSeconds", "0".to_owned()),
        ("SqsManagedSseEnabled", "true".to_owned()),
        ("VisibilityTimeout", options.visibility.as_secs().to_string()),
    ]);
    if let Some(rule) = &options.redrive {
        let policy = json!({
            "deadLetterTargetArn": sqs::arn(&rule.target),
            "maxReceiveCount": rule.max_receive_count,
        });
        all.insert("RedrivePolicy", policy.to_string());
    }
    all
}

pub(super) fn list(sqs: &Sqs, request: &ListQueues, host: &str) -> Answer {
    let max = in_range("MaxResults", request.max_results, 1..=MAX_LISTED)?;
    let limit = usize::try_from(max.unwrap_or(MAX_LISTED)).unwrap_or(usize::MAX);
    let prefix = request.queue_name_prefix.as_deref().unwrap_or_default();
    let after = request.next_token.as_deref().unwrap_or_default();
    let mut names = sqs.queue_names();
    names.retain(|name| name.starts_with(prefix) && name.as_str() > after);
    names.sort_unstable();
    let more = names.len() > limit;
    names.truncate(limit);
    let urls: Vec<_> = names.iter().map(|name| url_of(host, name)).collect();
    let mut answer = if urls.is_empty() { json!({}) } else { json!({ "QueueUrls": urls }) };
    // Like SQS: pages are for those who asked for a size.
    if more && max.is_some() {
        answer["NextToken"] = names.pop().map_or(Value::Null, Value::String);
    }
    Ok(answer)
}

pub(super) fn purge(sqs: &Sqs, request: &PurgeQueue) -> Answer {
    let queue = queue(sqs, request.queue_url.as_deref())?;
    if queue.purge_now_and_then() {
        return Ok(json!({}));
    }
    let message =
        format!("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue.name());
    Err(Fault::new(Kind::PurgeQueueInProgress, message))
}
