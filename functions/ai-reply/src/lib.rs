//! The function `ai-reply`: the AI's answer goes into the HubSpot thread, as HTML
//! and signed; in Assist Mode as a draft that only reps see.

mod reply_path;

use bridge_domain::hubspot::thread::ai_blocked_reason;
use bridge_domain::ids::ThreadId;
use bridge_domain::opencx::events::{AiResponse, Channel};
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::registry::{self, FunctionEntry};
use bridge_domain::text::markdown_to_html;
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Recovery, opencx_events,
};
use bridge_hubspot::{NewMessage, Posted, Recipient};
use bridge_store::{Key, ReplyPath, SessionLink, ThreadLink};

/// See the crate.
pub struct AiReply;

impl Consumer for AiReply {
    const FUNCTION: &'static FunctionEntry = &registry::AI_REPLY;
    type Event = AiResponse;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<AiResponse>, DecodeError>>, DecodeError> {
        opencx_events(body, "conversation.ai_response")
    }

    async fn handle(context: &EventContext<'_>, event: &AiResponse) -> Result<Handled, Failure> {
        let session = &event.conversation_id;
        context.about_session(session);
        let answer = event.message.as_deref().unwrap_or_default();
        if answer.trim().is_empty() {
            return Ok(SkipReason::EmptyMessage.into());
        }
        let key = Key::session(context.org(), session);
        let link: SessionLink = context.table().get(&key).await?.unwrap_or_default();
        let Some(thread_id) = &link.thread else { return Ok(SkipReason::NoThread.into()) };
        context.about_thread(thread_id);
        let thread_key = Key::thread(context.org(), thread_id);
        let thread: ThreadLink = context.table().get(&thread_key).await?.unwrap_or_default();
        let channel = link.channel.or(thread.channel);
        // A human may have taken the thread since the customer wrote.
        let ownership = context.hubspot.thread(thread_id).await?.into();
        let handed_off = link.awaits_human.unwrap_or_default();
        if let Some(reason) = ai_blocked_reason(&ownership, handed_off, channel, &context.settings)
        {
            return Ok(reason.into());
        }
        context.table().renew(&key, link.ttl).await?;
        context.table().renew(&thread_key, thread.ttl).await?;
        if context.settings.assist_mode.covers(channel) {
            return draft(context, thread_id, answer).await;
        }
        publish(context, thread_id, thread.reply_path, channel, answer).await
    }
}

/// The answer as an internal comment; a person decides whether it is sent.
async fn draft(
    context: &EventContext<'_>,
    thread: &ThreadId,
    answer: &str,
) -> Result<Handled, Failure> {
    let draft = markdown_to_html::draft(answer);
    let text = &draft.text;
    let look = |since| async move {
        let found = context.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Posted { id }))
    };
    let post = context.hubspot.post_comment(thread, text, &draft.html);
    let posted = context.step("draft", Recovery::look_up(look), post).await?;
    context.table().mark_sent(context.org(), posted.id.as_str()).await?;
    Ok(Handled::Applied)
}

/// The answer as a public message from the AI's user.
///
/// Its id is known only once it is posted, so its echo may arrive before it is marked,
/// or the mark may fail: then the journal has the id and a later try marks it, and
/// until then the echo is known by its author ([`bridge_domain::judge`]).
async fn publish(
    context: &EventContext<'_>,
    thread_id: &ThreadId,
    kept: Option<ReplyPath>,
    channel: Option<Channel>,
    answer: &str,
) -> Result<Handled, Failure> {
    let path = reply_path::find(context, thread_id, kept).await?;
    let is_email = channel == Some(Channel::Email);
    let signature = if is_email {
        let account = Some(path.channel_account_id.as_str());
        bridge_hubspot_directory::signature(context, path.inbox_address.as_ref(), account).await?
    } else {
        None
    };
    let message = message(context, &path, markdown_to_html::answer(answer, signature), is_email)?;
    let look = |since| context.hubspot.find_message(thread_id, &message, since);
    let post = context.hubspot.post_message(thread_id, &message);
    let posted = context.step("message", Recovery::look_up_after_redrive(look), post).await?;
    context.table().mark_sent(context.org(), posted.id.as_str()).await?;
    Ok(Handled::Applied)
}

fn message(
    context: &EventContext<'_>,
    path: &ReplyPath,
    answer: markdown_to_html::Answer,
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
        sender_actor_id: context.settings.hubspot.ai_user_id.actor(),
        channel_id: path.channel_id.clone(),
        channel_account_id: path.channel_account_id.clone(),
        subject: path.subject.clone().filter(|_| is_email),
    })
}
