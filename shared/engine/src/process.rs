//! The way of one event: claim, act, record one outcome.

use bridge_domain::outcome::{Outcome, OutcomeRecord, ParkReason, SkipReason};
use bridge_store::{Claim, EventClaim, Key, StoreError};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::activity::Sign;
use crate::app::App;
use crate::budget::Turn;
use crate::consumer::{Consumer, Handled};
use crate::context::EventContext;
use crate::decode::{DecodeError, DecodedEvent};
use crate::delivery::Delivery;
use crate::outcome_log;
use crate::retry::Failure;
use crate::settings_cache::SettingsProblem;

/// Whether SQS has to bring the event again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// It has its outcome, now or from before.
    Ack,
    /// It has not.
    Retry,
}

/// Processes one event of a delivery.
pub(crate) async fn process<C: Consumer>(
    app: &App,
    incoming: Result<DecodedEvent<C::Event>, DecodeError>,
    delivery: &Delivery<'_>,
) -> Disposition {
    let record = match &incoming {
        Ok(event) => {
            let mut record = OutcomeRecord::of(
                C::FUNCTION.name,
                Some(&event.org),
                &event.event,
                &event.event_id,
            );
            record.trace.clone_from(&event.trace);
            record.notes.clone_from(&event.notes);
            record
        }
        Err(refused) => {
            let event_id = refused.event_id.clone().unwrap_or_else(|| delivery.content_id());
            OutcomeRecord::of(C::FUNCTION.name, refused.org.as_ref(), &refused.event, &event_id)
        }
    };
    match settle::<C>(app, incoming, record, delivery).await {
        Ok(settled) => settled,
        Err(error) => {
            tracing::warn!(function = C::FUNCTION.name, %error, "the event will come again");
            Disposition::Retry
        }
    }
}

async fn settle<C: Consumer>(
    app: &App,
    incoming: Result<DecodedEvent<C::Event>, DecodeError>,
    record: OutcomeRecord,
    delivery: &Delivery<'_>,
) -> Result<Disposition, StoreError> {
    let key = Key::event(C::FUNCTION.name, &record.org, &record.event_id);
    let claim = match app.table.claim(key, delivery.ends.left()).await? {
        Claim::Acquired(claim) => claim,
        Claim::Completed => {
            tracing::debug!(function = C::FUNCTION.name, event_id = record.event_id, "a repeat");
            return Ok(Disposition::Ack);
        }
        Claim::InProgress => return Ok(Disposition::Retry),
    };
    let (claim, mut record, result) = perform::<C>(app, incoming, claim, record, delivery).await;
    record.at = now();
    match result {
        Ok(Handled::PassOn(queue, message)) => {
            // Released first: whoever reads the other queue must be able to claim it.
            app.table.release(&claim).await?;
            app.queues.send(queue, &[message]).await?;
            return Ok(Disposition::Ack);
        }
        Ok(Handled::Applied) => {}
        Ok(Handled::Skipped(reason)) => {
            record.outcome = Outcome::Skipped;
            record.reason = Some(reason.as_str().to_owned());
        }
        Err(Failure::Retry(error)) if !delivery.is_last() => {
            tracing::warn!(
                function = C::FUNCTION.name,
                org = record.org,
                event_id = record.event_id,
                trace = record.trace,
                error,
                "the event will come again"
            );
            app.table.release(&claim).await?;
            return Ok(Disposition::Retry);
        }
        Err(Failure::Retry(error)) => {
            park(app, &claim, &mut record, ParkReason::RetriesExhausted, error, delivery).await?;
        }
        Err(Failure::Park { reason, error }) => {
            park(app, &claim, &mut record, reason, error, delivery).await?;
        }
    }
    app.table.finish(&claim, &record).await?;
    outcome_log::write(&record);
    Ok(Disposition::Ack)
}

async fn perform<C: Consumer>(
    app: &App,
    incoming: Result<DecodedEvent<C::Event>, DecodeError>,
    claim: EventClaim,
    record: OutcomeRecord,
    delivery: &Delivery<'_>,
) -> (EventClaim, OutcomeRecord, Result<Handled, Failure>) {
    let event = match incoming {
        Ok(event) => event,
        Err(refused) => {
            let failure = Failure::park(ParkReason::Unreadable, refused.error.to_string());
            return (claim, record, Err(failure));
        }
    };
    let settings = match app.settings(&event.org).await {
        Ok(settings) => settings,
        Err(problem) => return (claim, record, Err(problem.into())),
    };
    app.note_activity(&event.org, Sign::Event).await;
    let Some(data) = event.data.as_ref() else {
        return (claim, record, Ok(SkipReason::UnknownEvent.into()));
    };
    if !settings.active {
        return (claim, record, Ok(SkipReason::OrgInactive.into()));
    }
    let turn = Turn::new(C::URGENCY, delivery.receives());
    let context =
        EventContext::new(app, settings, claim.clone(), record.clone(), delivery, turn).await;
    let context: EventContext<'_> = match context {
        Ok(context) => context,
        Err(problem) => return (claim, record, Err(SettingsProblem::into(problem))),
    };
    let result = C::handle(&context, data).await;
    let (claim, record) = context.into_parts();
    (claim, record, result)
}

async fn park(
    app: &App,
    claim: &EventClaim,
    record: &mut OutcomeRecord,
    reason: ParkReason,
    error: String,
    delivery: &Delivery<'_>,
) -> Result<(), StoreError> {
    record.outcome = Outcome::Parked;
    record.reason = Some(reason.as_str().to_owned());
    record.error = Some(error);
    delivery.park(app, claim, record).await
}

fn now() -> String {
    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    OffsetDateTime::now_utc().format(form).unwrap_or_default()
}
