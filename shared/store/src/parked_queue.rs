//! Messages of an erased person on `parked.fifo`. A FIFO queue can only be read by taking
//! messages out of it: those of others are given back.

use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use bridge_domain::queue::Queue;

use crate::error::StoreError;
use crate::queues::Queues;
use crate::traces::Traces;

/// Seconds for which messages are held; after that they come back by themselves.
const HELD_FOR: i32 = 60;

/// Most messages that are looked through.
const MOST: usize = 5_000;

const ACTION: &str = "erasing from parked.fifo";

impl Queues {
    /// Removes the messages that tell of a person from `parked.fifo`. Returns their number.
    pub async fn erase_parked(&self, traces: &Traces) -> Result<usize, StoreError> {
        let url = self.url(Queue::Parked)?;
        let (mut erased, mut others) = (0, Vec::new());
        while erased + others.len() < MOST {
            let request = self.client().receive_message().queue_url(url);
            let request = request.max_number_of_messages(10).visibility_timeout(HELD_FOR);
            let request = request.message_attribute_names("org");
            let answer = request.send().await.map_err(|error| StoreError::aws(ACTION, &error))?;
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                break;
            }
            for message in messages {
                let receipt = message.receipt_handle.unwrap_or_default();
                let mut given = message.message_attributes.iter().flatten();
                let org = given.find_map(|(_, value)| value.string_value.as_deref());
                let is_of_org = org.is_none_or(|org| org == traces.org.as_str());
                if is_of_org && traces.are_in(message.body.as_deref().unwrap_or_default()) {
                    let delete = self.client().delete_message().queue_url(url);
                    let answer = delete.receipt_handle(receipt).send().await;
                    answer.map_err(|error| StoreError::aws(ACTION, &error))?;
                    erased += 1;
                } else {
                    others.push(receipt);
                }
            }
        }
        self.give_back(url, &others).await;
        Ok(erased)
    }

    /// Lets others have messages again. If that fails, they come back by themselves.
    async fn give_back(&self, url: &str, receipts: &[String]) {
        for batch in receipts.chunks(10) {
            let mut request = self.client().change_message_visibility_batch().queue_url(url);
            for (at, receipt) in batch.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(at.to_string())
                    .receipt_handle(receipt)
                    .visibility_timeout(0);
                if let Ok(entry) = entry.build() {
                    request = request.entries(entry);
                }
            }
            let _ = request.send().await;
        }
    }
}
