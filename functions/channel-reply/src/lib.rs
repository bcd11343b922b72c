//! The function `channel-reply`: a rep's message in a thread of a Custom Channel is said in its
//! session, and the rep sees whether that went well. News of the channels' accounts are kept.

mod accounts;
mod reply;
mod report;
mod session;

use bridge_domain::hubspot::channel_event::ChannelEvent;
use bridge_domain::outcome::ParkReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_engine::{Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled};

/// The consumer of what HubSpot tells of Custom Channels.
pub struct ChannelReply;

impl Consumer for ChannelReply {
    const FUNCTION: &'static FunctionEntry = &registry::CHANNEL_REPLY;
    const TYPICAL_CALLS: u32 = 1;
    type Event = ChannelEvent;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<ChannelEvent>, DecodeError>>, DecodeError> {
        let event = ChannelEvent::from_text(body)?;
        let (org, name) = (event.org().clone(), event.name().to_owned());
        let trace = event.trace().map(str::to_owned);
        Ok(DecodedEvent::alone(org, name, event.event_id(), trace, event))
    }

    async fn handle(context: &EventContext<'_>, event: &ChannelEvent) -> Result<Handled, Failure> {
        match event {
            ChannelEvent::Reply(reply) => reply::deliver(context, reply).await,
            ChannelEvent::Account(change) => accounts::keep(context, change).await,
        }
    }

    async fn parked(context: &EventContext<'_>, event: &ChannelEvent, reason: ParkReason) {
        if let ChannelEvent::Reply(reply) = event {
            report::report_parked(context, reply, reason).await;
        }
    }
}
