//! The function `contact-sync`: when a customer first writes, their HubSpot contact
//! is found or made, so that a later handoff knows it.

use bridge_domain::ids::ContactId;
use bridge_domain::opencx::events::{Contact, Started};
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::ticket::identity::proves_phone;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Priority, Recovery,
    opencx_events,
};
use bridge_hubspot_directory::{ContactQuery, find_or_create_contact, unless_refused};

/// The consumer of first messages.
pub struct ContactSync;

impl Consumer for ContactSync {
    const FUNCTION: &'static FunctionEntry = &registry::CONTACT_SYNC;
    const PRIORITY: Priority = Priority::Background;
    type Event = Started;

    fn decode(body: &str) -> Result<Vec<Result<DecodedEvent<Started>, DecodeError>>, DecodeError> {
        opencx_events(body, Self::FUNCTION.opencx_events)
    }

    async fn handle(context: &EventContext<'_>, event: &Started) -> Result<Handled, Failure> {
        context.about_session(&event.conversation_id);
        let contact = customer(context, event).await?;
        // Until they give an email or a phone number, there is nothing to link.
        if contact.is_anonymous() {
            return Ok(SkipReason::Anonymous.into());
        }
        let query = ContactQuery {
            contact: &contact,
            session: &event.conversation_id,
            visitor: None,
            phone_first: proves_phone(event.channel),
        };
        let Some(customer) = find_or_create_contact(context, query).await? else {
            let error = "HubSpot takes no contact with what is known of the customer";
            return Err(Failure::park(ParkReason::Refused, error));
        };
        match &contact.id {
            Some(id) => tell_opencx(context, id, &customer.contact).await?,
            None => context.remark("OpenCX names no contact that could learn its HubSpot id"),
        }
        Ok(Handled::Applied)
    }
}

/// Names the customer. An event may leave out its contact, or the contact's id: the session
/// has both, unless OpenCX does not show it.
async fn customer(context: &EventContext<'_>, event: &Started) -> Result<Contact, Failure> {
    let told = event.contact.clone();
    if told.as_ref().is_some_and(|told| told.id.is_some() || told.is_anonymous()) {
        return Ok(told.unwrap_or_default());
    }
    let asked = context.opencx.session(&event.conversation_id).await;
    let asked = unless_refused(context, "the session", asked)?.flatten();
    let asked = asked.and_then(|session| session.contact).unwrap_or_default();
    Ok(told.unwrap_or_default().or(asked))
}

/// Lets OpenCX's contact know its HubSpot id. One that is gone there by now, or does not
/// take it, is no reason to fail: the link itself is kept.
async fn tell_opencx(
    context: &EventContext<'_>,
    id: &str,
    hubspot_id: &ContactId,
) -> Result<(), Failure> {
    let link = async {
        match context.opencx.link_contact(id, hubspot_id.as_str()).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_refused() => Ok(false),
            Err(error) => Err(error),
        }
    };
    if !context.step("link", Recovery::Retry, link).await? {
        context.remark("OpenCX does not take the contact's HubSpot id");
    }
    Ok(())
}
