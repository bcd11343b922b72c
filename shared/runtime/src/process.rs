//! The way of one event: claim, act, record one outcome.

use bridge_domain::outcome::{Outcome, OutcomeRecord, ParkReason, SkipReason};
use bridge_store::{Claim, Claimed, Key, StoreError};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::activity::Sign;
use crate::app::App;
use crate::budget::Turn;
use crate::consumer::{Consumer, Ended};
use crate::failure::Failure;
use crate::incoming::{Incoming, Refused};
use crate::outcome_log;
use crate::parking::Delivery;
use crate::settings::SettingsProblem;
use crate::work::Work;

/// Whether SQS has to bring the event again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It has its outcome, now or from before.
    Yes,
    /// It has not.
    No,
}

/// Processes one event of a delivery.
pub(crate) async fn process<C: Consumer>(
    app: &App,
    incoming: Result<Incoming<C::Event>, Refused>,
    delivery: &Delivery<'_>,
) -> Settled {
    let record = match &incoming {
        Ok(event) => {
            let mut record =
                OutcomeRecord::of(C::NAME, Some(&event.org), &event.event, &event.event_id);
            record.trace.clone_from(&event.trace);
            record
        }
        Err(refused) => {
            let event_id = refused.event_id.clone().unwrap_or_else(|| delivery.content_id());
            OutcomeRecord::of(C::NAME, refused.org.as_ref(), &refused.event, &event_id)
        }
    };
    match settle::<C>(app, incoming, record, delivery).await {
        Ok(settled) => settled,
        Err(error) => {
            tracing::warn!(function = C::NAME, %error, "the event will come again");
            Settled::No
        }
    }
}

async fn settle<C: Consumer>(
    app: &App,
    incoming: Result<Incoming<C::Event>, Refused>,
    record: OutcomeRecord,
    delivery: &Delivery<'_>,
) -> Result<Settled, StoreError> {
    let key = Key::event(C::NAME, &record.org, &record.event_id);
    let claim = match app.table.claim(key, delivery.ends.left()).await? {
        Claimed::Ours(claim) => claim,
        Claimed::Done => {
            tracing::debug!(function = C::NAME, event_id = record.event_id, "a repeat");
            return Ok(Settled::Yes);
        }
        Claimed::Busy => return Ok(Settled::No),
    };
    let (claim, mut record, result) = perform::<C>(app, incoming, claim, record, delivery).await;
    record.at = now();
    match result {
        Ok(Ended::PassOn(queue, message)) => {
            // Released first: whoever reads the other queue must be able to claim it.
            app.table.release(&claim).await?;
            app.queues.send(queue, &[message]).await?;
            return Ok(Settled::Yes);
        }
        Ok(Ended::Applied) => {}
        Ok(Ended::Skipped(reason)) => {
            record.outcome = Outcome::Skipped;
            record.reason = Some(reason.as_str().to_owned());
        }
        Err(Failure::Again(error)) if !delivery.is_last() => {
            tracing::warn!(
                function = C::NAME,
                org = record.org,
                event_id = record.event_id,
                trace = record.trace,
                error,
                "the event will come again"
            );
            app.table.release(&claim).await?;
            return Ok(Settled::No);
        }
        Err(Failure::Again(error)) => {
            park(app, &claim, &mut record, ParkReason::TriesExhausted, error, delivery).await?;
        }
        Err(Failure::Park { reason, error }) => {
            park(app, &claim, &mut record, reason, error, delivery).await?;
        }
    }
    app.table.finish(&claim, &record).await?;
    outcome_log::write(&record);
    Ok(Settled::Yes)
}

async fn perform<C: Consumer>(
    app: &App,
    incoming: Result<Incoming<C::Event>, Refused>,
    claim: Claim,
    record: OutcomeRecord,
    delivery: &Delivery<'_>,
) -> (Claim, OutcomeRecord, Result<Ended, Failure>) {
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
    let work =
        Work::new(app, settings, claim.clone(), record.clone(), delivery.deadline, turn).await;
    let work: Work<'_> = match work {
        Ok(work) => work,
        Err(problem) => return (claim, record, Err(SettingsProblem::into(problem))),
    };
    let result = C::act(&work, data).await;
    let (claim, record) = work.into_parts();
    (claim, record, result)
}

async fn park(
    app: &App,
    claim: &Claim,
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
