//! The customer wrote: the AI should read it, while no human owns the thread.

use bridge_domain::ids::{SessionId, ThreadId};
use bridge_domain::message::Message;
use bridge_domain::thread::silence;
use bridge_opencx::{NewSession, SessionContact, Speaker};
use bridge_runtime::{Ended, Failure, Work};
use bridge_store::{Key, Origin, ReplyPath, SessionLink, ThreadLink};

use crate::files::outgoing;

/// Sends the message to its session, which is opened at the first one.
pub(crate) async fn send(
    work: &Work<'_>,
    thread_id: &ThreadId,
    link: &ThreadLink,
    message: &Message,
) -> Result<Ended, Failure> {
    let channel = message.channel();
    let known: SessionLink = match &link.session {
        Some(session) => {
            work.table().get(&Key::session(work.org(), session)).await?.unwrap_or_default()
        }
        None => SessionLink::default(),
    };
    let thread = work.hubspot.thread(thread_id).await?;
    let handed_off = known.awaits_human.unwrap_or_default();
    if let Some(reason) = silence(&thread, handed_off, Some(channel), &work.settings) {
        return Ok(reason.into());
    }
    let session = match &link.session {
        Some(session) => session.clone(),
        None => open(work, thread_id, message).await?,
    };
    work.about_session(&session);
    remember(work, thread_id, link, &session, message).await?;
    let text = message.text.clone().unwrap_or_default();
    let said = outgoing(message, Speaker::Contact, text);
    let look = |since| {
        let (session, said) = (&session, &said);
        async move { Ok(work.opencx.was_said(session, said, since).await?.then_some(None::<String>)) }
    };
    work.sure("send", look, work.opencx.say(&session, &said)).await?;
    Ok(Ended::Applied)
}

/// Opens a session for the thread. Should its answer get lost, another is opened:
/// the first one stays empty, and nobody ever sees it.
async fn open(work: &Work<'_>, thread: &ThreadId, message: &Message) -> Result<SessionId, Failure> {
    let sender = message.senders.first().cloned().unwrap_or_default();
    let channel = message.channel();
    let contact = SessionContact {
        email: sender.email().map(|email| email.to_string()),
        name: sender.name.filter(|name| !name.trim().is_empty()),
        phone_number: None,
    };
    let new = NewSession { channel, contact };
    let look = |_| async { Ok(None) };
    let session = work.sure("session", look, work.opencx.open_session(&new)).await?;
    let of_session = SessionLink {
        thread: Some(thread.clone()),
        channel: Some(channel),
        ..SessionLink::default()
    };
    work.table().merge(&Key::session(work.org(), &session), &of_session).await?;
    Ok(session)
}

/// Keeps how an answer reaches the customer, before the AI can answer. Nothing is
/// written when nothing changed.
async fn remember(
    work: &Work<'_>,
    thread: &ThreadId,
    link: &ThreadLink,
    session: &SessionId,
    message: &Message,
) -> Result<(), Failure> {
    let learned = ThreadLink {
        session: Some(session.clone()),
        channel: Some(message.channel()),
        origin: link.origin.or(Some(Origin::HubSpot)),
        reply_path: ReplyPath::of(message).or_else(|| link.reply_path.clone()),
    };
    if learned != *link {
        work.table().merge(&Key::thread(work.org(), thread), &learned).await?;
    }
    Ok(())
}
