//! The thread of a session on a Custom Channel: messages are published into it, and it is linked
//! to its session.

use std::time::Duration;

use bridge_domain::hubspot::channel_event::next_thread;
use bridge_domain::hubspot::message::Direction;
use bridge_domain::hubspot::party::DeliveryIdentifier;
use bridge_domain::ids::{ContactId, SessionId, ThreadId};
use bridge_domain::opencx::events::Channel;
use bridge_domain::opencx::session_message::Role;
use bridge_domain::phone;
use bridge_domain::rules::participants::Customer;
use bridge_domain::settings::ChannelAccount;
use bridge_domain::text::markdown_to_html;
use bridge_domain::text::split::pieces;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{ChannelMessage, ChannelParty, FileId, Published, ThreadStatus};
use bridge_store::{ChannelThread, Key, Lock, Origin, SessionLink, ThreadLink, now_ms};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

/// Longest message, in characters: HubSpot documents no bound, and 65,536 bytes is that of notes.
const LONGEST_PIECE: usize = 20_000;

/// The time for which one event alone may begin a thread: as long as an invocation can.
const LEASE: Duration = Duration::from_mins(1);

/// Takes the lock under which the thread of a session is begun: by its handoff, or by its first
/// message.
pub async fn lock_thread_begin(
    context: &EventContext<'_>,
    session: &SessionId,
) -> Result<Lock, Failure> {
    context.lock(&format!("channel-thread:{session}"), LEASE).await
}

/// Something that was said, as it is to be shown.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The role of the speaker.
    pub role: Role,
    /// The speaker's name.
    pub name: Option<String>,
    /// The text: the AI's in Markdown.
    pub text: &'a str,
    /// When.
    pub at: Timestamp,
    /// The id within the session, by which HubSpot knows a repeat.
    pub id: &'a str,
    /// Files that HubSpot has.
    pub files: &'a [FileId],
}

/// A session on a Custom Channel.
#[derive(Clone, Debug)]
pub struct ChannelSession<'a> {
    /// The session.
    pub id: &'a SessionId,
    /// Its channel.
    pub channel: Channel,
    /// HubSpot's account for the channel.
    pub account: &'a ChannelAccount,
    /// The customer, as far as they are known.
    pub customer: Customer,
    /// Their HubSpot contact, if it is known.
    pub contact: Option<ContactId>,
    /// The link of the session.
    pub link: SessionLink,
}

/// A message that was published, and the thread id under which it was taken.
#[derive(Debug, Serialize, Deserialize)]
struct Taken {
    #[serde(flatten)]
    published: Published,
    under: String,
}

