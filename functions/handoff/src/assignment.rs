//! Who gets the handoff.

use bridge_domain::actor::UserId;
use bridge_domain::email::EmailAddress;
use bridge_domain::ids::OwnerId;
use bridge_domain::opencx_event::{Channel, Sentiment};
use bridge_domain::routing::{Facts, route};
use bridge_runtime::{Failure, Work};
use bridge_store::{Key, SessionLink};

use crate::brief::Brief;

/// A user who can own records: HubSpot wants the owner id on the ticket and the
/// user id on the thread.
#[derive(Debug)]
pub(crate) struct Assignee {
    pub(crate) user: UserId,
    pub(crate) owner: OwnerId,
}

/// The first routing rule that matches, else the default user. A user who is gone
/// is replaced by the default user. In Assist Mode: nobody.
pub(crate) async fn choose(work: &Work<'_>, brief: &Brief) -> Result<Option<Assignee>, Failure> {
    if work.settings.assist_mode.covers(brief.channel) {
        return Ok(None);
    }
    let facts = Facts {
        channel: brief.channel.map(Channel::as_str),
        language: brief.language.as_deref(),
        sentiment: brief.sentiment.map(Sentiment::as_str),
        reason: brief.raw_reason.as_deref(),
        email_domain: brief.contact.email.as_ref().map(EmailAddress::domain),
        custom_data: Some(&brief.custom_data),
    };
    let default = work.settings.hubspot.default_user_id.as_ref();
    let routed = route(&work.settings.routing, &facts);
    for user in [routed, default].into_iter().flatten() {
        let owner = bridge_portal::owner_id(work.table(), &work.hubspot, work.org(), user).await?;
        if let Some(owner) = owner {
            return Ok(Some(Assignee { user: user.clone(), owner }));
        }
        work.remark(format!("user {} is gone from HubSpot or owns nothing there", user.actor()));
    }
    Ok(None)
}

/// Gives the thread to the same person. From then on the thread's owner says whether
/// the AI is silent. A portal that does not allow it does not fail the handoff.
pub(crate) async fn assign_thread(
    work: &Work<'_>,
    brief: &Brief,
    assignee: Option<&Assignee>,
) -> Result<(), Failure> {
    let (Some(thread), Some(assignee)) = (&brief.thread, assignee) else { return Ok(()) };
    let assign = async {
        match work.hubspot.assign_thread(thread, &assignee.user).await {
            Ok(()) => Ok(true),
            Err(error) if error.refusal().is_some_and(|no| no.status != 401) => {
                work.remark(format!("the thread could not be assigned: {error}"));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    };
    if work.repeatable("assignee", assign).await? {
        let owned = SessionLink { awaits_human: Some(false), ..SessionLink::default() };
        work.table().merge(&Key::session(work.org(), &brief.session), &owned).await?;
    }
    Ok(())
}
