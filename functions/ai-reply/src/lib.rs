//! The function `ai-reply`: the AI's answer goes into the HubSpot thread, as HTML
//! and signed; in Assist Mode as a draft that only reps see.

mod post;
mod reply_path;

use std::time::Duration;

use bridge_domain::hubspot::thread::{Thread, ai_blocked_reason, was_given_before};
use bridge_domain::ids::{SessionId, ThreadId};
use bridge_domain::opencx::events::{AiResponse, Channel};
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::rules::loop_breaker::Traffic;
use bridge_domain::text::markdown_to_html;
use bridge_domain::time::Timestamp;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, opencx_events,
};
use bridge_store::{Key, Origin, SessionLink, ThreadLink};

/// Time for which a thread that HubSpot does not know is asked for.
const ANNOUNCED_WAIT: Duration = Duration::from_mins(2);

/// See the crate.
pub struct AiReply;

/// An answer's session and thread.
pub(crate) struct Answering<'w> {
    context: &'w EventContext<'w>,
    session_id: SessionId,
    session: SessionLink,
    thread_id: ThreadId,
    thread: ThreadLink,
    hubspot_thread: Thread,
    /// When the AI gave the answer, or at the latest.
    given_at: Timestamp,
}

impl Consumer for AiReply {
    const FUNCTION: &'static FunctionEntry = &registry::AI_REPLY;
    type Event = AiResponse;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<AiResponse>, DecodeError>>, DecodeError> {
        opencx_events(body, Self::FUNCTION.opencx_events)
    }

    async fn handle(context: &EventContext<'_>, event: &AiResponse) -> Result<Handled, Failure> {
        context.about_session(&event.conversation_id);
        let answer = event.message.as_str();
        if answer.trim().is_empty() {
            return Ok(SkipReason::EmptyMessage.into());
        }
        let answering = match answering(context, event).await? {
            Ok(answering) => answering,
            Err(reason) => return Ok(reason.into()),
        };
        if let Some(reason) = blocked_reason(&answering, &answering.hubspot_thread) {
            return Ok(reason.into());
        }
        renew(&answering).await?;
        if context.settings.assist_mode.covers(answering.channel()) {
            let draft = markdown_to_html::draft(answer);
            post::comment_on(context, &answering.thread_id, "draft", &draft).await?;
            return Ok(Handled::Applied);
        }
        count(&answering).await?;
        post::publish(&answering, answer).await
    }
}

/// Finds the thread of the answer's session; or tells why the answer is skipped.
async fn answering<'w>(
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
    fn channel(&self) -> Option<Channel> {
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

async fn renew(answering: &Answering<'_>) -> Result<(), Failure> {
    let (table, org) = (answering.context.table(), answering.context.org());
    table.renew(&Key::session(org, &answering.session_id), answering.session.ttl).await?;
    table.renew(&Key::thread(org, &answering.thread_id), answering.thread.ttl).await?;
    Ok(())
}

/// Counts the answer for the loop breaker; its parts count once.
async fn count(answering: &Answering<'_>) -> Result<(), Failure> {
    let context = answering.context;
    let mut traffic =
        Traffic { answers: answering.thread.traffic.answers.clone(), ..Traffic::default() };
    traffic.answer(&context.identity(), Timestamp::now());
    let key = Key::thread(context.org(), &answering.thread_id);
    Ok(context.table().merge(&key, &ThreadLink { traffic, ..ThreadLink::default() }).await?)
}
