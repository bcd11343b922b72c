//! A changed ticket property, carried to the ticket's sessions.

use bridge_domain::hubspot::property_change::{Known, no_news};
use bridge_domain::hubspot::record_event::TicketChange;
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_hubspot::property::STAGE;
use bridge_hubspot_directory::{is_closed, unless_refused};
use bridge_store::{CLAIM_LIFETIME, Key, PropertyState, TicketLink, ttl_after};

use crate::session;

/// Carries a change to the open sessions of its ticket, unless it is no news.
pub(crate) async fn apply(
    context: &EventContext<'_>,
    change: &TicketChange,
) -> Result<Handled, Failure> {
    context.about_ticket(&change.ticket);
    let ticket_key = Key::ticket(context.org(), &change.ticket);
    let Some(ticket) = context.table().get::<TicketLink>(&ticket_key).await? else {
        return Ok(of_unknown_ticket(context, change).into());
    };
    let key = Key::property(context.org(), &change.ticket, &change.property);
    let state: PropertyState = context.table().get(&key).await?.unwrap_or_default();
    let mut change = change.clone();
    change.occurred_at = change.occurred_at.at_most(Timestamp::now());
    let written = written(context, &change, &ticket).await?;
    match no_news(&change, &known(&change, written, &state), &context.settings) {
        // It is the newest all the same: an older one must not undo it.
        Some(SkipReason::OwnChange) => {
            if !was_made_with(&change, &ticket, &state) {
                newest(context, &change, &key, &state).await?;
            }
            return Ok(SkipReason::OwnChange.into());
        }
        Some(reason) => return Ok(reason.into()),
        None => {}
    }
    if state.applied_at.map(not_in_future) == Some(change.occurred_at.as_millis()) {
        change.value = present_value(context, &change).await?;
    }
    if change.property == STAGE {
        // A late repeat must not close a ticket that was opened again.
        context.take_claim().await?;
        note_stage(context, &change, &ticket_key, &ticket).await?;
    }
    let carried = carry(context, &change, &ticket).await?;
    newest(context, &change, &key, &state).await?;
    Ok(carried)
}

