//! The function `ai-reply`: the AI's answer goes into the HubSpot thread, as HTML
//! and signed; in Assist Mode as a draft that only reps see.

mod reply_path;

use bridge_domain::ids::ThreadId;
use bridge_domain::opencx_event::{AiResponse, Channel};
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::render;
use bridge_domain::signature::signature_for;
use bridge_domain::thread::silence;
use bridge_hubspot::{NewMessage, Posted, Recipient};
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};
use bridge_store::{Key, ReplyPath, SessionLink, ThreadLink};

/// See the crate.
pub struct AiReply;

impl Consumer for AiReply {
    const NAME: &'static str = "ai-reply";
    type Event = AiResponse;

    fn read(body: &str) -> Result<Vec<Result<Incoming<AiResponse>, Refused>>, Refused> {
        opencx_events(body, "conversation.ai_response")
    }

    async fn act(work: &Work<'_>, event: &AiResponse) -> Result<Ended, Failure> {
        let session = &event.conversation_id;
        work.about_session(session);
        let answer = event.message.as_deref().unwrap_or_default();
        if answer.trim().is_empty() {
            return Ok(SkipReason::EmptyMessage.into());
        }
        let key = Key::session(work.org(), session);
        let link: SessionLink = work.table().get(&key).await?.unwrap_or_default();
        let Some(thread_id) = &link.thread else { return Ok(SkipReason::NoThread.into()) };
        work.about_thread(thread_id);
        // A human may have taken the thread since the customer wrote.
        let thread = work.hubspot.thread(thread_id).await?;
        let handed_off = link.awaits_human.unwrap_or_default();
        if let Some(reason) = silence(&thread, handed_off, link.channel, &work.settings) {
            return Ok(reason.into());
        }
        if work.settings.assist_mode.covers(link.channel) {
            return draft(work, thread_id, answer).await;
        }
        publish(work, thread_id, link.channel, answer).await
    }
}

/// The answer as an internal comment; a person decides whether it is sent.
async fn draft(work: &Work<'_>, thread: &ThreadId, answer: &str) -> Result<Ended, Failure> {
    let text = format!("Draft by the AI, not sent:\n\n{}", answer.trim());
    let html =
        format!("<p><em>Draft by the AI, not sent:</em></p>{}", render::markdown_to_html(answer));
    let look = |since| {
        let text = &text;
        async move {
            let found = work.hubspot.find_comment(thread, text, since).await?;
            Ok(found.map(|id| Posted { id }))
        }
    };
    let post = work.hubspot.post_comment(thread, &text, &html);
    let posted = work.once_or_seen("draft", look, post).await?;
    work.table().mark_sent(work.org(), posted.id.as_str()).await?;
    Ok(Ended::Applied)
}

/// The answer as a public message from the AI's user.
async fn publish(
    work: &Work<'_>,
    thread_id: &ThreadId,
    channel: Option<Channel>,
    answer: &str,
) -> Result<Ended, Failure> {
    let key = Key::thread(work.org(), thread_id);
    let link: ThreadLink = work.table().get(&key).await?.unwrap_or_default();
    let path = reply_path::find(work, thread_id, link.reply_path).await?;
    let is_email = channel.or(link.channel) == Some(Channel::Email);
    let signature = path.inbox_address.as_ref().filter(|_| is_email);
    let signature = signature.and_then(|sender| signature_for(&work.settings.signatures, sender));
    let message = message(work, &path, render::answer(answer, signature), is_email)?;
    let look = |since| work.hubspot.find_message(thread_id, &message, since);
    let post = work.hubspot.post_message(thread_id, &message);
    let posted = work.once_or_seen("message", look, post).await?;
    work.table().mark_sent(work.org(), posted.id.as_str()).await?;
    Ok(Ended::Applied)
}

fn message(
    work: &Work<'_>,
    path: &ReplyPath,
    answer: render::Answer,
    is_email: bool,
) -> Result<NewMessage, Failure> {
    if path.to.is_none() && path.actor_id.is_none() {
        let error = "the customer's last message names neither their address nor their id";
        return Err(Failure::park(ParkReason::Refused, error));
    }
    let recipient = Recipient {
        actor_id: path.actor_id.clone(),
        name: path.name.clone(),
        recipient_field: is_email.then_some("TO"),
        delivery_identifiers: path.to.iter().cloned().collect(),
    };
    Ok(NewMessage {
        text: answer.text,
        rich_text: answer.html,
        recipients: vec![recipient],
        sender_actor_id: work.settings.hubspot.ai_user_id.actor(),
        channel_id: path.channel_id.clone(),
        channel_account_id: path.channel_account_id.clone(),
        subject: path.subject.clone().filter(|_| is_email),
    })
}
