//! Who gets the handoff.

use bridge_domain::actor::UserId;
use bridge_domain::email::EmailAddress;
use bridge_domain::ids::OwnerId;
use bridge_domain::opencx_event::{Channel, Sentiment};
use bridge_domain::routing::{Facts, route};
use bridge_portal::{UserOwner, forget_user, owner_of_user, user_of_owner};
use bridge_runtime::{Failure, Work};

use crate::brief::Brief;

/// A user who can own records: HubSpot wants the owner id on the ticket and the
/// user id on the thread.
#[derive(Clone, Debug)]
pub(crate) struct Assignee {
    pub(crate) user: UserId,
    pub(crate) owner: UserOwner,
}

/// The first routing rule that matches, else the default user. A user who is gone
/// is replaced by the default user. In Assist Mode: nobody.
pub(crate) async fn choose(work: &Work<'_>, brief: &Brief) -> Result<Option<Assignee>, Failure> {
    if work.settings.assist_mode.covers(brief.channel) {
        return Ok(None);
    }
    for user in candidates(work, brief) {
        let owner = owner_of_user(work.table(), &work.hubspot, work.org(), user).await?;
        if let Some(owner) = owner {
            return Ok(Some(Assignee { user: user.clone(), owner }));
        }
        work.remark(format!("user {} is gone from HubSpot or owns nothing there", user.actor()));
    }
    Ok(None)
}

/// Chooses again, since HubSpot does not take the owner that was remembered.
pub(crate) async fn choose_again(
    work: &Work<'_>,
    brief: &Brief,
) -> Result<Option<Assignee>, Failure> {
    for user in candidates(work, brief) {
        forget_user(work.table(), work.org(), user).await?;
    }
    choose(work, brief).await
}

/// Whom the rules name, then the default user.
fn candidates<'a>(work: &'a Work<'_>, brief: &Brief) -> impl Iterator<Item = &'a UserId> + use<'a> {
    let facts = Facts {
        channel: brief.channel.map(Channel::as_str),
        language: brief.language.as_deref(),
        sentiment: brief.sentiment.map(Sentiment::as_str),
        reason: brief.raw_reason.as_deref(),
        email_domain: brief.contact.email.as_ref().map(EmailAddress::domain),
        custom_data: Some(&brief.custom_data),
    };
    let default = work.settings.hubspot.default_user_id.as_ref();
    let routed = route(&work.settings.routing, &facts).filter(|user| Some(*user) != default);
    [routed, default].into_iter().flatten()
}

/// Whom a rep gave the ticket to, if it is somebody else than the bridge did and they
/// are still there: a customer who comes back goes on with them.
pub(crate) async fn chosen_by_rep(
    work: &Work<'_>,
    owner: &str,
    written: Option<&str>,
) -> Result<Option<Assignee>, Failure> {
    if owner.is_empty() || written == Some(owner) {
        return Ok(None);
    }
    let owner = OwnerId::new(owner);
    let found = user_of_owner(work.table(), &work.hubspot, work.org(), &owner).await?;
    Ok(found.map(|(user, owner)| Assignee { user, owner }))
}
