//! The function `ai-reply`: the AI's answer goes into the HubSpot thread, as HTML
//! and signed; in Assist Mode as a draft that only reps see.

mod reply_path;

use bridge_domain::ids::ThreadId;
use bridge_domain::opencx_event::{AiResponse, Channel};
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::ownership::OwnerNote;
use bridge_domain::render;
use bridge_domain::thread::{Ownership, silence};
use bridge_hubspot::{NewMessage, Posted, Recipient};
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work, opencx_events};
use bridge_store::{Key, ReplyPath, SessionLink, ThreadLink, now_ms};

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
        let thread_key = Key::thread(work.org(), thread_id);
        let thread: ThreadLink = work.table().get(&thread_key).await?.unwrap_or_default();
        let channel = link.channel.or(thread.channel);
        // A human may have taken the thread since the customer wrote.
        let ownership = ownership(work, thread_id, &thread, &link).await?;
        let handed_off = link.awaits_human.unwrap_or_default();
        if let Some(reason) = silence(&ownership, handed_off, channel, &work.settings) {
            return Ok(reason.into());
        }
        work.table().renew(&key, link.ttl).await?;
        work.table().renew(&thread_key, thread.ttl).await?;
        if work.settings.assist_mode.covers(channel) {
            return draft(work, thread_id, answer).await;
        }
        publish(work, thread_id, thread.reply_path, channel, answer).await
    }
}

/// Who owns the thread: as webhooks told, where that can be believed, else as HubSpot
/// says.
async fn ownership(
    work: &Work<'_>,
    thread_id: &ThreadId,
    thread: &ThreadLink,
    session: &SessionLink,
) -> Result<Ownership, Failure> {
    let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let ai = &work.settings.hubspot.ai_user_id;
    let told = |note: &OwnerNote| note.believed(now, session.awaits_human.is_some(), ai);
    match thread.owner.as_ref().and_then(told) {
        Some(told) => Ok(told),
        None => Ok(work.hubspot.thread(thread_id).await?.into()),
    }
}

/// The answer as an internal comment; a person decides whether it is sent.
async fn draft(work: &Work<'_>, thread: &ThreadId, answer: &str) -> Result<Ended, Failure> {
    let draft = render::draft(answer);
    let text = &draft.text;
    let look = |since| async move {
        let found = work.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(|id| Posted { id }))
    };
    let post = work.hubspot.post_comment(thread, text, &draft.html);
    let posted = work.sure("draft", look, post).await?;
    work.table().mark_sent(work.org(), posted.id.as_str()).await?;
    Ok(Ended::Applied)
}

/// The answer as a public message from the AI's user.
///
/// Its id is known only once it is posted, so its echo may arrive before it is marked,
/// or the mark may fail: then the journal has the id and a later try marks it, and
/// until then the echo is known by its author ([`bridge_domain::judge`]).
async fn publish(
    work: &Work<'_>,
    thread_id: &ThreadId,
    kept: Option<ReplyPath>,
    channel: Option<Channel>,
    answer: &str,
) -> Result<Ended, Failure> {
    let path = reply_path::find(work, thread_id, kept).await?;
    let is_email = channel == Some(Channel::Email);
    let signature = if is_email {
        let account = Some(path.channel_account_id.as_str());
        bridge_portal::signature(work, path.inbox_address.as_ref(), account).await?
    } else {
        None
    };
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
