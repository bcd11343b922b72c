//! From one word to all that belongs to it: links by their keys, outcomes by their index.

use std::collections::BTreeSet;
use std::time::Instant;

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{OrgId, SessionId, ThreadId, TicketId};
use bridge_domain::outcome::OutcomeRecord;
use bridge_domain::phone;
use bridge_store::{Key, Name, SessionLink, StoredOutcome, ThreadLink, TicketLink, Traces};
use jiff::{Timestamp, ToSpan, Zoned};

use crate::connect::Operator;
use crate::problem::Problem;
use crate::progress::progress;

/// Most events that are shown of one conversation.
const MAX_EVENTS: usize = 1_000;

/// Fewest digits of a phone number.
const SHORTEST_PHONE: usize = 6;

/// A conversation as far as the table knows it, and its events.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) links: BTreeSet<Link>,
    /// Oldest first.
    pub(crate) events: Vec<OutcomeRecord>,
}

/// An id that belongs to what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub(crate) org: String,
    pub(crate) kind: &'static str,
    pub(crate) id: String,
}

impl Link {
    fn new(org: &OrgId, kind: &'static str, id: &impl ToString) -> Self {
        Self { org: org.to_string(), kind, id: id.to_string() }
    }
}

/// Finds a session, thread, ticket, event or person in the organisations, with the events of the last
/// days.
pub(crate) async fn find(
    operator: &Operator,
    orgs: &[OrgId],
    word: &str,
    days: u16,
) -> Result<Found, Problem> {
    let mut found = Found::default();
    for org in orgs {
        let links = links_of(operator, org, word).await?;
        let events = events_of(operator, org, word, &links, days).await?;
        found.links.extend(links);
        found.events.extend(events);
    }
    found.events.sort_by(|one, other| one.at.cmp(&other.at));
    let excess = found.events.len().saturating_sub(MAX_EVENTS);
    found.events.drain(..excess);
    Ok(found)
}

/// Follows the links from a word: a thread has its session, a session its ticket, a ticket its
/// sessions.
async fn links_of(operator: &Operator, org: &OrgId, word: &str) -> Result<BTreeSet<Link>, Problem> {
    let table = &operator.app.table;
    let mut links = BTreeSet::new();
    let mut sessions: Vec<SessionId> = vec![SessionId::new(word)];
    let thread = ThreadId::new(word);
    if let Some(link) = table.get::<ThreadLink>(&Key::thread(org, &thread)).await? {
        links.insert(Link::new(org, "thread", &thread));
        sessions.extend(link.session);
    }
    let mut tickets = vec![TicketId::new(word)];
    if let Some(person) = person(operator, org, word).await? {
        links.extend(person.contacts.iter().map(|contact| Link::new(org, "contact", contact)));
        tickets.extend(person.tickets);
        let shared = person.shared_tickets.iter();
        links.extend(shared.map(|(ticket, _)| Link::new(org, "ticket", ticket)));
        sessions.extend(person.sessions);
    }
    for ticket in tickets {
        if let Some(link) = table.get::<TicketLink>(&Key::ticket(org, &ticket)).await? {
            links.insert(Link::new(org, "ticket", &ticket));
            sessions.extend(link.sessions.into_iter().flatten());
        }
    }
    for session in sessions {
        if let Some(link) = table.get::<SessionLink>(&Key::session(org, &session)).await? {
            links.insert(Link::new(org, "session", &session));
            links.extend(link.thread.map(|thread| Link::new(org, "thread", &thread)));
            links.extend(link.ticket.map(|ticket| Link::new(org, "ticket", &ticket)));
        }
    }
    Ok(links)
}

/// Finds what is stored about a person by an email address or a phone number.
async fn person(operator: &Operator, org: &OrgId, word: &str) -> Result<Option<Traces>, Problem> {
    let email = EmailAddress::parse(word);
    let name = match &email {
        Some(email) => Name::Email(email),
        None if phone::digits(word).len() >= SHORTEST_PHONE => Name::Phone(word),
        None => return Ok(None),
    };
    let traces = operator.app.table.traces_of_name(org, name).await?;
    Ok((!traces.is_empty()).then_some(traces))
}

async fn events_of(
    operator: &Operator,
    org: &OrgId,
    word: &str,
    links: &BTreeSet<Link>,
    days: u16,
) -> Result<Vec<OutcomeRecord>, Problem> {
    let ids: BTreeSet<&str> = links.iter().map(|link| &*link.id).chain([word]).collect();
    let mut events = Vec::new();
    let begun = Instant::now();
    for day in last_days(days) {
        progress(&format!("reading {org}, {day}"), begun.elapsed());
        let stored = operator.app.table.outcomes(org.as_str(), &day, None).await?;
        let records = stored.into_iter().map(|stored| stored.record);
        events.extend(records.filter(|record| is_about(record, &ids)));
    }
    progress("", begun.elapsed());
    Ok(events)
}

/// Returns whether a record names one of these ids.
fn is_about(record: &OutcomeRecord, ids: &BTreeSet<&str>) -> bool {
    let subjects = [
        record.session.as_ref().map(SessionId::as_str),
        record.thread.as_ref().map(ThreadId::as_str),
        record.ticket.as_ref().map(TicketId::as_str),
        Some(&*record.event_id),
        record.trace.as_deref(),
    ];
    subjects.into_iter().flatten().any(|subject| ids.contains(subject))
}

/// Lists the days in UTC up to today, by which the index is kept.
fn last_days(days: u16) -> Vec<String> {
    let today: Zoned = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let ago = (0..i32::from(days)).rev().filter_map(|ago| today.checked_sub(ago.days()).ok());
    ago.map(|day| day.date().to_string()).collect()
}

/// Finds one event by its function and id on a day, with its steps.
pub(crate) async fn event(
    operator: &Operator,
    (org, function, event_id, day): (&str, &str, &str, &str),
) -> Result<Option<StoredOutcome>, Problem> {
    let stored = operator.app.table.outcomes(org, day, None).await?;
    Ok(stored
        .into_iter()
        .rev()
        .find(|stored| stored.record.function == function && stored.record.event_id == event_id))
}
