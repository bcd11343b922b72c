//! The way of one event: read its claim, act, record one outcome.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::outcome::{Outcome, OutcomeRecord, ParkReason, SkipReason};
use bridge_domain::settings::Settings;
use bridge_lambda::{Counter, SettingsProblem, Sign, count};
use bridge_rate_limiter::EventCalls;
use bridge_store::{Claim, EventClaim, Journal, Key, StoreError, now_ms};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::app::App;
use crate::consumer::{Consumer, Handled};
use crate::context::EventContext;
use crate::decode::{DecodeError, DecodedEvent};
use crate::delivery::Delivery;
use crate::outcome_log;
use crate::retry::{Failure, backoff, pause};

/// The time for which an event is tried whose organisation does not say.
const PARK_AFTER: Duration = Duration::from_hours(24);

/// The time after which an event comes again that another invocation works on.
const IN_PROGRESS: Duration = Duration::from_secs(5);

/// The end of a delivery of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Disposition {
    /// It has its outcome, now or from before.
    Ack,
    /// It is delivered again after this time.
    Defer(Duration),
}

/// Processes one event of a delivery.
pub(crate) async fn process<C: Consumer>(
    app: &App,
    incoming: Result<DecodedEvent<C::Event>, DecodeError>,
    delivery: &Delivery<'_>,
) -> Disposition {
    let record = match &incoming {
        Ok(event) => {
            let identity = delivery.identity(&event.identity);
            let event_id = event.event_id.as_ref().unwrap_or(&identity);
            let mut record =
                OutcomeRecord::of(C::FUNCTION.name, Some(&event.org), &event.event, event_id);
            record.trace = event.trace.clone().or_else(|| Some(event_id.clone()));
            record.identity = identity;
            record.notes.clone_from(&event.notes);
            record
        }
        Err(refused) => {
            let identity = delivery.content_id();
            let event_id = refused.event_id.as_ref().unwrap_or(&identity);
            let org = refused.org.as_ref();
            let mut record = OutcomeRecord::of(C::FUNCTION.name, org, &refused.event, event_id);
            record.identity = identity;
            record
        }
    };
    match settle::<C>(app, incoming, record, delivery).await {
        Ok(settled) => settled,
        Err(error) => {
            let function = C::FUNCTION.name;
            tracing::warn!(function, %error, "event deferred: its claim cannot be read or written");
            Disposition::Defer(backoff(delivery.receives().into()))
        }
    }
}

async fn settle<C: Consumer>(
    app: &App,
    incoming: Result<DecodedEvent<C::Event>, DecodeError>,
    record: OutcomeRecord,
    delivery: &Delivery<'_>,
) -> Result<Disposition, StoreError> {
    let settings = match &incoming {
        Ok(event) => Some(app.settings(&event.org).await),
        Err(_) => None,
    };
    let park_after = match &settings {
        Some(Ok(settings)) if settings.paused && settings.active => {
            app.note_activity(&settings.org, Sign::Paused).await;
            return Ok(Disposition::Defer(pause(delivery.receives())));
        }
        Some(Ok(settings)) => settings.park_after(),
        Some(Err(SettingsProblem::Store(error))) => return Err(error.clone()),
        _ => PARK_AFTER,
    };
    let key = Key::event(C::FUNCTION.name, &record.org, record.identity());
    let claim = match app.table.claim(key, delivery.ends.left()).await? {
        Claim::Free(claim) => claim,
        Claim::Completed => {
            count(Counter::Repeats);
            let OutcomeRecord { org, event_id, .. } = &record;
            tracing::info!(function = C::FUNCTION.name, org, event_id, "event repeated");
            return Ok(Disposition::Ack);
        }
        Claim::InProgress => return Ok(Disposition::Defer(IN_PROGRESS)),
    };
    let work = Work { incoming, settings, claim, record };
    let (mut claim, mut record, result) = perform::<C>(app, work, delivery, park_after).await;
    record.at = now();
    match result {
        Ok(Handled::PassOn(queue, message)) => {
            // Released first: whoever reads the other queue must be able to claim it.
            if claim.is_taken() {
                app.table.release(&mut claim).await?;
            }
            app.queues.send(queue, &[message]).await?;
            return Ok(Disposition::Ack);
        }
        Ok(Handled::Applied) => {}
        Ok(Handled::Skipped(reason)) => {
            record.outcome = Outcome::Skipped;
            record.reason = Some(reason.as_str().to_owned());
        }
        Err(failure) => {
            match park_reason(app, &failure, delivery, park_after, &record.org).await? {
                Some(reason) => {
                    park(app, &mut claim, &mut record, reason, failure.error(), delivery).await?;
                }
                None => return defer(app, claim, &record, &failure).await,
            }
        }
    }
    app.table.finish(&mut claim, &record).await?;
    outcome_log::write(&record, claim.tries + 1);
    Ok(Disposition::Ack)
}

