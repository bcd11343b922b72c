//! The session's HubSpot thread: its owner, its ticket, and the right to it.

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::hubspot::thread::{Owner, Thread};
use bridge_domain::ids::{SessionId, ThreadId, TicketId};
use bridge_domain::outcome::ParkReason;
use bridge_domain::phone;
use bridge_domain::rules::participants::Customer as Participant;
use bridge_domain::ticket::identity::Identity;
use bridge_engine::{EventContext, Failure};
use bridge_opencx::Status;
use bridge_store::{Key, Origin, SessionLink, ThreadLink};

use crate::handoff_context::HandoffContext;
use crate::progress::{PATIENCE, goes_on};

/// A thread that belongs to the session.
#[derive(Debug)]
pub(crate) struct BoundThread {
    pub(crate) id: ThreadId,
    /// True if a human owns it, who keeps it.
    pub(crate) has_human: bool,
    /// That human, if they are a user of the portal.
    pub(crate) human: Option<UserId>,
    /// The ticket that HubSpot ties to it.
    pub(crate) ticket: Option<TicketId>,
    /// The inbox that it is in.
    pub(crate) inbox: Option<String>,
}

impl BoundThread {
    /// A thread of which nothing else is known.
    pub(crate) fn unread(id: ThreadId) -> Self {
        Self { id, has_human: false, human: None, ticket: None, inbox: None }
    }
}

/// Binds the session to its thread, and reads owner and ticket of it in one call. `None`
/// without a thread, or if HubSpot does not have it any more.
pub(crate) async fn bind(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Result<Option<BoundThread>, Failure> {
    let Some(id) = &handoff.thread else { return Ok(None) };
    context.about_thread(id);
    link(context, handoff, id).await?;
    read(context, id).await
}

/// Reads owner and ticket of a thread; `None` if HubSpot does not have it any more.
pub(crate) async fn read(
    context: &EventContext<'_>,
    id: &ThreadId,
) -> Result<Option<BoundThread>, Failure> {
    match context.hubspot.thread(id).await {
        Ok(thread) => Ok(Some(of_answer(context, id, &thread))),
        Err(error) if error.is_status(404) && context.age() >= PATIENCE => {
            context.remark("HubSpot does not have the thread");
            Ok(None)
        }
        Err(error) if goes_on(context, &error) => {
            context.remark(format!("the owner of the thread is not known: {error}"));
            Ok(Some(BoundThread::unread(id.clone())))
        }
        Err(error) => Err(error.into()),
    }
}

fn of_answer(context: &EventContext<'_>, id: &ThreadId, thread: &Thread) -> BoundThread {
    let owner = thread.owner(&context.settings.hubspot.ai_user_id);
    let (has_human, human) = match owner {
        Owner::Human(user) => (true, user),
        Owner::Nobody | Owner::Ai => (false, None),
    };
    BoundThread {
        id: id.clone(),
        has_human,
        human,
        ticket: thread.ticket().cloned(),
        inbox: thread.inbox_id.clone(),
    }
}

/// Links session and thread. A conversation born on OpenCX's side that has a HubSpot
/// thread: a rep's words there belong to this session, and OpenCX delivers them.
async fn link(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    thread: &ThreadId,
) -> Result<(), Failure> {
    let key = Key::thread(context.org(), thread);
    let known: ThreadLink = context.table().get(&key).await?.unwrap_or_default();
    if !handoff.thread_is_new {
        return Ok(context.table().renew(&key, known.ttl).await?);
    }
    if let Some(other) = known.session.filter(|other| *other != handoff.session) {
        check_not_taken(context, handoff, &other).await?;
    }
    let of_session = SessionLink {
        thread: Some(thread.clone()),
        channel: handoff.channel,
        customer: Some(Participant::of_contact(&handoff.contact)),
        ..SessionLink::default()
    };
    context.table().merge(&Key::session(context.org(), &handoff.session), &of_session).await?;
    let of_thread = ThreadLink {
        session: Some(handoff.session.clone()),
        origin: Some(Origin::OpenCx),
        ..ThreadLink::default()
    };
    Ok(context.table().merge(&key, &of_thread).await?)
}

/// Parks a handoff that names the thread of another customer's live session: its customer
/// would read what reps write to the other one.
async fn check_not_taken(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    other: &SessionId,
) -> Result<(), Failure> {
    let Some(session) = context.opencx.session(other).await? else { return Ok(()) };
    if matches!(session.status, Some(Status::ClosedResolved | Status::ClosedUnresolved)) {
        return Ok(());
    }
    let theirs = session.contact.unwrap_or_default();
    let (own, link) = (&handoff.contact, SessionLink::default());
    let other_link: SessionLink =
        context.table().get(&Key::session(context.org(), other)).await?.unwrap_or(link);
    let same_email = own.email.is_some() && own.email == theirs.email;
    let same_phone = own.phone.as_ref().zip(theirs.phone.as_ref());
    let same_phone = same_phone.is_some_and(|(own, theirs)| phone::is_same(own, theirs));
    let may_claim = handoff.identity(None) == Identity::Proven || other_link.verified != Some(true);
    if (same_email || same_phone) && may_claim {
        return Ok(());
    }
    let error = format!("the thread belongs to session {other} of another customer");
    Err(Failure::park(ParkReason::ThreadTaken, error))
}
