//! The calls that write a ticket, each as a step that is not done twice.

use std::collections::BTreeMap;
use std::time::Duration;

use bridge_domain::ids::{SessionId, TicketId};
use bridge_domain::outcome::ParkReason;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::property::{CONTENT, CREATED, SESSION};
use bridge_hubspot::{Object, TicketLinks};

use crate::handoff_context::HandoffContext;
use crate::properties::{Properties, drop_missing_properties};
use crate::ticket_rejection::{Round, adapt, adaptable, with_advice};

/// Most rounds of leaving out what HubSpot refuses: it names all it refuses at once,
/// but does not check a value before it knows the property.
const MOST_ROUNDS: usize = 5;

/// Difference between our clock and HubSpot's, at most: a ticket that was made earlier
/// before we began is not ours. A lost answer is looked for late.
const CLOCK_SKEW: Duration = Duration::from_hours(1);

/// Time for which a ticket that HubSpot knows by its session may not be shown.
const SHOWN_AFTER: Duration = Duration::from_mins(2);

/// Returns whether this event has begun to make a ticket.
pub(crate) fn create_was_begun(context: &EventContext<'_>) -> bool {
    context.was_begun(&step("create", 0))
}

/// Returns whether this event has begun to change a ticket from before.
pub(crate) fn update_was_begun(context: &EventContext<'_>) -> bool {
    context.was_begun(&step("update", 0))
}

/// A refused write is a result too: each round is a step of its own.
fn step(verb: &str, round: usize) -> String {
    format!("{verb} ticket {round}")
}

/// Makes the ticket, and returns it with the records that it is associated with. HubSpot
/// itself keeps a session from getting two, by the unique property, which is what makes it
/// safe to try again.
pub(crate) async fn create(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    properties: &mut Properties,
    mut links: TicketLinks,
) -> Result<(TicketId, TicketLinks), Failure> {
    let later = SessionId::new(format!("{}/{}", handoff.session, context.identity()));
    // An earlier ticket of the session has the id of the session alone.
    let is_first = handoff.link.ticket.is_none();
    let mut unique = if is_first { handoff.session.clone() } else { later.clone() };
    properties.set(SESSION, unique.as_str());
    drop_missing_properties(context, properties).await?;
    for round in 0..MOST_ROUNDS {
        let step = step("create", round);
        match make(context, &properties.values, &links, &unique, &step).await? {
            Round::Done(Some(id)) => return Ok((id, links)),
            Round::Done(None) => match context.hubspot.ticket_of_session(&unique).await? {
                // The table has forgotten it.
                Some(old) if unique != later && is_from_before(&old, Timestamp::now()) => {
                    unique = later.clone();
                    properties.set(SESSION, unique.as_str());
                }
                Some(ticket) => return Ok((TicketId::new(ticket.id), links)),
                None => return Err(not_shown(context)),
            },
            Round::Rejected(rejection) => {
                adapt(context, handoff, properties, &mut links, (round, rejection)).await?;
            }
        }
    }
    Err(refused_for_good())
}

/// Makes the call that makes the ticket. One that got no answer is looked up: by the unique
/// property, or in a portal that lacks it by what its contact's tickets say.
async fn make(
    context: &EventContext<'_>,
    properties: &BTreeMap<String, String>,
    links: &TicketLinks,
    unique: &SessionId,
    step: &str,
) -> Result<Round<Option<TicketId>>, Failure> {
    let mut advice = String::new();
    let create = async {
        let made = context.hubspot.create_ticket(properties, links).await;
        made.map(Round::Done).or_else(|error| adaptable(error, properties, &mut advice))
    };
    let content = properties.get(CONTENT).map_or("", String::as_str);
    let recovery = if properties.contains_key(SESSION) {
        Recovery::look_up(move |since| async move {
            let since = Timestamp::from_millis(i64::try_from(since).unwrap_or(i64::MAX));
            let ours = context.hubspot.ticket_of_session(unique).await?;
            let ours = ours.filter(|ticket| !is_from_before(ticket, since));
            Ok(ours.map(|ticket| Round::Done(Some(TicketId::new(ticket.id)))))
        })
    } else if let Some(contact) = &links.contact {
        Recovery::look_up(move |since| async move {
            let found = context.hubspot.find_ticket(contact, content, since).await?;
            Ok(found.map(|ticket| Round::Done(Some(ticket))))
        })
    } else {
        Recovery::Park
    };
    let made = context.step(step, recovery, create).await;
    made.map_err(|failure| with_advice(failure, &advice))
}

/// Sets properties of a ticket, as far as HubSpot takes them.
pub(crate) async fn update(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    ticket: &TicketId,
    properties: &mut Properties,
) -> Result<(), Failure> {
    drop_missing_properties(context, properties).await?;
    for round in 0..MOST_ROUNDS {
        let mut advice = String::new();
        let change = async {
            let values = &properties.values;
            let changed = context.hubspot.update_ticket(ticket, values).await;
            changed.map(Round::Done).or_else(|error| adaptable(error, values, &mut advice))
        };
        // Absolute values: to set them again changes nothing more.
        let again = Recovery::look_up(|_| async { Ok(None) });
        let changed = context.step(&step("update", round), again, change).await;
        match changed.map_err(|failure| with_advice(failure, &advice))? {
            Round::Done(()) => return Ok(()),
            Round::Rejected(rejection) => {
                let mut links = TicketLinks::default();
                adapt(context, handoff, properties, &mut links, (round, rejection)).await?;
            }
        }
    }
    Err(refused_for_good())
}

/// Returns whether a ticket was there before an event began to make its own: it was closed,
/// and forgotten with its conversation.
fn is_from_before(ticket: &Object, began: Timestamp) -> bool {
    let made = ticket.property(CREATED).and_then(Timestamp::parse_text);
    made.is_some_and(|made| began.since(made) > CLOCK_SKEW)
}

fn not_shown(context: &EventContext<'_>) -> Failure {
    let error = "HubSpot says that the session has a ticket, and does not show it";
    if context.age() < SHOWN_AFTER {
        return Failure::Retry(error.to_owned());
    }
    Failure::park(ParkReason::Refused, error)
}

fn refused_for_good() -> Failure {
    Failure::park(ParkReason::Refused, "HubSpot refuses ever more properties of the ticket")
}
