//! The choice of the person who gets the handoff.

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::actor::UserId;
use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::ids::OwnerId;
use bridge_domain::opencx::events::{Channel, Sentiment};
use bridge_domain::rules::routing::{Facts, route};
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::{
    UserOwner, assign_thread, forget_user, owner_of_user, user_of_owner,
};
use bridge_store::{Key, SessionLink};

use crate::handoff_context::HandoffContext;
use crate::progress::stops;
use crate::thread::BoundThread;

/// A user who can own records: HubSpot wants the owner id on the ticket and the
/// user id on the thread.
#[derive(Clone, Debug)]
pub(crate) struct Assignee {
    pub(crate) user: UserId,
    /// `None` if HubSpot does not tell, so that only threads can be given to them.
    pub(crate) owner: Option<UserOwner>,
}

impl Assignee {
    /// The owner id, as tickets want it.
    pub(crate) fn owner_id(&self) -> Option<&OwnerId> {
        self.owner.as_ref().map(|owner| &owner.id)
    }
}

/// Chooses the human who owns the thread, else the user of the first routing rule that
/// matches, else the default user. A user who is gone is passed over; the default user alone
/// is still given the thread. In Assist Mode: nobody.
pub(crate) async fn choose(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    thread: Option<&BoundThread>,
) -> Result<Option<Assignee>, Failure> {
    if context.settings.assist_mode.covers(handoff.channel) {
        return Ok(None);
    }
    let owner = thread.and_then(|thread| thread.human.clone());
    for user in owner.into_iter().chain(candidates(context, handoff)) {
        match owner_of_user(context, &user).await {
            Ok(Some(owner)) => return Ok(Some(Assignee { user, owner: Some(owner) })),
            Ok(None) => {
                context.remark(format!(
                    "user {} is gone from HubSpot or owns nothing there",
                    user.actor()
                ));
            }
            Err(failure) if stops(context, &failure) => return Err(failure),
            Err(failure) => {
                context
                    .remark(format!("the owner of user {} is not known: {failure}", user.actor()));
                return Ok(Some(Assignee { user, owner: None }));
            }
        }
    }
    // A thread is given to a user, whom HubSpot may know although it shows no owner.
    let default = context.settings.hubspot.default_user_id.clone();
    Ok(default.map(|user| Assignee { user, owner: None }))
}

/// Chooses again, since HubSpot does not take the owner that was remembered.
pub(crate) async fn choose_again(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Result<Option<Assignee>, Failure> {
    for user in candidates(context, handoff) {
        forget_user(context, &user).await?;
    }
    choose(context, handoff, None).await
}

/// The user whom the rules name, then the default user.
fn candidates(context: &EventContext<'_>, handoff: &HandoffContext) -> Vec<UserId> {
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
    [routed, default].into_iter().flatten().cloned().collect()
}

/// The human who owns the ticket, if they are still there: they keep it.
pub(crate) async fn owner_of_ticket(
    context: &EventContext<'_>,
    owner: Option<&str>,
    chosen: Option<&Assignee>,
) -> Result<Option<Assignee>, Failure> {
    let Some(owner) = owner.map(OwnerId::new) else { return Ok(None) };
    if let Some(same) = chosen.filter(|chosen| chosen.owner_id() == Some(&owner)) {
        return Ok(Some(same.clone()));
    }
    let found = user_of_owner(context, &owner).await?;
    let human = found.filter(|(user, _)| *user != context.settings.hubspot.ai_user_id);
    Ok(human.map(|(user, owner)| Assignee { user, owner: Some(owner) }))
}

/// Gives the thread to the assignee, unless a human has it. From then on the thread's owner
/// says whether the AI is silent. A portal that does not allow it does not fail the handoff.
pub(crate) async fn assign(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    thread: &BoundThread,
    assignee: &Assignee,
) -> Result<(), Failure> {
    let email = assignee.owner.as_ref().and_then(|owner| owner.email.as_deref());
    if thread.has_human || assign_thread(context, &thread.id, &assignee.user, email).await? {
        let assigned = Some(assignee.user.clone());
        let owned = SessionLink {
            awaits_human: Some(false),
            handed_over: Some(HandOver { at: handoff.at, assigned }),
            ..SessionLink::default()
        };
        context.table().merge(&Key::session(context.org(), &handoff.session), &owned).await?;
    }
    Ok(())
}
