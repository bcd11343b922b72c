//! The ticket: the one that the customer has open, or a new one.

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::ids::TicketId;
use bridge_domain::settings::UnverifiedIdentity;
use bridge_domain::ticket::content::{appended, content, subject};
use bridge_domain::ticket::identity::Identity;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::property::{CONTENT, OWNER, PIPELINE, PRIORITY, STAGE, SUBJECT, TAGS};
use bridge_hubspot::{Object, TicketLinks};
use bridge_hubspot_directory::{COMMENT_STEP, Customer, add_notes, lock_customer};
use bridge_store::{CustomerLink, Key, SessionLink, TicketLink, Written};

use crate::assignment::{Assignee, owner_of_ticket};
use crate::handoff_context::HandoffContext;
use crate::open_ticket::find_open;
use crate::properties::{Properties, of_handoff, priority_of_new, priority_of_open};
use crate::thread::BoundThread;
use crate::ticket_write;

/// The ticket that a handoff ended up on.
#[derive(Debug)]
pub(crate) struct HandoffTicket {
    pub(crate) id: TicketId,
    /// True if the customer had it open from before.
    pub(crate) is_return: bool,
    /// True if it was made in this delivery, so that nobody changed it yet.
    is_just_made: bool,
    /// The properties that were not written.
    pub(crate) left_out: BTreeSet<String>,
    /// The person who owns it.
    pub(crate) assignee: Option<Assignee>,
    values: BTreeMap<String, String>,
    links: TicketLinks,
}

/// Puts the handoff on the customer's open ticket, else on a new one. One handoff of
/// a customer at a time, so that several at once do not make several tickets.
pub(crate) async fn create_or_append(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<Customer>,
    thread: Option<&BoundThread>,
    assignee: Option<Assignee>,
) -> Result<HandoffTicket, Failure> {
    let contact = customer.as_ref().map(|customer| &customer.contact);
    let lock = lock_customer(context, contact, &handoff.session).await?;
    let done = locked(context, handoff, customer, thread, assignee).await;
    context.table().unlock(&lock).await?;
    done
}

async fn locked(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    mut customer: Option<Customer>,
    thread: Option<&BoundThread>,
    assignee: Option<Assignee>,
) -> Result<HandoffTicket, Failure> {
    let properties = of_handoff(context, handoff, assignee);
    let is_separate = is_separate(context, handoff, customer.as_ref());
    let is_unverified = handoff.is_unverified(customer.as_ref());
    let asked = properties.values.keys().map(String::as_str).filter(|_| is_unverified);
    let asked: Vec<&str> = asked.collect();
    let open = find_open(context, handoff, &mut customer, thread, is_separate, &asked).await?;
    if thread.is_some() {
        context.announce(COMMENT_STEP);
    }
    let ticket = match open {
        Some(open) => append(context, handoff, customer.as_ref(), &open, properties).await?,
        None => create(context, handoff, customer.as_ref(), properties).await?,
    };
    context.about_ticket(&ticket.id);
    // The journal first: it must know the ticket before the links do, or a second
    // delivery would take it for one from before.
    context.save().await?;
    keep_links(context, handoff, customer.as_ref(), &ticket, is_separate).await?;
    Ok(ticket)
}

fn is_separate(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&Customer>,
) -> bool {
    context.settings.unverified_identity == UnverifiedIdentity::Separate
        && handoff.is_unverified(customer)
}

async fn create(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&Customer>,
    mut properties: Properties,
) -> Result<HandoffTicket, Failure> {
    let is_just_made = !ticket_write::create_was_begun(context);
    let unknown = handoff.unknown();
    let mut conversation = handoff.conversation(&unknown);
    conversation.is_unverified = handoff.is_unverified(customer);
    let laid_out = content(&conversation);
    properties
        .set(SUBJECT, subject(handoff.summary.as_deref(), &handoff.who(), handoff.channel_title()));
    properties.set(CONTENT, &laid_out.ticket);
    properties.set(PIPELINE, &context.settings.hubspot.pipeline);
    properties.set(STAGE, &context.settings.hubspot.open_stage);
    if let Some(priority) = priority_of_new(context, handoff) {
        properties.set(PRIORITY, priority);
    }
    let links = TicketLinks {
        contact: customer.map(|customer| customer.contact.clone()),
        company: customer.and_then(|customer| customer.company.clone()),
    };
    let (id, links) = ticket_write::create(context, handoff, &mut properties, links).await?;
    add_notes(context, &id, &laid_out.notes).await?;
    let Properties { values, left_out, assignee } = properties;
    Ok(HandoffTicket { id, is_return: false, is_just_made, left_out, assignee, values, links })
}

