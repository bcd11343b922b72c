//! One delivery of a queue message, and how its event is kept for an operator.

use aws_lambda_events::sqs::SqsMessage;
use bridge_domain::outcome::OutcomeRecord;
use bridge_http::Deadline;
use bridge_store::{Claim, Outgoing, Queue, StoreError};
use sha2::{Digest, Sha256};

use crate::app::App;

/// How often a queue delivers a message before the function gives up on it;
/// `maxReceiveCount` in template.yaml.
const TRIES: u32 = 10;

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

    /// What SQS calls the group whose order is kept.
    pub(crate) fn group(&self) -> &str {
        self.attribute("MessageGroupId").unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.message.attributes.get(name).map(String::as_str)
    }

    /// Whether SQS would move the message away after this delivery, without a reason.
    pub(crate) fn is_last(&self) -> bool {
        let count = self.attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok());
        count.is_some_and(|count: u32| count >= TRIES)
    }

    /// An id for what has none.
    pub(crate) fn content_id(&self) -> String {
        hex::encode(&Sha256::digest(self.body().as_bytes())[..16])
    }

    /// Puts the message, as it came, on `parked.fifo`, with all that is known of it.
    pub(crate) async fn park(
        &self,
        app: &App,
        claim: &Claim,
        record: &OutcomeRecord,
    ) -> Result<(), StoreError> {
        let group = if self.group().is_empty() { "none" } else { self.group() };
        let mut outgoing = Outgoing {
            group: group.to_owned(),
            deduplication_id: bridge_store::fitting(format!(
                "{}:{}:{}",
                record.function, record.org, record.event_id
            )),
            body: self.body().to_owned(),
            attributes: [].into(),
        };
        let steps = claim.journal.done().collect::<Vec<_>>().join(",");
        let known = [
            ("function", record.function.as_str()),
            ("org", record.org.as_str()),
            ("event", record.event.as_str()),
            ("event_id", record.event_id.as_str()),
            ("reason", record.reason.as_deref().unwrap_or_default()),
            ("error", record.error.as_deref().unwrap_or_default()),
            ("steps_done", steps.as_str()),
        ];
        for (name, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
            outgoing.attributes.insert(name.to_owned(), value.chars().take(1_000).collect());
        }
        app.queues.send(Queue::Parked, &[outgoing]).await
    }
}
