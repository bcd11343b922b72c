//! Something that was said in a session, and its publication.

use bridge_domain::ids::SessionId;
use bridge_domain::opencx::contact::Contact;
use bridge_domain::opencx::events::Channel;
use bridge_domain::opencx::session_message::{Role, SessionMessage};
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::participants::Customer;
use bridge_domain::settings::ChannelAccount;
use bridge_domain::ticket::identity::proves_phone;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_hubspot_directory::{
    ChannelSession, ContactQuery, Said, digest_of, keep_files, known_contact,
};
use bridge_store::{Key, SessionLink};

/// Something that was said on a listed channel.
pub(crate) struct Message<'a> {
    pub(crate) event: &'a SessionMessage,
    pub(crate) channel: Channel,
    pub(crate) account: &'a ChannelAccount,
    pub(crate) said_at: Timestamp,
}

impl Message<'_> {
    /// Tells why it is not for HubSpot: the conversation is a thread there already, the AI only
    /// drafted it, or a rep wrote it there.
    pub(crate) async fn none_of_ours(
        &self,
        context: &EventContext<'_>,
        link: &SessionLink,
    ) -> Result<Option<SkipReason>, Failure> {
        let (table, org, event) = (context.table(), context.org(), self.event);
        if link.thread.is_some() && link.channel_thread.integration_thread.is_none() {
            return Ok(Some(SkipReason::NoChannel));
        }
        match event.role {
            Role::Ai if context.settings.assist_mode.covers(Some(self.channel)) => {
                Ok(Some(SkipReason::AssistMode))
            }
            Role::Agent => {
                let session = &event.conversation_id;
                let by_id = match &event.message_id {
                    Some(id) => table.was_sent(org, &format!("{session}:{id}")).await?,
                    None => false,
                };
                let is_echo =
                    by_id || table.is_echo(org, session, &event.text, self.said_at).await?;
                Ok(is_echo.then_some(SkipReason::OwnMessage))
            }
            Role::Ai | Role::Customer => Ok(None),
        }
    }

    /// Publishes it, unless the transcript of the handoff showed it.
    pub(crate) async fn publish(
        &self,
        context: &EventContext<'_>,
        link: SessionLink,
    ) -> Result<Handled, Failure> {
        let event = self.event;
        if self.is_in_transcript(context, &link).await? {
            return Ok(SkipReason::InTranscript.into());
        }
        let known = link.clone();
        let mut session = self.session(context, link).await?;
        let identity = context.identity();
        let attachments = &event.attachments;
        let kept =
            keep_files(context, &event.conversation_id, "of the message", attachments).await?;
        let said = Said {
            role: event.role,
            name: event.agent.clone().filter(|_| event.role == Role::Agent),
            text: &kept.text(&event.text, attachments),
            at: self.said_at,
            id: event.message_id.as_deref().unwrap_or(&identity),
            files: &kept.files,
        };
        session.publish(context, &said).await?;
        let is_new = session.contact != known.channel_thread.channel_contact
            || session.customer != known.customer.clone().unwrap_or_default();
        if is_new || session.link != known {
            session.keep(context).await?;
        } else {
            context
                .table()
                .renew(&Key::session(context.org(), &event.conversation_id), known.ttl)
                .await?;
        }
        if event.role == Role::Customer && known.channel_thread.thread_closed == Some(true) {
            session.reopen(context, known.thread.as_ref()).await?;
        }
        Ok(Handled::Applied)
    }

    async fn is_in_transcript(
        &self,
        context: &EventContext<'_>,
        link: &SessionLink,
    ) -> Result<bool, Failure> {
        let thread = &link.channel_thread;
        let (Some(until), Some(shown)) = (thread.shown_until, &thread.shown) else {
            return Ok(false);
        };
        if self.said_at > until {
            return Ok(false);
        }
        let digest = digest_of(context, self.event.role, &self.event.text).await?;
        Ok(shown.contains(&digest))
    }

    /// The session with its customer, whose contact is known from the table or not at all.
    async fn session<'s>(
        &'s self,
        context: &EventContext<'_>,
        link: SessionLink,
    ) -> Result<ChannelSession<'s>, Failure> {
        let id = &self.event.conversation_id;
        let told = self.event.contact.clone().unwrap_or_default();
        let mut customer = link.customer.clone().unwrap_or_default();
        for address in Customer::of_contact(&told).addresses {
            customer.add_address(address);
        }
        customer.name = customer.name.or_else(|| told.name.clone());
        let mut contact = link.channel_thread.channel_contact.clone();
        if contact.is_none() {
            let (email, phone) = (customer.email(), customer.phone().map(str::to_owned));
            let own = Contact { email, phone, ..Contact::default() };
            let phone_first = proves_phone(Some(self.channel));
            let person = &told.or(own);
            let query = ContactQuery { contact: person, session: id, visitor: None, phone_first };
            contact = known_contact(context, &query).await?.map(|known| known.contact);
        }
        Ok(ChannelSession {
            id,
            channel: self.channel,
            account: self.account,
            customer,
            contact,
            link,
        })
    }
}

/// The link of a session.
pub(crate) async fn link(
    context: &EventContext<'_>,
    session: &SessionId,
) -> Result<SessionLink, Failure> {
    let key = Key::session(context.org(), session);
    Ok(context.table().get(&key).await?.unwrap_or_default())
}
