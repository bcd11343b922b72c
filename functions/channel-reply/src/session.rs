//! The session of a rep's message.

use bridge_domain::hubspot::channel_event::ChannelReply;
use bridge_domain::ids::SessionId;
use bridge_engine::EventContext;
use bridge_store::{Key, SessionLink, StoreError, ThreadLink};

/// The table's knowledge of a rep's message.
pub(crate) struct Known {
    /// True if the bridge published the message itself.
    pub(crate) is_own: bool,
    /// The session of the thread, as the table knows it, else as the webhook says.
    pub(crate) session: Option<(SessionId, SessionLink)>,
}

impl Known {
    /// Reads all at once.
    pub(crate) async fn of(
        context: &EventContext<'_>,
        reply: &ChannelReply,
    ) -> Result<Self, StoreError> {
        let own = context.table().was_sent(context.org(), reply.message_id.as_str());
        let of_thread = session_of_thread(context, reply);
        let told = link_of(context, reply.session.as_ref());
        let (is_own, of_thread, told) = tokio::try_join!(own, of_thread, told)?;
        let session = match of_thread {
            Some(session) if reply.session.as_ref() != Some(&session) => {
                let link = link_of(context, Some(&session)).await?;
                Some((session, link))
            }
            _ => reply.session.clone().map(|session| (session, told)),
        };
        Ok(Self { is_own, session })
    }
}

async fn session_of_thread(
    context: &EventContext<'_>,
    reply: &ChannelReply,
) -> Result<Option<SessionId>, StoreError> {
    let Some(thread) = &reply.thread else { return Ok(None) };
    let link: Option<ThreadLink> = context.table().get(&Key::thread(context.org(), thread)).await?;
    Ok(link.and_then(|link| link.session))
}

async fn link_of(
    context: &EventContext<'_>,
    session: Option<&SessionId>,
) -> Result<SessionLink, StoreError> {
    let Some(session) = session else { return Ok(SessionLink::default()) };
    let key = Key::session(context.org(), session);
    Ok(context.table().get(&key).await?.unwrap_or_default())
}
