//! The rules of an SQS batch, once for every consumer.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use bridge_domain::ids::OrgId;
use bridge_store::Deferral;
use bridge_vendor_http::Deadline;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::timeout;

use crate::app::App;
use crate::consumer::Consumer;
use crate::delivery::Delivery;
use crate::process::{Disposition, process};
use crate::retry::bounded;

/// The part of an invocation's time that is kept back for recording outcomes.
pub const KEPT_BACK: Duration = Duration::from_secs(3);

/// The time for which handled messages wait for the others of their batch. Later messages of their
/// groups wait as long, so that of a batch in which a call hangs they are deleted before its end.
const HELD: Duration = Duration::from_millis(500);

/// The messages of a group: handled ones by their receipts, deferred ones by their ids.
#[derive(Default)]
struct Ended {
    handled: Vec<String>,
    deferred: Vec<String>,
}

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
    let mut running: FuturesUnordered<_> =
        groups.into_values().map(|group| in_order::<C>(app, group)).collect();
    let mut ended = Ended::default();
    loop {
        match timeout(HELD, running.next()).await {
            Ok(Some(group)) => {
                ended.handled.extend(group.handled);
                ended.deferred.extend(group.deferred);
            }
            Ok(None) => break,
            Err(_) => delete(app, batch, std::mem::take(&mut ended.handled)).await,
        }
    }
    let mut response = SqsBatchResponse::default();
    response.set_failures(ended.deferred);
    response
}

/// Processes the messages of a group until one of them is deferred.
async fn in_order<C: Consumer>(app: &App, group: Vec<Delivery<'_>>) -> Ended {
    let mut ended = Ended::default();
    let mut left = group.into_iter();
    for delivery in left.by_ref() {
        let (disposition, org) = deliver::<C>(app, &delivery).await;
        if let Disposition::Defer(delay) = disposition {
            let delay = bounded(delay, delivery.receives());
            let deferred: Vec<Delivery<'_>> = std::iter::once(delivery).chain(left).collect();
            Delivery::defer(app, &deferred, delay).await;
            if let Some(org) = org {
                note_deferred(app, &org, C::FUNCTION.name, &deferred, delay).await;
            }
            ended.deferred = deferred.iter().filter_map(|delivery| id(delivery.message)).collect();
            return ended;
        }
        ended.handled.extend(delivery.message.receipt_handle.clone());
    }
    ended
}

/// Notes deferred messages of a group for the organisation's status.
async fn note_deferred(
    app: &App,
    org: &OrgId,
    function: &str,
    deferred: &[Delivery<'_>],
    delay: Duration,
) {
    let Some(first) = deferred.first() else { return };
    let (group, sent_at) = (first.group(), first.sent_at());
    let of = Deferral { function, group, count: deferred.len(), sent_at, delay };
    if let Err(error) = app.table.note_deferred(org, of).await {
        tracing::warn!(%org, %error, "the status lacks deferred messages");
    }
}

/// Deletes handled messages before the invocation ends, which deletes them once more.
async fn delete(app: &App, batch: &SqsEvent, receipts: Vec<String>) {
    let arn = batch.records.iter().find_map(|record| record.event_source_arn.as_deref());
    let Some(arn) = arn.filter(|_| !receipts.is_empty()) else { return };
    if let Err(error) = app.queues.delete(arn, &receipts).await {
        tracing::warn!(%error, "handled messages are deleted at the end of their batch instead");
    }
}

fn id(message: &SqsMessage) -> Option<String> {
    message.message_id.clone()
}

/// A message may hold several events of an organisation: all are tried, and it is deferred if one
/// is.
async fn deliver<C: Consumer>(app: &App, delivery: &Delivery<'_>) -> (Disposition, Option<OrgId>) {
    let events = C::decode(delivery.body()).unwrap_or_else(|refused| vec![Err(refused)]);
    let org = events.iter().flatten().map(|event| event.org.clone()).next();
    let mut settled = Disposition::Ack;
    for event in events {
        settled = settled.max(process::<C>(app, event, delivery).await);
    }
    (settled, org)
}
