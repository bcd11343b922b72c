//! The thread of a session on a Custom Channel, which its handoff begins with the transcript.

use std::time::Duration;

use bridge_domain::ids::ThreadId;
use bridge_domain::opencx::session_message::Role;
use bridge_domain::opencx::transcript::Entry;
use bridge_domain::rules::participants::Customer as Participant;
use bridge_domain::settings::ChannelAccount;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::{
    ChannelSession, Customer, Said, digest_of, is_help_desk_channel, keep_files, lock_thread_begin,
    unless_refused,
};
use bridge_store::{Key, SessionLink};

use crate::handoff_context::HandoffContext;
use crate::progress::stops;
use crate::thread::{self, BoundThread};

/// Most messages that are shown one by one; older ones are shown as one.
const MOST_SINGLE: usize = 50;

/// Most messages whose events are known again, the newest of the transcript.
const MOST_KNOWN_AGAIN: usize = 200;

/// Longest text of the older messages, in characters; the ticket has all of them.
const LONGEST_OLDER: usize = 15_000;

/// The time that a message may take; with less, the rest is left to the next invocation.
const ENOUGH_TIME: Duration = Duration::from_secs(1);

/// Begins the thread of a session whose channel is listed and that has none: `None` for others.
/// A part of the transcript makes a thread, too, even if the rest fails.
pub(crate) async fn begin(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    customer: Option<&Customer>,
) -> Result<Option<(BoundThread, Result<(), Failure>)>, Failure> {
    let account = context.settings.channels.account(handoff.channel);
    let Some((channel, account)) = handoff.channel.zip(account) else { return Ok(None) };
    if handoff.thread.is_some() {
        return Ok(None);
    }
    let id = &handoff.session;
    let lock = lock_thread_begin(context, id).await?;
    let key = Key::session(context.org(), id);
    let link: SessionLink = context.table().get(&key).await?.unwrap_or_default();
    let contact = customer.map(|customer| customer.contact.clone());
    let person = Participant::of_contact(&handoff.contact);
    let mut session = ChannelSession { id, channel, account, customer: person, contact, link };
    let shown = if session.link.thread.is_some() {
        // Its first message came meanwhile.
        Ok(())
    } else {
        replay(context, handoff, &mut session).await
    };
    context.table().unlock(&lock).await?;
    let Some(id) = session.link.thread else { return shown.map(|()| None) };
    Ok(Some((bound(context, account, id).await?, shown)))
}

/// The new thread. HubSpot itself opens a ticket for one in a Help Desk.
async fn bound(
    context: &EventContext<'_>,
    account: &ChannelAccount,
    id: ThreadId,
) -> Result<BoundThread, Failure> {
    let is_help_desk = match is_help_desk_channel(context, account).await {
        Err(failure) if stops(context, &failure) => return Err(failure),
        told => told.unwrap_or(false),
    };
    let read = if is_help_desk { thread::read(context, &id).await? } else { None };
    Ok(read.unwrap_or_else(|| BoundThread::unread(id)))
}

/// Publishes the transcript in its order, and keeps what it showed.
async fn replay(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    session: &mut ChannelSession<'_>,
) -> Result<(), Failure> {
    // Messages that came before this handoff was begun are only in OpenCX's history.
    let waiting = session.link.channel_thread.unshown_at.filter(|at| *at > handoff.at);
    let asked = match waiting {
        Some(_) => {
            let history = context.opencx.history(session.id).await;
            unless_refused(context, "the session's history", history)?
        }
        None => None,
    };
    let until = context.memo("shown until", waiting.unwrap_or(handoff.at)).await?;
    let entries = asked.as_ref().unwrap_or(&handoff.transcript);
    let shown = entries.iter().filter(|entry| entry.created_at.is_none_or(|at| at <= until));
    let entries: Vec<&Entry> = shown.filter(|entry| has_words(entry)).collect();
    let count = context.memo("messages", entries.len()).await?;
    let entries = &entries[..count.min(entries.len())];
    let (older, single) = entries.split_at(entries.len().saturating_sub(MOST_SINGLE));
    if !older.is_empty() {
        let text = older_text(older);
        let at = older.last().and_then(|entry| entry.created_at).unwrap_or(until);
        publish(context, session, Role::Customer, (&text, at, "transcript-older")).await?;
    }
    for (place, entry) in single.iter().enumerate() {
        if context.time_left() < ENOUGH_TIME {
            let error = "the transcript goes on in the next invocation".to_owned();
            return Err(Failure::RetryAfter { delay: Duration::ZERO, error });
        }
        let id = format!("transcript-{}", older.len() + place + 1);
        let files = &entry.attachments;
        let kept = keep_files(context, session.id, &id, files).await?;
        let (text, at) = (kept.text(&text_of(entry), files), entry.created_at.unwrap_or(until));
        let said =
            Said { role: role_of(entry), name: None, text: &text, at, id: &id, files: &kept.files };
        session.publish(context, &said).await?;
    }
    if entries.is_empty() {
        let text = handoff.summary.as_deref().unwrap_or("(no messages)");
        publish(context, session, Role::Customer, (text, until, "summary")).await?;
    }
    let mut shown = Vec::new();
    for entry in entries.iter().rev().take(MOST_KNOWN_AGAIN) {
        shown.push(digest_of(context, role_of(entry), &text_of(entry)).await?);
    }
    session.link.channel_thread.shown = Some(shown);
    session.link.channel_thread.shown_until = Some(until);
    session.keep(context).await
}

async fn publish(
    context: &EventContext<'_>,
    session: &mut ChannelSession<'_>,
    role: Role,
    (text, at, id): (&str, Timestamp, &str),
) -> Result<(), Failure> {
    session.publish(context, &Said { role, name: None, text, at, id, files: &[] }).await
}

/// A sender that is not known is shown on the inbox's side.
fn role_of(entry: &Entry) -> Role {
    Role::of_sender(&entry.sender).unwrap_or(Role::Agent)
}

fn has_words(entry: &Entry) -> bool {
    !text_of(entry).is_empty() || !entry.attachments.is_empty()
}

fn text_of(entry: &Entry) -> String {
    entry.text.as_deref().unwrap_or_default().trim().to_owned()
}

/// The older messages as one text, of which the end is kept.
fn older_text(entries: &[&Entry]) -> String {
    let lines: Vec<String> = entries.iter().map(|entry| entry.to_text()).collect();
    let text = lines.join("\n");
    let too_many = text.chars().count().saturating_sub(LONGEST_OLDER);
    let kept: String = text.chars().skip(too_many).collect();
    let cut = if too_many > 0 { "…" } else { "" };
    format!("Earlier in this conversation:\n{cut}{kept}")
}
