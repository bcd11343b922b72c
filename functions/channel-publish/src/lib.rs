//! The function `channel-publish`: what is said in a session on a Custom Channel becomes a message
//! of its thread in HubSpot's inbox.

mod message;
mod thread_begin;

use bridge_domain::opencx::events::Channel;
use bridge_domain::opencx::session_message::{Role, SessionMessage};
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::settings::ChannelAccount;
use bridge_domain::time::Timestamp;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, opencx_events,
};
use bridge_hubspot_directory::unless_refused;
use bridge_store::SessionLink;

use crate::message::{Message, link};

/// The consumer of what is said in sessions.
pub struct ChannelPublish;

impl Consumer for ChannelPublish {
    const FUNCTION: &'static FunctionEntry = &registry::CHANNEL_PUBLISH;
    const TYPICAL_CALLS: u32 = 1;
    type Event = SessionMessage;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<SessionMessage>, DecodeError>>, DecodeError> {
        let mut events = opencx_events(body, Self::FUNCTION.opencx_events)?;
        for event in events.iter_mut().flatten() {
            let role = Role::of_event(&event.event);
            event.data =
                event.data.take().map(|data: SessionMessage| SessionMessage { role, ..data });
        }
        Ok(events)
    }

    async fn handle(
        context: &EventContext<'_>,
        event: &SessionMessage,
    ) -> Result<Handled, Failure> {
        let session = &event.conversation_id;
        context.about_session(session);
        if event.text.trim().is_empty() && event.attachments.is_empty() {
            return Ok(SkipReason::EmptyMessage.into());
        }
        let link = link(context, session).await?;
        let Some((channel, account)) = account(context, event, &link).await? else {
            return Ok(SkipReason::NoChannel.into());
        };
        let message = Message { event, channel, account, said_at: said_at(context, event) };
        if let Some(reason) = message.none_of_ours(context, &link).await? {
            return Ok(reason.into());
        }
        if link.channel_thread.integration_thread.is_none() {
            return thread_begin::begin(context, &message, link).await;
        }
        message.publish(context, link).await
    }
}

/// The moment at which it was said, or at which it arrived.
fn said_at(context: &EventContext<'_>, event: &SessionMessage) -> Timestamp {
    event.timestamp.unwrap_or_else(|| Timestamp::now().before(context.age()))
}

/// Returns the channel and its account, if the channel is listed. OpenCX is asked for a channel
/// that nobody told.
async fn account<'w>(
    context: &'w EventContext<'_>,
    event: &SessionMessage,
    link: &SessionLink,
) -> Result<Option<(Channel, &'w ChannelAccount)>, Failure> {
    let mut channel = event.channel.or(link.channel);
    if channel.is_none() {
        let asked = context.opencx.session(&event.conversation_id).await;
        let asked = unless_refused(context, "the session", asked)?.flatten();
        channel = asked.as_ref().and_then(|asked| asked.channel);
    }
    Ok(channel.zip(context.settings.channels.account(channel)))
}
