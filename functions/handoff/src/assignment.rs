//! Who gets the handoff.

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::actor::UserId;
use bridge_domain::ids::OwnerId;
use bridge_domain::opencx::events::{Channel, Sentiment};
use bridge_domain::rules::routing::{Facts, route};
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::{UserOwner, forget_user, owner_of_user, user_of_owner};

use crate::handoff_context::HandoffContext;

/// A user who can own records: HubSpot wants the owner id on the ticket and the
/// user id on the thread.
#[derive(Clone, Debug)]
pub(crate) struct Assignee {
    pub(crate) user: UserId,
    pub(crate) owner: UserOwner,
}

/// The first routing rule that matches, else the default user. A user who is gone
/// is replaced by the default user. In Assist Mode: nobody.
pub(crate) async fn choose(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Result<Option<Assignee>, Failure> {
    if context.settings.assist_mode.covers(handoff.channel) {
        return Ok(None);
    }
    for user in candidates(context, handoff) {
        let owner = owner_of_user(context.table(), &context.hubspot, context.org(), user).await?;
        if let Some(owner) = owner {
            return Ok(Some(Assignee { user: user.clone(), owner }));
        }
        context.remark(format!("user {} is gone from HubSpot or owns nothing there", user.actor()));
    }
    Ok(None)
}

/// Chooses again, since HubSpot does not take the owner that was remembered.
pub(crate) async fn choose_again(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Result<Option<Assignee>, Failure> {
    for user in candidates(context, handoff) {
        forget_user(context.table(), context.org(), user).await?;
    }
    choose(context, handoff).await
}

/// Whom the rules name, then the default user.
fn candidates<'a>(
    context: &'a EventContext<'_>,
    handoff: &HandoffContext,
) -> impl Iterator<Item = &'a UserId> + use<'a> {
    let facts = Facts {
        channel: handoff.channel.as_ref().map(Channel::as_str),
        language: handoff.language.as_deref(),
        sentiment: handoff.sentiment.map(Sentiment::as_str),
        reason: handoff.raw_reason.as_deref(),
        email_domain: handoff.contact.email.as_ref().map(EmailAddress::domain),
        custom_data: Some(&handoff.custom_data),
    };
    let default = context.settings.hubspot.default_user_id.as_ref();
    let routed = route(&context.settings.routing, &facts).filter(|user| Some(*user) != default);
    [routed, default].into_iter().flatten()
}

/// Whom a rep gave the ticket to, if it is somebody else than the bridge did and they
/// are still there: a customer who comes back goes on with them.
pub(crate) async fn chosen_by_rep(
    context: &EventContext<'_>,
    owner: &str,
    written: Option<&str>,
) -> Result<Option<Assignee>, Failure> {
    if owner.is_empty() || written == Some(owner) {
        return Ok(None);
    }
    let owner = OwnerId::new(owner);
    let found = user_of_owner(context.table(), &context.hubspot, context.org(), &owner).await?;
    Ok(found.map(|(user, owner)| Assignee { user, owner }))
}
