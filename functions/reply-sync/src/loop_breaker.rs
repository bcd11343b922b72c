//! Ends a conversation of two programs: the AI stops, and a human gets the thread.

use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::thread::Owner;
use bridge_domain::rules::loop_breaker::{LoopSign, Stop, Traffic};
use bridge_engine::Failure;
use bridge_store::{Key, ThreadLink};

use crate::hand_to_rep::hand_over;
use crate::message_lookup::MessageLookup;

/// Counts a message; returns the traffic of the thread with it, or nothing if the AI must not
/// hear it any more. Assist Mode only drafts, so nothing can go round there.
pub(crate) async fn count(
    lookup: &MessageLookup<'_>,
    message: &Message,
) -> Result<Option<Traffic>, Failure> {
    let context = lookup.context;
    if context.settings.assist_mode.covers(Some(message.channel())) {
        return Ok(Some(Traffic::default()));
    }
    let mut traffic = lookup.link.traffic.clone();
    let now = lookup.arrived_at();
    let ai = &context.settings.hubspot.ai_user_id;
    let owner = lookup.thread.as_ref().map_or(Owner::Nobody, |thread| thread.owner(ai));
    if traffic.is_stopped(&owner, now) {
        return Ok(None);
    }
    if let Some(stop) = &mut traffic.stop {
        stop.active = false;
    }
    let text = message.words();
    let text = if text.is_empty() { message.subject().unwrap_or_default() } else { &text };
    let max = context.settings.max_ai_replies;
    let sign = traffic.hear(&context.identity(), text, now, max);
    // The answers are counted where they are given.
    traffic.answers = None;
    let Some(sign) = sign else { return Ok(Some(traffic)) };
    let assigned = hand_over(lookup, why(sign)).await?;
    traffic.stop = Some(Stop { at: now, active: true, assigned });
    let key = Key::thread(context.org(), &lookup.posted.thread);
    context.table().merge(&key, &ThreadLink { traffic, ..ThreadLink::default() }).await?;
    Ok(None)
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
