//! The function `property-sync`: a ticket property that somebody changed becomes
//! custom data of the ticket's sessions.

use bridge_domain::custom_data::{Scalar, key_of};
use bridge_domain::hubspot_event::TicketChange;
use bridge_domain::ids::SessionId;
use bridge_domain::json;
use bridge_domain::outcome::SkipReason;
use bridge_domain::property_change::{Known, no_news};
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work};
use bridge_store::{Key, PropertyState, SessionLink, TicketLink};

/// The property that says which stage a ticket is in.
const STAGE: &str = "hs_pipeline_stage";

/// See the crate.
pub struct PropertySync;

impl Consumer for PropertySync {
    const NAME: &'static str = "property-sync";
    type Event = TicketChange;

    fn read(body: &str) -> Result<Vec<Result<Incoming<TicketChange>, Refused>>, Refused> {
        let change: TicketChange = json::from_text(body)?;
        Ok(vec![Ok(Incoming {
            org: change.org.clone(),
            event: change.event.clone(),
            event_id: change.event_id(),
            trace: change.trace.clone(),
            data: Some(change),
        })])
    }

    async fn act(work: &Work<'_>, change: &TicketChange) -> Result<Ended, Failure> {
        work.about_ticket(&change.ticket);
        let key = Key::property(work.org(), &change.ticket, &change.property);
        let state: PropertyState = work.table().get(&key).await?.unwrap_or_default();
        let ticket_key = Key::ticket(work.org(), &change.ticket);
        let ticket: TicketLink = work.table().get(&ticket_key).await?.unwrap_or_default();
        let written = ticket.written.as_ref().and_then(|written| written.get(&change.property));
        let known = Known { written: written.map(String::as_str), applied_at: state.applied_at };
        if let Some(reason) = no_news(change, &known, &work.settings) {
            return Ok(reason.into());
        }
        let sessions = ticket.sessions.unwrap_or_default();
        if sessions.is_empty() {
            return Ok(SkipReason::NoSession.into());
        }
        if change.property == STAGE {
            note_stage(work, change, &ticket_key).await?;
        }
        for session in &sessions {
            apply(work, change, session).await?;
        }
        let state = PropertyState { applied_at: Some(change.occurred_at) };
        work.table().merge(&key, &state).await?;
        Ok(Ended::Applied)
    }
}

/// Carries the change to one session, in the type that the session had.
async fn apply(work: &Work<'_>, change: &TicketChange, session: &SessionId) -> Result<(), Failure> {
    work.about_session(session);
    let link: Option<SessionLink> = work.table().get(&Key::session(work.org(), session)).await?;
    let known = link.and_then(|link| link.custom_data).unwrap_or_default();
    let key = key_of(&work.settings, &known, &change.property);
    let value = Scalar::from_text(&change.value, known.0.get(key));
    let set = work.opencx.set_custom_data(session, key, &value);
    work.repeatable(&format!("session {session}"), set).await
}

/// A ticket in a closed stage gets no more conversations: the next handoff opens
/// a new one.
async fn note_stage(work: &Work<'_>, change: &TicketChange, ticket: &Key) -> Result<(), Failure> {
    let table = work.table();
    let closed =
        bridge_portal::is_closed(table, &work.hubspot, &work.settings, &change.value).await?;
    let link = TicketLink { closed: Some(closed), ..TicketLink::default() };
    Ok(table.merge(ticket, &link).await?)
}
