//! Messages of `parked.fifo`. A queue can only be read by taking messages out of it:
//! they are queued for a while, and given back unless they are done with.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName as System};
use bridge_store::Queue;

use crate::connect::Operator;
use crate::problem::Problem;

/// Seconds for which messages are held; after that they come back by themselves.
const HELD_FOR: i32 = 600;

/// Most messages that are queued at once: what is beyond comes the next time.
const MOST: usize = 5_000;

/// A message of `parked.fifo`, in our hands.
#[derive(Clone, Debug, Default)]
pub(super) struct QueuedMessage {
    pub(super) message_id: String,
    receipt: String,
    pub(super) body: String,
    attributes: BTreeMap<String, String>,
    group: String,
    source: Option<Queue>,
    /// When it was parked: epoch milliseconds.
    pub(super) sent_at: Option<u64>,
}

impl QueuedMessage {
    fn of(message: Message) -> Self {
        let mut system = message.attributes.unwrap_or_default();
        let given = message.message_attributes.iter().flatten();
        let given =
            given.filter_map(|(name, value)| Some((name.clone(), value.string_value.clone()?)));
        Self {
            attributes: given.collect(),
            group: system.remove(&System::MessageGroupId).unwrap_or_else(|| "none".to_owned()),
            source: system
                .get(&System::DeadLetterQueueSourceArn)
                .and_then(|arn| Queue::of_name(arn)),
            sent_at: system.get(&System::SentTimestamp).and_then(|at| at.parse().ok()),
            message_id: message.message_id.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
            body: message.body.unwrap_or_default(),
        }
    }

    /// Returns an attribute that the function set when it parked it; empty if SQS moved it here.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The queue that it came by.
    pub(super) fn queue(&self) -> Option<Queue> {
        self.source.or_else(|| Queue::of_name(self.attribute("queue")))
    }

    /// The group that it had there.
    pub(super) fn group(&self) -> &str {
        match self.attribute("group") {
            "" => &self.group,
            group => group,
        }
    }

    /// Takes it off the queue for good.
    pub(super) async fn delete(&self, operator: &Operator) -> Result<(), Problem> {
        let queues = &operator.app.queues;
        let request = queues.client().delete_message().queue_url(queues.url(Queue::Parked)?);
        let answer = request.receipt_handle(&self.receipt).send().await;
        answer.map(|_| ()).map_err(|_| {
            Problem::Failed("the message could not be taken off parked.fifo".to_owned())
        })
    }

    /// Lets others have it. If that fails, it comes back by itself.
    pub(super) async fn give_back(&self, operator: &Operator) {
        let queues = &operator.app.queues;
        let Ok(url) = queues.url(Queue::Parked) else { return };
        let request = queues.client().change_message_visibility().queue_url(url);
        let _ = request.receipt_handle(&self.receipt).visibility_timeout(0).send().await;
    }
}

/// Takes what is there. Without the queue's address there is nothing: the table alone
/// tells what is parked.
pub(super) async fn take(operator: &Operator) -> Result<Vec<QueuedMessage>, Problem> {
    let queues = &operator.app.queues;
    let Ok(url) = queues.url(Queue::Parked) else { return Ok(Vec::new()) };
    let mut queued: Vec<QueuedMessage> = Vec::new();
    while queued.len() < MOST {
        let answer = queues
            .client()
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10)
            .visibility_timeout(HELD_FOR)
            .message_attribute_names("All")
            .message_system_attribute_names(System::All)
            .send()
            .await;
        let Ok(answer) = answer else {
            for queued in &queued {
                queued.give_back(operator).await;
            }
            return Err(Problem::Failed(
                "parked.fifo cannot be read: check PARKED_QUEUE_URL, and that you may".to_owned(),
            ));
        };
        let messages = answer.messages.unwrap_or_default();
        if messages.is_empty() {
            break;
        }
        queued.extend(messages.into_iter().map(QueuedMessage::of));
    }
    Ok(queued)
}
