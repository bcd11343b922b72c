//! The function `property-sync`: a ticket property that somebody changed becomes
//! custom data of the ticket's open sessions.

mod records;
mod session;

use bridge_domain::hubspot::property_change::{Known, no_news};
use bridge_domain::hubspot::record_event::{RecordEvent, TicketChange};
use bridge_domain::opencx::envelope::Identity;
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_engine::{Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Urgency};
use bridge_store::{CLAIM_LIFETIME, Key, PropertyState, TicketLink, ttl_after};

/// The property that says which stage a ticket is in.
const STAGE: &str = "hs_pipeline_stage";

/// See the crate.
pub struct PropertySync;

impl Consumer for PropertySync {
    const FUNCTION: &'static FunctionEntry = &registry::PROPERTY_SYNC;
    const URGENCY: Urgency = Urgency::Background;
    type Event = RecordEvent;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<RecordEvent>, DecodeError>>, DecodeError> {
        let event = RecordEvent::from_text(body)?;
        Ok(vec![Ok(DecodedEvent {
            org: event.org().clone(),
            event: event.name().to_owned(),
            event_id: Some(event.event_id()),
            identity: Identity::Own(event.event_id()),
            trace: event.trace().map(str::to_owned),
            notes: Vec::new(),
            data: Some(event),
        })])
    }

    async fn handle(context: &EventContext<'_>, event: &RecordEvent) -> Result<Handled, Failure> {
        match event {
            RecordEvent::Change(change) => change_property(context, change).await,
            RecordEvent::Merge { ticket, merged, .. } => {
                context.about_ticket(ticket);
                records::merge(context, ticket, merged).await
            }
            RecordEvent::Deletion { ticket, .. } => {
                context.about_ticket(ticket);
                records::delete(context, ticket).await
            }
            RecordEvent::PrivacyDeletion { event, erased, .. } if event.starts_with("contact.") => {
                records::erase_contact(context, &erased.as_str().into()).await
            }
            RecordEvent::PrivacyDeletion { erased, .. } => {
                records::erase_thread(context, &erased.as_str().into()).await
            }
        }
    }
}

async fn change_property(
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
    match no_news(change, &known(change, &ticket, &state), &context.settings) {
        // It is the newest all the same: an older one must not undo it.
        Some(SkipReason::OwnChange) => {
            newest(context, change, &key, &state).await?;
            return Ok(SkipReason::OwnChange.into());
        }
        Some(reason) => return Ok(reason.into()),
        None => {}
    }
    if change.property == STAGE {
        note_stage(context, change, &ticket_key, &ticket).await?;
    }
    let mut applied = false;
    for session in ticket.sessions.iter().flatten() {
        applied |= session::apply(context, change, session).await?;
    }
    newest(context, change, &key, &state).await?;
    Ok(if applied { Handled::Applied } else { SkipReason::NoOpenSession.into() })
}

/// The tickets of a portal are many, and few of them are ours: no more is read of the
/// table for the others.
fn of_unknown_ticket(context: &EventContext<'_>, change: &TicketChange) -> SkipReason {
    no_news(change, &Known::default(), &context.settings).unwrap_or(SkipReason::NoSession)
}

fn known<'a>(change: &TicketChange, ticket: &'a TicketLink, state: &PropertyState) -> Known<'a> {
    let written = ticket.written.as_ref().and_then(|written| written.get(&change.property));
    let at = |at| i64::try_from(at).unwrap_or(i64::MAX);
    Known {
        written: written.map(|written| (written.value.as_str(), at(written.at))),
        applied_at: state.applied_at,
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
    let at = change.occurred_at.as_millis().max(state.applied_at.unwrap_or(i64::MIN));
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
    let table = context.table();
    let closed = bridge_hubspot_directory::is_closed(
        table,
        &context.hubspot,
        &context.settings,
        &change.value,
    )
    .await?;
    let ttl = ticket.ttl.filter(|_| closed);
    let link = TicketLink { closed: Some(closed), ttl, ..TicketLink::default() };
    Ok(table.merge(key, &link).await?)
}