/// Gives the claim back, so that the event can be tried again. Nothing is written of one that had
/// no effect and only has to come later.
async fn defer(
    app: &App,
    mut claim: EventClaim,
    record: &OutcomeRecord,
    failure: &Failure,
) -> Result<Disposition, StoreError> {
    let mut is_news = claim.is_taken() || claim.journal != Journal::default();
    let delay = if let Failure::RetryAfter { delay, .. } | Failure::NoPermit { delay, .. } = failure
    {
        *delay
    } else {
        claim.tries += 1;
        is_news = true;
        let until_probe = app.until_probe(&OrgId::new(&record.org));
        until_probe.unwrap_or(Duration::MAX).min(backoff(claim.tries))
    };
    if is_news {
        app.table.release(&mut claim).await?;
    }
    outcome_log::write_deferral(record, claim.tries, &failure.to_string(), delay);
    Ok(Disposition::Defer(delay))
}

/// Returns why an event is parked; `None` if it is tried again.
async fn park_reason(
    app: &App,
    failure: &Failure,
    delivery: &Delivery<'_>,
    park_after: Duration,
    org: &str,
) -> Result<Option<ParkReason>, StoreError> {
    if let Failure::Park { reason, .. } = failure {
        return Ok(Some(*reason));
    }
    let is_exhausted = is_exhausted(app, org, delivery, park_after).await?;
    Ok(is_exhausted.then_some(ParkReason::RetriesExhausted))
}

/// Returns whether an event was tried for long enough. The time until the end of a pause
/// does not count.
async fn is_exhausted(
    app: &App,
    org: &str,
    delivery: &Delivery<'_>,
    park_after: Duration,
) -> Result<bool, StoreError> {
    if delivery.is_last() {
        return Ok(true);
    }
    let age = delivery.age();
    if age < park_after {
        return Ok(false);
    }
    let paused_at = app.table.activity(&OrgId::new(org)).await?.last_paused_at;
    let since_pause = paused_at.map(|at| Duration::from_millis(now_ms().saturating_sub(at)));
    Ok(since_pause.is_none_or(|since| since.min(age) >= park_after))
}

/// An event that is free.
struct Work<E> {
    incoming: Result<DecodedEvent<E>, DecodeError>,
    settings: Option<Result<Arc<Settings>, SettingsProblem>>,
    claim: EventClaim,
    record: OutcomeRecord,
}

async fn perform<C: Consumer>(
    app: &App,
    work: Work<C::Event>,
    delivery: &Delivery<'_>,
    park_after: Duration,
) -> (EventClaim, OutcomeRecord, Result<Handled, Failure>) {
    let Work { incoming, settings, claim, record } = work;
    let event = match incoming {
        Ok(event) => event,
        Err(refused) => {
            let failure = Failure::park(ParkReason::Unreadable, refused.error.to_string());
            return (claim, record, Err(failure));
        }
    };
    let settings = match settings.unwrap_or(Err(SettingsProblem::UnknownOrg)) {
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
    let (age, typical) = (delivery.age(), C::TYPICAL_CALLS);
    let calls = EventCalls { priority: C::PRIORITY, age, typical };
    let context =
        EventContext::new(app, settings, claim.clone(), record.clone(), delivery, calls).await;
    let context: EventContext<'_> = match context {
        Ok(context) => context,
        Err(problem) => return (claim, record, Err(SettingsProblem::into(problem))),
    };
    let mut result = C::handle(&context, data).await;
    if let Err(failure) = &result
        && let Ok(Some(reason)) = park_reason(app, failure, delivery, park_after, &record.org).await
    {
        match context.take_claim().await {
            Ok(()) => C::parked(&context, data, reason).await,
            Err(error) => result = Err(error.into()),
        }
    }
    let (claim, record) = context.into_parts();
    (claim, record, result)
}

async fn park(
    app: &App,
    claim: &mut EventClaim,
    record: &mut OutcomeRecord,
    reason: ParkReason,
    error: String,
    delivery: &Delivery<'_>,
) -> Result<(), StoreError> {
    record.outcome = Outcome::Parked;
    record.reason = Some(reason.as_str().to_owned());
    record.error = Some(error);
    // Before anything is told to the operator: another invocation may have brought it to an end.
    app.table.take(claim).await?;
    delivery.park(app, claim, record).await
}

fn now() -> String {
    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    OffsetDateTime::now_utc().format(form).unwrap_or_default()
}
