//! Ends a conversation of two programs: the AI stops, and a human gets the thread.

use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::thread::Owner;
use bridge_domain::rules::loop_breaker::{LoopSign, Stop, Traffic};
use bridge_engine::Failure;
use bridge_store::Key;

use crate::hand_to_rep::hand_over;
use crate::message_lookup::MessageLookup;

/// Returns whether the AI must not hear this message any more. Assist Mode only drafts, so
/// nothing can go round there.
pub(crate) async fn stops(lookup: &MessageLookup<'_>, message: &Message) -> Result<bool, Failure> {
    let context = lookup.context;
    if context.settings.assist_mode.covers(Some(message.channel())) {
        return Ok(false);
    }
    let key = Key::traffic(context.org(), &lookup.posted.thread);
    let mut traffic: Traffic = context.table().get(&key).await?.unwrap_or_default();
    let now = lookup.arrived_at();
    let ai = &context.settings.hubspot.ai_user_id;
    let owner = lookup.thread.as_ref().map_or(Owner::Nobody, |thread| thread.owner(ai));
    if traffic.is_stopped(&owner, now) {
        return Ok(true);
    }
    if let Some(stop) = &mut traffic.stop {
        stop.active = false;
    }
    let text = message.words();
    let text = if text.is_empty() { message.subject().unwrap_or_default() } else { &text };
    let max = context.settings.max_ai_replies;
    let sign = traffic.hear(&context.identity(), text, now, max);
    if let Some(sign) = sign {
        let assigned = hand_over(lookup, why(sign)).await?;
        traffic.stop = Some(Stop { at: now, active: true, assigned });
    }
    // The answers are counted where they are given.
    context.table().merge(&key, &Traffic { answers: None, ..traffic }).await?;
    Ok(sign.is_some())
}

fn why(sign: LoopSign) -> &'static str {
    match sign {
        LoopSign::TooManyAnswers => {
            "The AI stopped answering in this conversation: it has answered unusually often within ten minutes, as if it were talking to a program."
        }
        LoopSign::SameText => {
            "The AI stopped answering in this conversation: the same message came again and again, as from a program."
        }
    }
}