/// Carries the change to each session; one that OpenCX refuses does not stop the others.
async fn carry(
    context: &EventContext<'_>,
    change: &TicketChange,
    ticket: &TicketLink,
) -> Result<Handled, Failure> {
    let sessions = ticket.sessions.as_deref().unwrap_or_default();
    let (mut applied, mut skipped, mut refused) = (false, SkipReason::NoOpenSession, None);
    for session in sessions {
        match session::apply(context, change, session, sessions.len() == 1).await {
            Ok(None) => applied = true,
            Ok(Some(reason)) => skipped = reason,
            Err(failure @ Failure::Park { reason: ParkReason::Refused, .. }) => {
                refused = Some(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    match refused {
        Some(failure) => Err(failure),
        None if applied => Ok(Handled::Applied),
        None => Ok(skipped.into()),
    }
}

/// Asks HubSpot for the value of a property that changed twice in the same millisecond:
/// nothing else tells which of the two came last.
async fn present_value(
    context: &EventContext<'_>,
    change: &TicketChange,
) -> Result<String, Failure> {
    let ticket = context.hubspot.ticket(&change.ticket, &[&change.property]).await;
    let ticket = unless_refused(context, "the property", ticket)?.flatten();
    let present = ticket.and_then(|ticket| ticket.property(&change.property).map(str::to_owned));
    context.memo("present value", present.unwrap_or_else(|| change.value.clone())).await
}

/// A moment in the future counts as now, so that no later change is outdated by it.
fn not_in_future(at: i64) -> i64 {
    at.min(Timestamp::now().as_millis())
}

/// The tickets of a portal are many, and few of them are ours: no more is read of the
/// table for the others.
fn of_unknown_ticket(context: &EventContext<'_>, change: &TicketChange) -> SkipReason {
    no_news(change, &Known::default(), &context.settings).unwrap_or(SkipReason::NoSession)
}

/// Returns when the bridge wrote the very value that the change tells (epoch milliseconds), if
/// it was the last that it wrote.
async fn written(
    context: &EventContext<'_>,
    change: &TicketChange,
    ticket: &TicketLink,
) -> Result<Option<i64>, Failure> {
    let written = ticket.written.as_ref().and_then(|written| written.get(&change.property));
    let Some(written) = written else { return Ok(None) };
    let is_it = context.table().is_written(context.org(), written, &change.value).await?;
    Ok(is_it.then(|| i64::try_from(written.at).unwrap_or(i64::MAX)))
}

/// Returns whether the change is a value with which the bridge made the ticket: none is older,
/// so that nothing has to be remembered of it.
fn was_made_with(change: &TicketChange, ticket: &TicketLink, state: &PropertyState) -> bool {
    let written = ticket.written.as_ref().and_then(|written| written.get(&change.property));
    let made = written.filter(|written| written.with_ticket == Some(true));
    let made_at = made.and_then(|made| i64::try_from(made.at).ok());
    state.applied_at.is_none() && made_at.is_some_and(|at| change.occurred_at.as_millis() <= at)
}

fn known<'a>(change: &'a TicketChange, written: Option<i64>, state: &PropertyState) -> Known<'a> {
    Known {
        written: written.map(|at| (change.value.as_str(), at)),
        applied_at: state.applied_at.map(not_in_future),
    }
}

/// Remembers when the newest change of the property happened: HubSpot keeps no order.
/// After the lifetime of a claim no older one can come any more.
async fn newest(
    context: &EventContext<'_>,
    change: &TicketChange,
    key: &Key,
    state: &PropertyState,
) -> Result<(), Failure> {
    let at = change.occurred_at.as_millis().max(state.applied_at.map_or(i64::MIN, not_in_future));
    let ttl = Some(ttl_after(CLAIM_LIFETIME));
    Ok(context.table().merge(key, &PropertyState { applied_at: Some(at), ttl }).await?)
}

/// A ticket in a closed stage gets no more conversations: the next handoff opens
/// a new one. From one such stage to another it lives no longer than before.
async fn note_stage(
    context: &EventContext<'_>,
    change: &TicketChange,
    key: &Key,
    ticket: &TicketLink,
) -> Result<(), Failure> {
    let Some(closed) = is_closed(context, &change.value).await? else {
        context.remark("HubSpot does not tell whether the new stage is a closed one");
        return Ok(());
    };
    let ttl = ticket.ttl.filter(|_| closed);
    let link = TicketLink { closed: Some(closed), ttl, ..TicketLink::default() };
    Ok(context.table().merge(key, &link).await?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bridge_store::Written;

    use super::*;

    const MADE_AT: i64 = 1_800_000_000_000;

    fn is_first(with_ticket: Option<bool>, applied_at: Option<i64>, occurred_at: i64) -> bool {
        let change = TicketChange {
            org: "acme".into(),
            event: "ticket.propertyChange".to_owned(),
            ticket: "7".into(),
            property: STAGE.to_owned(),
            value: "1".to_owned(),
            occurred_at: Timestamp::from_millis(occurred_at),
            told: None,
            source: None,
            source_id: None,
            trace: None,
        };
        let at = u64::try_from(MADE_AT).unwrap();
        let written = Written { digest: String::new(), at, with_ticket };
        let written = Some(BTreeMap::from([(STAGE.to_owned(), written)]));
        let ticket = TicketLink { written, ..TicketLink::default() };
        let state = PropertyState { applied_at, ttl: None };
        was_made_with(&change, &ticket, &state)
    }

    #[test]
    fn only_the_making_of_a_ticket_is_older_than_all_its_changes() {
        let made = Some(true);
        assert!(is_first(made, None, MADE_AT) && is_first(made, None, MADE_AT - 500));
        assert!(!is_first(made, None, MADE_AT + 1), "somebody may have set it back");
        assert!(!is_first(made, Some(MADE_AT - 9), MADE_AT), "a later one came first");
        assert!(!is_first(None, None, MADE_AT), "an open ticket's, or of an earlier version");
    }
}
