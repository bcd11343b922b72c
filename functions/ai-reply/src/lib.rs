//! The function `ai-reply`: the AI's answer goes into the HubSpot thread, as HTML
//! and signed; in Assist Mode as a draft that only reps see.

mod answering;
mod post;
mod reply_path;

use bridge_domain::opencx::events::AiResponse;
use bridge_domain::outcome::SkipReason;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::text::markdown_to_html;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, opencx_events,
};
use bridge_store::Key;

use crate::answering::{Answering, answering, blocked_reason};

/// See the crate.
pub struct AiReply;

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
        let mut answering = match answering(context, event).await? {
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
        post::publish(&mut answering, answer).await
    }
}

async fn renew(answering: &Answering<'_>) -> Result<(), Failure> {
    let (table, org) = (answering.context.table(), answering.context.org());
    table.renew(&Key::session(org, &answering.session_id), answering.session.ttl).await?;
    table.renew(&Key::thread(org, &answering.thread_id), answering.thread.ttl).await?;
    Ok(())
}
