//! The ticket's calls, each as a step that is not done twice.

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::ids::{SessionId, TicketId};
use bridge_domain::outcome::ParkReason;
use bridge_hubspot::{InvalidProperty, NewTicket, Write};
use bridge_runtime::{Failure, Work};

use crate::brief::Brief;
use crate::properties::{OURS, lacking, remember_lacking};

/// Most rounds of leaving out what HubSpot refuses: it names all it refuses at once,
/// but does not check a value before it knows the property.
const MOST_ROUNDS: usize = 4;

/// What HubSpot took in the end, and the names of what it did not.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) left_out: Vec<String>,
}

/// Whether this event has begun to make a ticket.
pub(crate) fn was_begun(work: &Work<'_>) -> bool {
    work.was_begun(&step("create", 0))
}

/// A refused write is a result too: each round is a step of its own.
fn step(what: &str, round: usize) -> String {
    format!("{what} ticket {round}")
}

/// Makes the ticket. HubSpot itself keeps a session from getting two, by the unique
/// property, which is what makes it safe to try again.
pub(crate) async fn create(
    work: &Work<'_>,
    brief: &Brief,
    mut new: NewTicket,
) -> Result<(TicketId, Taken), Failure> {
    let unique = unique_id(work, brief);
    new.properties.insert("opencx_session_id".to_owned(), unique.as_str().to_owned());
    let mut left_out = leave_out_lacking(work, &mut new.properties).await?;
    for round in 0..MOST_ROUNDS {
        let find = || work.hubspot.ticket_of_session(&unique);
        let look = |_| async move { Ok(find().await?.map(|id| Write::Done(Some(id)))) };
        let create = work.hubspot.create_ticket(&new);
        let made = match work.sure(&step("create", round), look, create).await? {
            Write::Done(Some(id)) => Some(id),
            Write::Done(None) => find().await?,
            Write::Invalid(refused) => {
                give_way(work, &mut new.properties, &mut left_out, refused).await?;
                continue;
            }
        };
        let taken = Taken { properties: new.properties, left_out };
        let gone =
            || Failure::Again("HubSpot knows the session's ticket but does not show it".into());
        return made.map(|id| (id, taken)).ok_or_else(gone);
    }
    Err(refused_for_good())
}

/// Sets properties of a ticket, as far as HubSpot takes them.
pub(crate) async fn update(
    work: &Work<'_>,
    ticket: &TicketId,
    mut properties: BTreeMap<String, String>,
) -> Result<Taken, Failure> {
    let mut left_out = leave_out_lacking(work, &mut properties).await?;
    for round in 0..MOST_ROUNDS {
        let change = work.hubspot.update_ticket(ticket, &properties);
        match work.repeatable(&step("update", round), change).await? {
            Write::Done(()) => return Ok(Taken { properties, left_out }),
            Write::Invalid(refused) => {
                give_way(work, &mut properties, &mut left_out, refused).await?;
            }
        }
    }
    Err(refused_for_good())
}

/// Puts what did not fit into the ticket into notes on it.
pub(crate) async fn notes(
    work: &Work<'_>,
    ticket: &TicketId,
    notes: &[String],
) -> Result<(), Failure> {
    for (at, html) in notes.iter().enumerate() {
        let look = |_| work.hubspot.find_note(ticket, html);
        let make = work.hubspot.note_on_ticket(ticket, html);
        work.sure(&format!("note {at}"), look, make).await?;
    }
    Ok(())
}

/// The value of the unique property: the session, or the session and this event when
/// an earlier ticket of the session has it, which is closed by now.
fn unique_id(work: &Work<'_>, brief: &Brief) -> SessionId {
    match brief.link.ticket {
        None => brief.session.clone(),
        Some(_) => SessionId::new(format!("{}/{}", brief.session, work.event_id())),
    }
}

async fn leave_out_lacking(
    work: &Work<'_>,
    properties: &mut BTreeMap<String, String>,
) -> Result<Vec<String>, Failure> {
    let lacking = lacking(work).await?;
    let left_out = properties.keys().filter(|name| lacking.contains(*name)).cloned().collect();
    properties.retain(|name, _| !lacking.contains(name));
    Ok(left_out)
}

/// Makes our own properties if the portal lacks them, and leaves out the others.
async fn give_way(
    work: &Work<'_>,
    properties: &mut BTreeMap<String, String>,
    left_out: &mut Vec<String>,
    refused: Vec<InvalidProperty>,
) -> Result<(), Failure> {
    if let Some(vital) = refused.iter().find(|property| is_vital(&property.name)) {
        let error = format!(
            "HubSpot refuses `{}` of the ticket ({}); check pipeline and stages in the settings",
            vital.name, vital.code
        );
        return Err(Failure::park(ParkReason::Refused, error));
    }
    let ours =
        refused.iter().any(|property| property.is_lacking() && property.name.starts_with(OURS));
    let made = ours && make_ours(work).await?;
    let mut lacks: BTreeSet<String> = lacking(work).await?;
    for property in refused {
        if made && property.is_lacking() && property.name.starts_with(OURS) {
            continue;
        }
        properties.remove(&property.name);
        if property.is_lacking() {
            lacks.insert(property.name.clone());
        }
        left_out.push(property.name);
    }
    remember_lacking(work, lacks).await
}

/// Whether the portal has our properties now. A token that may not make them is no
/// reason to fail.
async fn make_ours(work: &Work<'_>) -> Result<bool, Failure> {
    match work.hubspot.create_ticket_properties().await {
        Ok(()) => Ok(true),
        Err(error) if error.refusal().is_some() => {
            work.remark(format!("the OpenCX ticket properties could not be made: {error}"));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Without these there is no ticket.
fn is_vital(name: &str) -> bool {
    ["subject", "content", "hs_pipeline", "hs_pipeline_stage"].contains(&name)
}

fn refused_for_good() -> Failure {
    Failure::park(ParkReason::Refused, "HubSpot refuses ever more properties of the ticket")
}
