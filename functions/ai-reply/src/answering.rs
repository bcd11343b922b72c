//! The session and the thread of an answer, and whether the answer may be posted there.

use std::time::Duration;

use bridge_domain::hubspot::thread::{Thread, ai_blocked_reason, was_given_before};
use bridge_domain::ids::{SessionId, ThreadId};
use bridge_domain::opencx::events::{AiResponse, Channel};
use bridge_domain::outcome::SkipReason;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_store::{Key, Origin, SessionLink, ThreadLink};

/// Time for which a thread that HubSpot does not know is asked for.
const ANNOUNCED_WAIT: Duration = Duration::from_mins(2);

/// An answer's session and thread.
pub(crate) struct Answering<'w> {
    pub(crate) context: &'w EventContext<'w>,
    pub(crate) session_id: SessionId,
    pub(crate) session: SessionLink,
    pub(crate) thread_id: ThreadId,
    pub(crate) thread: ThreadLink,
    pub(crate) hubspot_thread: Thread,
    /// When the AI gave the answer, or at the latest.
    pub(crate) given_at: Timestamp,
}

/// Finds the thread of the answer's session; or tells why the answer is skipped.
pub(crate) async fn answering<'w>(
    context: &'w EventContext<'w>,
    event: &AiResponse,
) -> Result<Result<Answering<'w>, SkipReason>, Failure> {
    let session_id = event.conversation_id.clone();
    let key = Key::session(context.org(), &session_id);
    let session: SessionLink = context.table().get(&key).await?.unwrap_or_default();
    let Some(thread_id) = session.thread.clone() else { return Ok(Err(SkipReason::NoThread)) };
    context.about_thread(&thread_id);
    let key = Key::thread(context.org(), &thread_id);
    let thread: ThreadLink = context.table().get(&key).await?.unwrap_or_default();
    let is_draft = context.settings.assist_mode.covers(channel(&session, &thread));
    if thread.origin == Some(Origin::OpenCx) && !is_draft {
        return Ok(Err(SkipReason::DeliveredByOpenCx));
    }
    // A human may have taken the thread since the customer wrote.
    let hubspot_thread = match context.hubspot.thread(&thread_id).await {
        Ok(thread) => thread,
        Err(error) if !error.is_status(404) => return Err(error.into()),
        Err(error) if context.age() < ANNOUNCED_WAIT => {
            return Err(Failure::Retry(error.to_string()));
        }
        Err(_) => return Ok(Err(SkipReason::Gone)),
    };
    let given_at = event.timestamp;
    let given_at = given_at.unwrap_or_else(|| Timestamp::now().before(context.age()));
    Ok(Ok(Answering { context, session_id, session, thread_id, thread, hubspot_thread, given_at }))
}

impl Answering<'_> {
    pub(crate) fn channel(&self) -> Option<Channel> {
        channel(&self.session, &self.thread)
    }
}

/// The channel of the customer's latest message; where OpenCX delivers, that of the session.
fn channel(session: &SessionLink, thread: &ThreadLink) -> Option<Channel> {
    match thread.origin {
        Some(Origin::OpenCx) => session.channel.or(thread.channel),
        _ => thread.channel.or(session.channel),
    }
}

/// Tells why the answer must not be posted. One that the AI gave before a human got the
/// thread still goes out.
pub(crate) fn blocked_reason(answering: &Answering<'_>, thread: &Thread) -> Option<SkipReason> {
    let settings = &answering.context.settings;
    let handed_off = answering.session.awaits_human.unwrap_or_default();
    let reason = ai_blocked_reason(thread, handed_off, answering.channel(), settings)?;
    let is_a_humans = matches!(reason, SkipReason::HumanOwnsThread | SkipReason::HandedOff);
    let owner = thread.owner(&settings.hubspot.ai_user_id);
    let hand_over = answering.session.handed_over.as_ref();
    let still_goes_out =
        hand_over.is_some_and(|moment| was_given_before(answering.given_at, moment, &owner));
    (!(is_a_humans && still_goes_out)).then_some(reason)
}