impl ChannelSession<'_> {
    /// Publishes something that was said. A repeat shows nothing twice. The thread is linked to
    /// the session at once, the session to the thread by [`Self::keep`].
    pub async fn publish(
        &mut self,
        context: &EventContext<'_>,
        said: &Said<'_>,
    ) -> Result<(), Failure> {
        context.take_claim().await?;
        let whole = said.text.trim();
        let parts: Vec<&str> = pieces(whole, LONGEST_PIECE, |_| 1).collect();
        let parts = if parts.is_empty() { vec![""] } else { parts };
        for (at, text) in parts.iter().enumerate() {
            let id = if at == 0 { said.id.to_owned() } else { format!("{}/{}", said.id, at + 1) };
            let files = if at + 1 == parts.len() { said.files } else { &[] };
            self.publish_part(context, &Said { text, id: &id, files, ..said.clone() }).await?;
        }
        Ok(())
    }

    async fn publish_part(
        &mut self,
        context: &EventContext<'_>,
        said: &Said<'_>,
    ) -> Result<(), Failure> {
        let under = self.integration_thread();
        let send = async {
            match self.send(context, said, &under).await {
                // A thread that does not go on: the conversation goes on in another one.
                Err(error) if self.link.thread.is_some() && is_no_thread(&error) => {
                    self.send(context, said, &next_thread(&under)).await
                }
                answer => answer,
            }
        };
        let Taken { published, under } =
            context.step(&format!("publish {}", said.id), Recovery::Retry, send).await?;
        if let Some(id) = published.id.filter(|_| said.role != Role::Customer) {
            context.table().mark_sent(context.org(), id.as_str()).await?;
        }
        let thread = match (published.thread, &self.link.thread, &self.contact) {
            (Some(thread), ..) => Some(thread),
            // A repeat that was answered with a conflict.
            (None, None, Some(contact)) => self.look_up_thread(context, contact).await?,
            (None, ..) => None,
        };
        self.link.channel_thread.integration_thread = Some(under);
        if let Some(thread) = thread {
            self.link_thread(context, thread).await?;
        }
        Ok(())
    }

    async fn send(
        &self,
        context: &EventContext<'_>,
        said: &Said<'_>,
        under: &str,
    ) -> Result<Taken, CallError> {
        let shown = (said.role == Role::Ai).then(|| markdown_to_html::answer(said.text, None));
        let customer = self.customer_party();
        let inbox = ChannelParty::opaque("opencx", said.name.clone().or_else(|| title(said.role)));
        let (direction, sender, recipient) = match said.role {
            Role::Customer => (Direction::Incoming, customer, ChannelParty { name: None, ..inbox }),
            Role::Ai | Role::Agent => (Direction::Outgoing, inbox, customer),
        };
        let message = ChannelMessage {
            account: &self.account.account_id,
            direction,
            sender,
            recipient,
            text: shown.as_ref().map_or(said.text, |shown| &shown.text),
            rich_text: shown.as_ref().map(|shown| shown.html.as_str()),
            said_at: said.at,
            session: &SessionId::new(under),
            message_id: said.id,
            contact: self.contact.as_ref(),
            files: said.files,
        };
        let published = context.hubspot.publish(&self.account.channel_id, &message).await?;
        Ok(Taken { published, under: under.to_owned() })
    }

    /// The customer by an address that HubSpot can check, else by their session.
    fn customer_party(&self) -> ChannelParty {
        let phone = self.customer.phone().and_then(phone::e164);
        let phone = phone.map(DeliveryIdentifier::phone);
        let email = self.customer.email().map(|email| DeliveryIdentifier::email(&email));
        let address = match self.channel {
            Channel::WhatsApp | Channel::Sms => phone.or(email),
            _ => email.or(phone),
        };
        let name = self.customer.name.clone();
        match address {
            Some(delivery_identifier) => ChannelParty { delivery_identifier, name },
            None => ChannelParty::opaque(self.id.as_str(), name),
        }
    }

    fn integration_thread(&self) -> String {
        let known = self.link.channel_thread.integration_thread.clone();
        known.unwrap_or_else(|| self.id.to_string())
    }

    async fn look_up_thread(
        &self,
        context: &EventContext<'_>,
        contact: &ContactId,
    ) -> Result<Option<ThreadId>, Failure> {
        let age = u64::try_from(context.age().as_millis()).unwrap_or_default();
        let since = now_ms().saturating_sub(age);
        let account = &self.account.account_id;
        Ok(context.hubspot.find_channel_thread(contact, account, since).await?)
    }

    /// Links the thread to the session, so that a rep's reply finds it.
    async fn link_thread(
        &mut self,
        context: &EventContext<'_>,
        thread: ThreadId,
    ) -> Result<(), Failure> {
        context.about_thread(&thread);
        if self.link.thread.as_ref() == Some(&thread) {
            return Ok(());
        }
        let of_thread = ThreadLink {
            session: Some(self.id.clone()),
            channel: Some(self.channel),
            origin: Some(Origin::OpenCx),
            custom_channel: Some(true),
            ..ThreadLink::default()
        };
        context.table().merge(&Key::thread(context.org(), &thread), &of_thread).await?;
        self.link.thread = Some(thread);
        Ok(())
    }

    /// Keeps what was learned of the session: from now on its messages go into the thread.
    pub async fn keep(&mut self, context: &EventContext<'_>) -> Result<(), Failure> {
        let (table, org) = (context.table(), context.org());
        let (customer, listed) = (&self.customer, self.link.listed.as_deref());
        let listed = table.list_session(org, self.id, customer, listed).await?;
        let link = SessionLink {
            thread: self.link.thread.clone(),
            channel: Some(self.channel),
            customer: Some(self.customer.clone()),
            listed,
            channel_thread: ChannelThread {
                integration_thread: Some(self.integration_thread()),
                channel_contact: self.contact.clone(),
                unshown_at: None,
                thread_closed: None,
                ..self.link.channel_thread.clone()
            },
            ..SessionLink::default()
        };
        Ok(table.merge(&Key::session(org, self.id), &link).await?)
    }

    /// Opens the thread that was closed, since its customer writes again. HubSpot may have done
    /// so itself, or have opened another thread.
    pub async fn reopen(
        &self,
        context: &EventContext<'_>,
        closed: Option<&ThreadId>,
    ) -> Result<(), Failure> {
        if let Some(thread) = closed.filter(|closed| self.link.thread.as_ref() == Some(closed)) {
            let open = set_status(context, thread, ThreadStatus::Open);
            if !context.step("reopen thread", Recovery::Retry, open).await? {
                context.remark("HubSpot does not open the thread again");
            }
        }
        let channel_thread =
            ChannelThread { thread_closed: Some(false), ..ChannelThread::default() };
        let (closed, resolved) = (Some(false), Some(false));
        let link = SessionLink { channel_thread, closed, resolved, ..SessionLink::default() };
        Ok(context.table().merge(&Key::session(context.org(), self.id), &link).await?)
    }
}

fn title(role: Role) -> Option<String> {
    match role {
        Role::Customer => None,
        Role::Ai => Some("AI".to_owned()),
        Role::Agent => Some("Agent in OpenCX".to_owned()),
    }
}

/// Returns whether HubSpot may have refused a message because of its thread.
fn is_no_thread(error: &CallError) -> bool {
    error.is_invalid() || error.is_status(404) || error.is_status(410)
}

/// Closes the thread of a session that is over. Returns whether HubSpot took it.
pub async fn close_thread(
    context: &EventContext<'_>,
    session: &SessionId,
    thread: &ThreadId,
) -> Result<bool, Failure> {
    // Before the change itself, whose echo may be faster than we are.
    let channel_thread = ChannelThread { thread_closed: Some(true), ..ChannelThread::default() };
    let link = SessionLink { channel_thread, ..SessionLink::default() };
    context.table().merge(&Key::session(context.org(), session), &link).await?;
    let close = set_status(context, thread, ThreadStatus::Closed);
    context.step("close thread", Recovery::Retry, close).await
}

/// Sets the status of a thread, and returns whether HubSpot takes it.
async fn set_status(
    context: &EventContext<'_>,
    thread: &ThreadId,
    status: ThreadStatus,
) -> Result<bool, CallError> {
    match context.hubspot.set_thread_status(thread, status).await {
        Ok(()) => Ok(true),
        Err(error) if error.is_refused() => Ok(false),
        Err(error) => Err(error),
    }
}

/// A digest by which something that was said is known again.
pub async fn digest_of(
    context: &EventContext<'_>,
    role: Role,
    text: &str,
) -> Result<String, Failure> {
    let said = format!("{role:?}:{}", text.trim());
    let mut digest = context.table().digest(context.org(), &said).await?;
    digest.truncate(12);
    Ok(digest)
}
