//! Messages of a session that are published into its thread.

use bridge_domain::hubspot::channel_event::next_thread;
use bridge_domain::hubspot::message::Direction;
use bridge_domain::hubspot::party::DeliveryIdentifier;
use bridge_domain::ids::{ContactId, SessionId, ThreadId};
use bridge_domain::opencx::events::Channel;
use bridge_domain::opencx::session_message::Role;
use bridge_domain::phone;
use bridge_domain::text::markdown_to_html;
use bridge_domain::text::split::pieces;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::{ChannelMessage, ChannelParty, FileId, Published};
use bridge_store::{Key, Origin, ThreadLink, now_ms};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

use super::ChannelSession;

/// Longest message, in characters: HubSpot documents no bound, and 65,536 bytes is that of notes.
const LONGEST_PIECE: usize = 20_000;

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
