//! The thread of a session on a Custom Channel, which is linked to its session.

mod publish;
mod status;

use std::time::Duration;

use bridge_domain::ids::{ContactId, SessionId};
use bridge_domain::opencx::events::Channel;
use bridge_domain::opencx::session_message::Role;
use bridge_domain::rules::participants::Customer;
use bridge_domain::settings::ChannelAccount;
use bridge_engine::{EventContext, Failure};
use bridge_store::{ChannelThread, Key, Lock, SessionLink};

pub use publish::Said;
pub use status::close_thread;

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

impl ChannelSession<'_> {
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

    fn integration_thread(&self) -> String {
        let known = self.link.channel_thread.integration_thread.clone();
        known.unwrap_or_else(|| self.id.to_string())
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
