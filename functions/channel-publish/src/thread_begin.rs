//! The beginning of a conversation's thread: at its first message, or at its handoff.

use std::time::Duration;

use bridge_domain::outcome::SkipReason;
use bridge_domain::settings::Mirror;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_hubspot_directory::lock_thread_begin;
use bridge_store::{ChannelThread, Key, PendingHandoff, SessionLink, now_ms};

use crate::message::{Message, link};

/// The time for which the handoff that begins the thread is waited for. All its tries take twelve
/// minutes.
const LONGEST_HANDOFF: Duration = Duration::from_mins(15);

/// Publishes the first message of a thread, where it is not the handoff that begins it.
pub(crate) async fn begin(
    context: &EventContext<'_>,
    message: &Message<'_>,
    known: SessionLink,
) -> Result<Handled, Failure> {
    if context.settings.channels.mirror == Mirror::Handoff {
        let Some(handoff) = &known.handoff else { return before_handoff(context, message).await };
        wait_for(context, handoff).await?;
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

async fn wait_for(context: &EventContext<'_>, handoff: &PendingHandoff) -> Result<(), Failure> {
    let is_old = u128::from(now_ms().saturating_sub(handoff.at)) > LONGEST_HANDOFF.as_millis();
    let function = bridge_domain::registry::HANDOFF.name;
    let is_over =
        is_old || context.table().is_settled(function, context.org(), &handoff.event_id).await?;
    if is_over {
        return Ok(());
    }
    Err(Failure::Retry("the handoff of the session begins its thread".to_owned()))
}
