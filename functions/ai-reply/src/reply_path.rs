//! The way back to the customer: channel, account, subject, recipients.

use bridge_domain::hubspot::message::{Direction, Message};
use bridge_domain::hubspot::party::{DeliveryIdentifier, Party};
use bridge_domain::ids::SessionId;
use bridge_domain::rules::participants::{Customer, author, copies};
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::Recipient;
use bridge_hubspot_directory::{own_addresses, unless_refused};
use bridge_store::{Key, ReplyPath, SessionLink};

use crate::answering::Answering;

/// The place and the recipients of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) path: ReplyPath,
    pub(crate) recipients: Vec<Recipient>,
}

/// The way back as it was kept when the customer wrote. A thread whose customer wrote before
/// the bridge was there is looked through: one call more. `None` if there is no way.
pub(crate) async fn find(answering: &Answering<'_>) -> Result<Option<Route>, Failure> {
    let kept = answering.thread.reply_path.clone();
    match (kept, &answering.session.customer) {
        (Some(path), Some(customer)) if customer.is_known() => {
            let copies = answering.thread.copies.clone().unwrap_or_default();
            route(answering, path, customer.clone(), copies).await.map(Some)
        }
        (kept, _) => {
            let latest = latest_messages(answering).await?;
            let incoming = latest.iter().find(|message| is_incoming(message));
            let Some(incoming) = incoming else { return Ok(None) };
            let Some(path) = kept.or_else(|| ReplyPath::of(incoming)) else { return Ok(None) };
            let contact = answering.hubspot_thread.associated_contact_id.as_ref();
            let customer = Customer::of_party(&author(incoming, contact));
            route(answering, path, customer, copies(incoming)).await.map(Some)
        }
    }
}

/// The same recipients at the place that the thread has now, as HubSpot tells; `None` if it
/// does not tell. In a chat it may be the recipient that was refused: a visitor of whom no
/// identifier of the chat is known has none, as a chat may need none (`docs/vendors/hubspot.md`).
pub(crate) async fn find_present(
    answering: &Answering<'_>,
    route: &Route,
) -> Result<Option<Route>, Failure> {
    let latest = latest_messages(answering).await?;
    let mut public =
        latest.iter().filter(|message| message.direction.is_some() && !message.has_failed());
    let place = public.find_map(ReplyPath::of);
    Ok(place.map(|place| {
        let path = ReplyPath { subject: route.path.subject.clone().or(place.subject), ..place };
        let mut recipients = route.recipients.clone();
        if !path.is_email() {
            recipients.retain(|one| one.delivery_identifiers.iter().any(|own| !own.is_email()));
        }
        Route { path, recipients }
    }))
}

/// The newest messages of the thread; none if HubSpot does not show them.
async fn latest_messages(answering: &Answering<'_>) -> Result<Vec<Message>, Failure> {
    let latest = answering.context.hubspot.latest_messages(&answering.thread_id).await;
    Ok(unless_refused(answering.context, "the messages", latest)?.unwrap_or_default())
}

fn is_incoming(message: &Message) -> bool {
    message.kind == "MESSAGE" && message.direction == Some(Direction::Incoming)
}

async fn route(
    answering: &Answering<'_>,
    path: ReplyPath,
    mut customer: Customer,
    copies: Vec<Party>,
) -> Result<Route, Failure> {
    let is_email = path.is_email();
    if is_email && customer.email().is_none() && !customer.complete {
        customer = complete(answering.context, &answering.session_id, customer).await?;
    }
    let to = Recipient {
        actor_id: customer.actors.last().cloned(),
        name: customer.name.clone(),
        recipient_field: is_email.then_some("TO"),
        delivery_identifiers: address(&customer, is_email).into_iter().collect(),
    };
    let mut recipients = vec![to];
    if is_email && answering.context.settings.keep_cc && !copies.is_empty() {
        let account = path.channel_account_id.as_str();
        let own = own_addresses(answering.context, Some(account)).await?;
        let inbox = path.inbox_address.as_ref();
        for copy in copies {
            let Some(email) = copy.email() else { continue };
            let is_own = own.contains(&email) || inbox == Some(&email);
            let address = DeliveryIdentifier::email(&email);
            let is_there = recipients.iter().any(|one| one.delivery_identifiers.contains(&address));
            if !is_own && !is_there && !customer.is(&copy) {
                recipients.push(Recipient {
                    actor_id: copy.actor_id,
                    name: copy.name,
                    recipient_field: Some("CC"),
                    delivery_identifiers: vec![address],
                });
            }
        }
    }
    Ok(Route { path, recipients })
}

fn address(customer: &Customer, is_email: bool) -> Option<DeliveryIdentifier> {
    customer.address_on(is_email).cloned()
}

/// Asks HubSpot for the addresses of a customer who is known by their contact only.
async fn complete(
    context: &EventContext<'_>,
    session: &SessionId,
    customer: Customer,
) -> Result<Customer, Failure> {
    let Some(contact) = customer.contact() else { return Ok(customer) };
    let mut customer = Customer { complete: true, ..customer };
    for address in context.hubspot.contact_addresses(&contact).await? {
        customer.add_address(address);
    }
    let (table, org) = (context.table(), context.org());
    let key = Key::session(org, session);
    let known: SessionLink = table.get(&key).await?.unwrap_or_default();
    let listed = table.list_session(org, session, &customer, known.listed.as_deref()).await?;
    let learned =
        SessionLink { customer: Some(customer.clone()), listed, ..SessionLink::default() };
    table.merge(&key, &learned).await?;
    Ok(customer)
}
