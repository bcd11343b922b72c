//! A thread of a Custom Channel that a rep closed ends its session.

use std::time::Duration;

use bridge_domain::ids::{SessionId, ThreadId};
use bridge_domain::outcome::SkipReason;
use bridge_engine::{EventContext, Failure, Handled, Recovery};
use bridge_store::{ChannelThread, Key, SessionLink, ThreadLink};

/// The time for which a close waits for the rep's last words, which HubSpot announces by themselves.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// The step that remembers that somebody else closed or opened the thread.
const NEWS: &str = "news";

/// Resolves the session of a thread that was closed, unless the bridge closed it itself.
pub(crate) async fn follow(
    context: &EventContext<'_>,
    thread: &ThreadId,
    closed: bool,
) -> Result<Handled, Failure> {
    let (table, org) = (context.table(), context.org());
    let link: ThreadLink = table.get(&Key::thread(org, thread)).await?.unwrap_or_default();
    let Some(session) = link.session else { return Ok(SkipReason::NoSession.into()) };
    context.about_session(&session);
    if link.custom_channel != Some(true) {
        return Ok(SkipReason::NoChannel.into());
    }
    let known: SessionLink = table.get(&Key::session(org, &session)).await?.unwrap_or_default();
    // A conversation that HubSpot did not let go on has another thread by now.
    if known.thread.as_ref().is_some_and(|present| present != thread) {
        return Ok(SkipReason::Outdated.into());
    }
    let is_known = known.channel_thread.thread_closed.unwrap_or_default() == closed;
    if is_known && !context.was_begun(NEWS) {
        return Ok(SkipReason::OwnChange.into());
    }
    if closed {
        let left = LAST_WORDS.saturating_sub(context.age());
        if !left.is_zero() {
            let error = "the rep's last words go first".to_owned();
            return Err(Failure::RetryAfter { delay: left, error });
        }
    }
    context.memo(NEWS, true).await?;
    remember(context, &session, closed).await?;
    if closed && !context.step("resolve", Recovery::Retry, context.opencx.resolve(&session)).await?
    {
        context.remark("OpenCX no longer has the session");
    }
    Ok(Handled::Applied)
}

/// Remembers the state first: the close that OpenCX tells of must not close the thread again.
async fn remember(
    context: &EventContext<'_>,
    session: &SessionId,
    closed: bool,
) -> Result<(), Failure> {
    let channel_thread = ChannelThread { thread_closed: Some(closed), ..ChannelThread::default() };
    let link = SessionLink { channel_thread, ..SessionLink::default() };
    Ok(context.table().merge(&Key::session(context.org(), session), &link).await?)
}
