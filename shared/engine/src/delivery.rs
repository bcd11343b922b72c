//! One delivery of a queue message, and how its event is kept for an operator.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::sqs::SqsMessage;
use bridge_domain::opencx::envelope::Identity;
use bridge_domain::outcome::OutcomeRecord;
use bridge_store::{
    CLAIM_LIFETIME, EventClaim, FIRST_MESSAGE_ID, LARGEST_MESSAGE, Outgoing, ParkedBody, Queue,
    StoreError, hash_if_longer, now_ms, ttl_after,
};
use bridge_vendor_http::Deadline;
use sha2::{Digest, Sha256};

use crate::app::App;

/// The number of deliveries after which SQS moves a message to the parked ones, without a
/// reason; `maxReceiveCount` in template.yaml. The functions park by age, and earlier.
pub const MAX_RECEIVES: u32 = 1_000;

/// A queue message in an invocation.
pub(crate) struct Delivery<'a> {
    pub(crate) message: &'a SqsMessage,
    /// When the work has to be over.
    pub(crate) deadline: Deadline,
    /// When Lambda ends the invocation.
    pub(crate) ends: Deadline,
}

impl Delivery<'_> {
    pub(crate) fn body(&self) -> &str {
        self.message.body.as_deref().unwrap_or_default()
    }

    /// Returns the message group, whose order is kept.
    pub(crate) fn group(&self) -> &str {
        self.attribute("MessageGroupId").unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.message.attributes.get(name).map(String::as_str)
    }

    /// Returns whether SQS would move the message away after this delivery, without a reason.
    pub(crate) fn is_last(&self) -> bool {
        self.receives() >= MAX_RECEIVES
    }

    /// Returns the number of times that SQS has handed the message out, this time included.
    pub(crate) fn receives(&self) -> u32 {
        let count = self.attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok());
        count.unwrap_or(1)
    }

    /// Returns when SQS first got the message (epoch milliseconds).
    pub(crate) fn sent_at(&self) -> u64 {
        let sent = self.attribute("SentTimestamp").and_then(|sent| sent.parse().ok());
        sent.unwrap_or_else(now_ms)
    }

    /// Returns the time since SQS first got the message.
    pub(crate) fn age(&self) -> Duration {
        Duration::from_millis(now_ms().saturating_sub(self.sent_at()))
    }

    /// Hides deliveries of one queue for a while. Should that fail, they come again when
    /// the queue's visibility timeout ends.
    pub(crate) async fn defer(app: &App, deliveries: &[Delivery<'_>], delay: Duration) {
        let arn = deliveries.iter().find_map(|one| one.message.event_source_arn.as_deref());
        let receipts: Vec<&str> =
            deliveries.iter().filter_map(|one| one.message.receipt_handle.as_deref()).collect();
        let Some(arn) = arn.filter(|_| !receipts.is_empty()) else { return };
        if let Err(error) = app.queues.defer(arn, &receipts, delay).await {
            tracing::warn!(%error, "events are deferred for the visibility timeout instead");
        }
    }

    /// The identity of an event in this message.
    pub(crate) fn identity(&self, identity: &Identity) -> String {
        match identity {
            Identity::Own(id) => id.clone(),
            Identity::OfMessage(place) => format!("{}/{place}", self.message_id()),
        }
    }

    /// SQS's id of the message: the same for all its deliveries. A redriven message has
    /// that of its first life in an attribute.
    fn message_id(&self) -> &str {
        let first = self.message.message_attributes.get(FIRST_MESSAGE_ID);
        let first = first.and_then(|first| first.string_value.as_deref());
        first.or(self.message.message_id.as_deref()).unwrap_or_default()
    }

    /// An id for what has none.
    pub(crate) fn content_id(&self) -> String {
        hex::encode(&Sha256::digest(self.body().as_bytes())[..16])
    }

    /// Keeps the message, as it came, with all that is known of it: in the table, from
    /// where an operator redrives it, and on `parked.fifo`, whose depth is alarmed on.
    pub(crate) async fn park(
        &self,
        app: &App,
        claim: &EventClaim,
        record: &OutcomeRecord,
    ) -> Result<(), StoreError> {
        let queue = self.message.event_source_arn.as_deref().and_then(Queue::of_name);
        let mut body = ParkedBody::new(self.body().to_owned(), ttl_after(CLAIM_LIFETIME));
        body.queue = queue.map(|queue| queue.name().to_owned());
        body.group = self.group().to_owned();
        body.message_id = self.message_id().to_owned();
        app.table.keep_body(claim, &body).await?;
        app.queues.send(Queue::Parked, &[self.outgoing(claim, record, queue)]).await
    }

    /// A group of its own for each event: no order is kept among parked events, and a
    /// message in the hands of a reader must not hide the others.
    fn outgoing(
        &self,
        claim: &EventClaim,
        record: &OutcomeRecord,
        queue: Option<Queue>,
    ) -> Outgoing {
        let event = format!("{}:{}:{}", record.function, record.org, record.identity());
        let steps = claim.journal.done().collect::<Vec<_>>().join(",");
        // Ten is the most that SQS takes.
        let known = [
            ("function", record.function.as_str()),
            ("org", record.org.as_str()),
            ("event", record.event.as_str()),
            ("event_id", record.identity()),
            ("reason", record.reason.as_deref().unwrap_or_default()),
            ("queue", queue.map(Queue::name).unwrap_or_default()),
            ("group", self.group()),
            ("error", record.error.as_deref().unwrap_or_default()),
            ("steps_done", steps.as_str()),
            ("parked_at", record.at.as_str()),
        ];
        let mut room = LARGEST_MESSAGE.saturating_sub(self.body().len());
        let mut attributes = BTreeMap::new();
        for (name, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
            let value: String = value.chars().take(1_000).collect();
            let size = name.len() + "String".len() + value.len();
            if size <= room {
                room -= size;
                attributes.insert(name.to_owned(), value);
            }
        }
        Outgoing {
            group: hash_if_longer(event.clone()),
            // A redriven event that is parked again is no repeat.
            deduplication_id: hash_if_longer(format!("{event}:{}", claim.redrives)),
            body: self.body().to_owned(),
            attributes,
        }
    }
}
