//! The beginning of a conversation's thread: at its first message, or at its handoff.

use bridge_domain::outcome::SkipReason;
use bridge_domain::settings::Mirror;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_hubspot_directory::{lock_thread_begin, wait_for_handoff};
use bridge_store::{ChannelThread, Key, SessionLink};

use crate::message::{Message, link};

/// Publishes the first message of a thread, where it is not the handoff that begins it.
pub(crate) async fn begin(
    context: &EventContext<'_>,
    message: &Message<'_>,
    known: SessionLink,
) -> Result<Handled, Failure> {
    if context.settings.channels.mirror == Mirror::Handoff {
        let Some(handoff) = &known.handoff else { return before_handoff(context, message).await };
        let why = "the handoff of the session begins its thread";
        wait_for_handoff(context, handoff, why).await?;
    }
    let session = &message.event.conversation_id;
    let lock = lock_thread_begin(context, session).await?;
    let done = match link(context, session).await {
        Ok(link) => message.publish(context, link).await,
        Err(failure) => Err(failure),
    };
    context.table().unlock(&lock).await?;
    done
}

/// Leaves the message to the transcript of a handoff, which is read anew if it is older than this.
async fn before_handoff(
    context: &EventContext<'_>,
    message: &Message<'_>,
) -> Result<Handled, Failure> {
    let session = &message.event.conversation_id;
    let channel_thread =
        ChannelThread { unshown_at: Some(message.said_at), ..ChannelThread::default() };
    let unshown = SessionLink { channel_thread, ..SessionLink::default() };
    context.table().merge(&Key::session(context.org(), session), &unshown).await?;
    // A handoff that began meanwhile may not have seen this.
    if link(context, session).await?.handoff.is_some() {
        return Err(Failure::Retry("the session is being handed off".to_owned()));
    }
    Ok(SkipReason::BeforeHandoff.into())
}
