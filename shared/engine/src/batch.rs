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
use crate::retry::bounded;

/// The part of an invocation's time that is kept back for recording outcomes.
pub const KEPT_BACK: Duration = Duration::from_secs(3);

/// Processes a batch in the time that the invocation has left: groups side by side, the
/// messages of a group in order. After the first message of a group that is deferred, the
/// later ones of that group are as well, so that order survives.
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

/// Returns the ids of the messages of a group that are deferred.
async fn in_order<C: Consumer>(app: &App, group: Vec<Delivery<'_>>) -> Vec<String> {
    let mut left = group.into_iter();
    for delivery in left.by_ref() {
        if let Disposition::Defer(delay) = deliver::<C>(app, &delivery).await {
            let delay = bounded(delay, delivery.receives());
            let deferred: Vec<Delivery<'_>> = std::iter::once(delivery).chain(left).collect();
            Delivery::defer(app, &deferred, delay).await;
            return deferred.iter().filter_map(|delivery| id(delivery.message)).collect();
        }
    }
    Vec::new()
}

fn id(message: &SqsMessage) -> Option<String> {
    message.message_id.clone()
}

/// A message may hold several events: all are tried, and it is deferred if one is.
async fn deliver<C: Consumer>(app: &App, delivery: &Delivery<'_>) -> Disposition {
    let events = C::decode(delivery.body()).unwrap_or_else(|refused| vec![Err(refused)]);
    let mut settled = Disposition::Ack;
    for event in events {
        settled = settled.max(process::<C>(app, event, delivery).await);
    }
    settled
}
