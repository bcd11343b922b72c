//! The function `contact-sync`: when a customer first writes, their HubSpot contact
//! is found or made, so that a later handoff knows it.

use bridge_domain::ids::ContactId;
use bridge_domain::opencx::events::{Contact, Started};
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Recovery, Urgency,
    opencx_events,
};

/// See the crate.
pub struct ContactSync;

impl Consumer for ContactSync {
    const FUNCTION: &'static FunctionEntry = &registry::CONTACT_SYNC;
    const URGENCY: Urgency = Urgency::Background;
    type Event = Started;

    fn decode(body: &str) -> Result<Vec<Result<DecodedEvent<Started>, DecodeError>>, DecodeError> {
        opencx_events(body, Self::FUNCTION.opencx_events)
    }

    async fn handle(context: &EventContext<'_>, event: &Started) -> Result<Handled, Failure> {
        context.about_session(&event.conversation_id);
        let contact = who(context, event).await?;
        // Until they give an email or a phone number, there is nothing to link.
        if contact.is_anonymous() {
            return Ok(SkipReason::Anonymous.into());
        }
        let customer =
            bridge_hubspot_directory::find_or_create(context, &contact, &event.conversation_id)
                .await?;
        match (&contact.id, &customer.contact) {
            (Some(id), Some(hubspot_id)) => tell_opencx(context, id, hubspot_id).await?,
            _ => context.remark("OpenCX names no contact that could learn its HubSpot id"),
        }
        Ok(Handled::Applied)
    }
}

/// Who wrote. An event may leave out its contact, or the contact's id: the session
/// has both.
async fn who(context: &EventContext<'_>, event: &Started) -> Result<Contact, Failure> {
    let told = event.contact.clone();
    if told.as_ref().is_some_and(|told| told.id.is_some() || told.is_anonymous()) {
        return Ok(told.unwrap_or_default());
    }
    let asked = context.opencx.session(&event.conversation_id).await?;
    let asked = asked.and_then(|session| session.contact).unwrap_or_default();
    Ok(told.unwrap_or_default().or(asked))
}

/// Lets OpenCX's contact know its HubSpot id. One that is gone there by now is no
/// reason to fail: the link itself is kept.
async fn tell_opencx(
    context: &EventContext<'_>,
    id: &str,
    hubspot_id: &ContactId,
) -> Result<(), Failure> {
    let link = async {
        match context.opencx.link_contact(id, hubspot_id.as_str()).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    };
    if !context.step("link", Recovery::Retry, link).await? {
        context.remark("OpenCX does not know the contact");
    }
    Ok(())
}
