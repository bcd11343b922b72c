//! The session of a thread: opened, replaced when OpenCX no longer has it, and spoken in.

use bridge_domain::hubspot::message::Message;
use bridge_domain::ids::SessionId;
use bridge_domain::rules::participants::Customer;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot_directory::lock_customer;
use bridge_opencx::{NewSession, Outgoing, SessionContact, is_gone};
use bridge_store::{Key, SessionLink, ThreadLink, TicketLink};
use serde::{Deserialize, Serialize};

use crate::message_lookup::MessageLookup;

/// The step that sends the message.
pub(crate) const SEND: &str = "send";

/// The result of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sent {
    /// The session has the message.
    Delivered,
    /// OpenCX no longer has the session, or it is closed for good.
    SessionGone,
}

/// Opens a session for the thread. Should its answer get lost, another is opened:
/// the first one stays empty, and nobody ever sees it.
pub(crate) async fn open(
    lookup: &MessageLookup<'_>,
    step: &str,
    message: &Message,
    customer: &Customer,
) -> Result<SessionId, Failure> {
    let context = lookup.context;
    let channel = lookup.session.channel.unwrap_or_else(|| message.channel());
    let new = NewSession { channel, contact: contact(customer) };
    let recovery = Recovery::look_up(|_| async { Ok(None) });
    context.step(step, recovery, context.opencx.open_session(&new)).await
}

/// The customer as OpenCX is told of them. It wants at least one name for them, which a
/// chat's visitor may not have given.
fn contact(customer: &Customer) -> SessionContact {
    let email = customer.email().map(|email| email.to_string());
    let phone_number = customer.phone().map(str::to_owned);
    let nameless = email.is_none() && phone_number.is_none();
    let name = customer.name.clone().or_else(|| nameless.then(|| "Visitor".to_owned()));
    SessionContact { email, name, phone_number }
}

/// Sends to the thread's session. One that OpenCX no longer has is replaced by a new one.
pub(crate) async fn send(
    lookup: &MessageLookup<'_>,
    session: &SessionId,
    message: &Message,
    outgoing: &Outgoing,
) -> Result<(), Failure> {
    if say(lookup.context, SEND, session, outgoing).await? == Sent::Delivered {
        return Ok(());
    }
    let customer = lookup.customer.clone().unwrap_or_default();
    let new = open(lookup, "new session", message, &customer).await?;
    lookup.context.about_session(&new);
    lookup.context.remark(format!("OpenCX no longer has the session {session}: it has a new one"));
    replace(lookup, session, &new, customer).await?;
    match say(lookup.context, "send to the new session", &new, outgoing).await? {
        Sent::Delivered => Ok(()),
        Sent::SessionGone => Err(Failure::Retry("the new session is not there yet".to_owned())),
    }
}

async fn say(
    context: &EventContext<'_>,
    step: &str,
    session: &SessionId,
    outgoing: &Outgoing,
) -> Result<Sent, Failure> {
    let recovery = Recovery::look_up(|since| async move {
        match context.opencx.has_message(session, outgoing, since).await {
            Ok(found) => Ok(found.then_some(Sent::Delivered)),
            Err(error) if is_gone(&error) => Ok(Some(Sent::SessionGone)),
            Err(error) => Err(error),
        }
    });
    let say = async {
        match context.opencx.say(session, outgoing).await {
            Ok(_) => Ok(Sent::Delivered),
            Err(error) if is_gone(&error) => Ok(Sent::SessionGone),
            Err(error) => Err(error),
        }
    };
    context.step(step, recovery, say).await
}

/// The thread goes on in the new session, with what is known of the old one: customer, owner
/// and ticket, which is closed with it and whose changes it hears.
async fn replace(
    lookup: &MessageLookup<'_>,
    old: &SessionId,
    new: &SessionId,
    customer: Customer,
) -> Result<(), Failure> {
    let (context, known) = (lookup.context, lookup.session.clone());
    let (table, org) = (context.table(), context.org());
    let ticket = known.ticket.clone();
    let listed = table.list_session(org, new, &customer, None).await?;
    let of_session = SessionLink {
        thread: Some(lookup.posted.thread.clone()),
        customer: Some(customer),
        listed,
        closed: None,
        resolved: None,
        ttl: None,
        ..known
    };
    table.merge(&Key::session(org, new), &of_session).await?;
    if let Some(ticket) = ticket {
        context.about_ticket(&ticket);
        let link: Option<TicketLink> = table.get(&Key::ticket(org, &ticket)).await?;
        let contact = link.and_then(|link| link.contact);
        let lock = lock_customer(context, contact.as_ref(), new).await?;
        let replaced = table.replace_session(org, &ticket, old, new).await;
        table.unlock(&lock).await?;
        replaced?;
    }
    let of_thread = ThreadLink { session: Some(new.clone()), ..ThreadLink::default() };
    Ok(table.merge(&Key::thread(org, &lookup.posted.thread), &of_thread).await?)
}
