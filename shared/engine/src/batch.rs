//! The rules of an SQS batch, once for every consumer.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use bridge_vendor_http::Deadline;
use futures::future::join_all;

use crate::app::App;
use crate::consumer::Consumer;
use crate::delivery::Delivery;
use crate::process::{Disposition, process};

/// What is kept back of an invocation's time for recording outcomes.
pub const KEPT_BACK: Duration = Duration::from_secs(3);

/// Processes a batch in the time that the invocation has left: groups side by side, the messages of a group in order. After
/// the first message of a group that has to come again, the later ones of that
/// group have to as well, so that order survives.
pub async fn consume<C: Consumer>(app: &App, batch: &SqsEvent, left: Duration) -> SqsBatchResponse {
    let deadline = Deadline::after(left.saturating_sub(KEPT_BACK));
    let ends = Deadline::after(left);
    let mut groups: BTreeMap<String, Vec<Delivery<'_>>> = BTreeMap::new();
    for message in &batch.records {
        let delivery = Delivery { message, deadline, ends };
        groups.entry(delivery.group().to_owned()).or_default().push(delivery);
    }
    let failed = join_all(groups.into_values().map(|group| in_order::<C>(app, group))).await;
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed.into_iter().flatten());
    response
}

/// The ids of the messages of a group that have to come again.
async fn in_order<C: Consumer>(app: &App, group: Vec<Delivery<'_>>) -> Vec<String> {
    let mut left = group.into_iter();
    for delivery in left.by_ref() {
        if deliver::<C>(app, &delivery).await == Disposition::Retry {
            let rest = std::iter::once(delivery).chain(left);
            return rest.filter_map(|delivery| id(delivery.message)).collect();
        }
    }
    Vec::new()
}

fn id(message: &SqsMessage) -> Option<String> {
    message.message_id.clone()
}

/// A message may hold several events: all are tried, and it is settled when all are.
async fn deliver<C: Consumer>(app: &App, delivery: &Delivery<'_>) -> Disposition {
    let events = C::decode(delivery.body()).unwrap_or_else(|refused| vec![Err(refused)]);
    let mut settled = Disposition::Ack;
    for event in events {
        if process::<C>(app, event, delivery).await == Disposition::Retry {
            settled = Disposition::Retry;
        }
    }
    settled
}
