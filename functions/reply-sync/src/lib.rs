//! The function `reply-sync`: a message in a HubSpot thread goes to the AI if the customer
//! wrote it, to the session if a rep wrote it to the customer, and nowhere otherwise.

mod forward_to_ai;
mod hand_to_rep;
mod loop_breaker;
mod message_lookup;
mod rep_reply;
mod session;

use bridge_domain::hubspot::events::MessagePosted;
use bridge_domain::json;
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::rules::message_decision::Decision;
use bridge_engine::{Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled};
use bridge_store::{Outgoing, Queue};

use crate::message_lookup::MessageLookup;

/// See the crate.
pub struct ReplySync;

impl Consumer for ReplySync {
    const FUNCTION: &'static FunctionEntry = &registry::REPLY_SYNC;
    type Event = MessagePosted;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<MessagePosted>, DecodeError>>, DecodeError> {
        let posted: MessagePosted = json::from_text(body)?;
        let (org, event, trace) = (posted.org.clone(), posted.event.clone(), posted.trace.clone());
        Ok(DecodedEvent::alone(org, event, posted.event_id(), trace, posted))
    }

    async fn handle(
        context: &EventContext<'_>,
        posted: &MessagePosted,
    ) -> Result<Handled, Failure> {
        context.about_thread(&posted.thread);
        let mut lookup = MessageLookup::begin(context, posted).await?;
        if lookup.link.custom_channel == Some(true) {
            return Ok(SkipReason::ChannelMessage.into());
        }
        match lookup.decided().await? {
            Decision::Skip(reason) => Ok(reason.into()),
            Decision::ForwardToAi(for_ai) => forward_to_ai::send(&mut lookup, &for_ai).await,
            Decision::RepReply(message) => rep_reply::send(&mut lookup, &message).await,
            Decision::HandToRep(message) => hand_to_rep::not_the_customer(&lookup, &message).await,
            // Nothing else is left to be waited for.
            Decision::Needs(_) => Ok(pass_on(posted)),
        }
    }
}

/// Email waits, so that drafting and signatures finish first: the queue itself has the delay.
fn pass_on(posted: &MessagePosted) -> Handled {
    let waited = MessagePosted { waited: true, ..posted.clone() };
    let body = serde_json::to_string(&waited).unwrap_or_default();
    let message = Outgoing::new(&posted.org, posted.thread.as_str(), &posted.event_id(), body);
    Handled::PassOn(Queue::EmailMessages, message)
}
