//! The function `contact-sync`: when a customer first writes, their HubSpot contact
//! is found or made, so that a later handoff knows it.

use bridge_domain::ids::ContactId;
use bridge_domain::opencx_event::{Contact, Started};
use bridge_domain::outcome::SkipReason;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Urgency, Work, opencx_events};

/// See the crate.
pub struct ContactSync;

impl Consumer for ContactSync {
    const NAME: &'static str = "contact-sync";
    const URGENCY: Urgency = Urgency::Background;
    type Event = Started;

    fn read(body: &str) -> Result<Vec<Result<Incoming<Started>, Refused>>, Refused> {
        opencx_events(body, "conversation.started")
    }

    async fn act(work: &Work<'_>, event: &Started) -> Result<Ended, Failure> {
        work.about_session(&event.conversation_id);
        let contact = who(work, event).await?;
        // Until they give an email or a phone number, there is nothing to link.
        if contact.is_anonymous() {
            return Ok(SkipReason::Anonymous.into());
        }
        let customer =
            bridge_portal::find_or_create(work, &contact, &event.conversation_id).await?;
        match (&contact.id, &customer.contact) {
            (Some(id), Some(hubspot_id)) => tell_opencx(work, id, hubspot_id).await?,
            _ => work.remark("OpenCX names no contact that could learn its HubSpot id"),
        }
        Ok(Ended::Applied)
    }
}

/// Who wrote. An event may leave out its contact, or the contact's id: the session
/// has both.
async fn who(work: &Work<'_>, event: &Started) -> Result<Contact, Failure> {
    let told = event.contact.clone();
    if told.as_ref().is_some_and(|told| told.id.is_some() || told.is_anonymous()) {
        return Ok(told.unwrap_or_default());
    }
    let asked = work.opencx.session(&event.conversation_id).await?;
    let asked = asked.and_then(|session| session.contact).unwrap_or_default();
    Ok(told.unwrap_or_default().or(asked))
}

/// Lets OpenCX's contact know its HubSpot id. One that is gone there by now is no
/// reason to fail: the link itself is kept.
async fn tell_opencx(work: &Work<'_>, id: &str, hubspot_id: &ContactId) -> Result<(), Failure> {
    let link = async {
        match work.opencx.link_contact(id, hubspot_id.as_str()).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    };
    if !work.repeatable("link", link).await? {
        work.remark("OpenCX does not know the contact");
    }
    Ok(())
}
