//! The function `contact-sync`: when a customer first writes, their HubSpot contact
//! is found or made, so that a later handoff knows it.

use bridge_domain::opencx_event::Started;
use bridge_domain::outcome::SkipReason;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};

/// See the crate.
pub struct ContactSync;

impl Consumer for ContactSync {
    const NAME: &'static str = "contact-sync";
    type Event = Started;

    fn read(body: &str) -> Result<Vec<Result<Incoming<Started>, Refused>>, Refused> {
        opencx_events(body, "conversation.started")
    }

    async fn act(work: &Work<'_>, event: &Started) -> Result<Ended, Failure> {
        work.about_session(&event.conversation_id);
        let contact = event.contact.clone().unwrap_or_default();
        // Until they give an email or a phone number, there is nothing to link.
        if contact.is_anonymous() {
            return Ok(SkipReason::Anonymous.into());
        }
        let customer =
            bridge_portal::find_or_create(work, &contact, &event.conversation_id).await?;
        if let (Some(id), Some(hubspot_id)) = (&contact.id, &customer.contact) {
            let link = work.opencx.link_contact(id, hubspot_id.as_str());
            work.repeatable("link", link).await?;
        }
        Ok(Ended::Applied)
    }
}