/// Adds the handoff to an open ticket. A rep's words and the owner stay. Somebody whose
/// identity is not proven fills empty properties, and changes none that has a value.
async fn append(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&Customer>,
    open: &Object,
    mut properties: Properties,
) -> Result<HandoffTicket, Failure> {
    let id = TicketId::new(&*open.id);
    if let Some(owner) =
        owner_of_ticket(context, open.property(OWNER), properties.assignee.as_ref()).await?
    {
        properties.assignee = Some(owner);
        properties.values.remove(OWNER);
    }
    if let Some(priority) = priority_of_open(context, handoff) {
        properties.set(PRIORITY, priority);
    }
    let is_unverified = handoff.is_unverified(customer);
    if is_unverified {
        properties.values.retain(|name, _| name == OWNER || open.property(name).is_none());
    } else {
        properties.set(TAGS, with_tag(open.property(TAGS).unwrap_or_default()));
    }
    let existing = open.property(CONTENT).unwrap_or_default();
    let heading = heading(context, handoff, is_unverified).await?;
    let unknown = handoff.unknown();
    let laid_out = appended(existing, &heading, &handoff.conversation(&unknown));
    // A second delivery may find its own heading there.
    if !(ticket_write::update_was_begun(context) && existing.contains(&heading)) {
        properties.set(CONTENT, laid_out.ticket);
    }
    ticket_write::update(context, handoff, &id, &mut properties).await?;
    add_notes(context, &id, &laid_out.notes).await?;
    let Properties { values, left_out, assignee } = properties;
    let links = TicketLinks::default();
    Ok(HandoffTicket {
        id,
        is_return: true,
        is_just_made: false,
        left_out,
        assignee,
        values,
        links,
    })
}

/// Returns the lines that tell this conversation from others in a ticket's content. An event
/// that does not say when it happened is dated by its first delivery.
async fn heading(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    is_unverified: bool,
) -> Result<String, Failure> {
    let when = if handoff.when.is_empty() {
        context.memo("date", Timestamp::now().to_minute()).await?
    } else {
        handoff.when.clone()
    };
    let (channel, url) = (handoff.channel_title(), &handoff.session_url);
    let doubt = if is_unverified { ", identity not verified" } else { "" };
    Ok(format!("--- The customer is back{doubt}, {when} ({channel}) ---\n{url}"))
}

/// The tags that a rep or another program set stay.
fn with_tag(existing: &str) -> String {
    use bridge_hubspot::property::HANDED_OFF_TAG;
    let has = existing.split(';').any(|one| one == HANDED_OFF_TAG);
    match existing {
        "" => HANDED_OFF_TAG.to_owned(),
        _ if has => existing.to_owned(),
        _ => format!("{existing};{HANDED_OFF_TAG}"),
    }
}

/// Keeps what belongs together: the customer's ticket, its sessions, the session's ticket,
/// and the values that were written, so that their echo is known.
async fn keep_links(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&Customer>,
    ticket: &HandoffTicket,
    is_separate: bool,
) -> Result<(), Failure> {
    let (table, org) = (context.table(), context.org());
    let contact = customer.map(|customer| customer.contact.clone());
    if !is_separate {
        let last = CustomerLink { ticket: Some(ticket.id.clone()) };
        let contacts: BTreeSet<_> = contact.iter().chain(&ticket.links.contact).collect();
        for contact in contacts {
            table.merge(&Key::customer(org, contact), &last).await?;
        }
    }
    let key = Key::ticket(org, &ticket.id);
    let known: TicketLink = table.get(&key).await?.unwrap_or_default();
    let mut sessions = known.sessions.unwrap_or_default();
    if !sessions.contains(&handoff.session) {
        sessions.push(handoff.session.clone());
    }
    // The content is long, and no session ever hears of it.
    let mut written = known.written.unwrap_or_default();
    for (name, value) in ticket.values.iter().filter(|(name, _)| *name != CONTENT) {
        let with_ticket = ticket.is_just_made.then_some(true);
        let value = table.written(org, value).await?;
        written.insert(name.clone(), Written { with_ticket, ..value });
    }
    let of_ticket = TicketLink {
        sessions: Some(sessions),
        contact: known.contact.or_else(|| ticket.links.contact.clone()).or(contact),
        separate: (is_separate && !ticket.is_return).then_some(true),
        closed: Some(false),
        written: Some(written),
        ttl: None,
    };
    table.merge(&key, &of_ticket).await?;
    let of_session = SessionLink {
        ticket: Some(ticket.id.clone()),
        channel: handoff.channel,
        verified: Some(handoff.identity(customer) == Identity::Proven),
        custom_data: Some(handoff.custom_data.clone().without_values()),
        ..SessionLink::default()
    };
    Ok(table.merge(&Key::session(org, &handoff.session), &of_session).await?)
}
