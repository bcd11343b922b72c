//! What is found out about a message, call by call, until it can be judged.

use bridge_domain::hubspot::events::MessagePosted;
use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::thread::Ownership;
use bridge_domain::ids::SessionId;
use bridge_domain::opencx::events::Channel;
use bridge_domain::rules::message_decision::{Decision, Known, KnownSession, Needed, decide};
use bridge_engine::{EventContext, Failure};
use bridge_store::{Key, Origin, SessionLink, ThreadLink};

/// A message, as far as it is known.
pub(crate) struct MessageLookup<'w> {
    pub(crate) context: &'w EventContext<'w>,
    pub(crate) posted: &'w MessagePosted,
    /// What belongs to its thread.
    pub(crate) link: ThreadLink,
    /// What belongs to its session.
    pub(crate) session: SessionLink,
    /// The message, once it was fetched.
    pub(crate) message: Option<Message>,
    own_post: bool,
    ownership: Option<Ownership>,
}

/// The end of an inquiry.
pub(crate) struct Decided<'w> {
    pub(crate) lookup: MessageLookup<'w>,
    pub(crate) verdict: Decision,
}

impl<'w> MessageLookup<'w> {
    /// Begins with what the table knows, which costs no call.
    pub(crate) async fn begin(
        context: &'w EventContext<'w>,
        posted: &'w MessagePosted,
    ) -> Result<Self, Failure> {
        let own_post = context.table().was_sent(context.org(), posted.message.as_str()).await?;
        let key = Key::thread(context.org(), &posted.thread);
        let link: ThreadLink = context.table().get(&key).await?.unwrap_or_default();
        let session = match &link.session {
            Some(session) => {
                context.about_session(session);
                context
                    .table()
                    .get(&Key::session(context.org(), session))
                    .await?
                    .unwrap_or_default()
            }
            None => SessionLink::default(),
        };
        Ok(Self { context, posted, link, session, message: None, own_post, ownership: None })
    }

    /// Asks HubSpot for what the judgement needs, until it needs no more or has to wait.
    pub(crate) async fn decided(mut self) -> Result<Decided<'w>, Failure> {
        loop {
            match self.verdict() {
                Decision::Needs(Needed::Delay) => {
                    self.learn_email().await?;
                    let verdict = Decision::Needs(Needed::Delay);
                    return Ok(Decided { lookup: self, verdict });
                }
                Decision::Needs(missing) => self.find_out(missing).await?,
                verdict => return Ok(Decided { lookup: self, verdict }),
            }
        }
    }

    fn verdict(&self) -> Decision {
        let session = self.link.session.as_ref().map(|_| KnownSession {
            awaits_human: self.session.awaits_human.unwrap_or_default(),
            hubspot_delivers: self.link.origin == Some(Origin::HubSpot),
        });
        let known = Known {
            own_post: self.own_post,
            waited: self.posted.waited,
            channel: self.link.channel,
            session,
        };
        decide(self.message.as_ref(), self.ownership.as_ref(), &self.context.settings, known)
    }

    async fn find_out(&mut self, missing: Needed) -> Result<(), Failure> {
        let (hubspot, posted) = (&self.context.hubspot, self.posted);
        match missing {
            Needed::Message => {
                self.message = Some(hubspot.message(&posted.thread, &posted.message).await?);
            }
            Needed::Ownership => {
                self.ownership = Some(hubspot.thread(&posted.thread).await?.into());
            }
            Needed::Original => {
                let original = hubspot.original_content(&posted.thread, &posted.message).await?;
                self.message = self.message.take().map(|message| message.with_original(original));
            }
            Needed::Delay => {}
        }
        Ok(())
    }

    /// The session of a message that is passed on: it knows its thread, and lives on with
    /// it. Nothing is written when nothing changed.
    pub(crate) async fn remember_session(
        &self,
        session: &SessionId,
        message: &Message,
    ) -> Result<(), Failure> {
        let key = Key::session(self.context.org(), session);
        if self.session.thread.is_some() {
            return Ok(self.context.table().renew(&key, self.session.ttl).await?);
        }
        let learned = SessionLink {
            thread: Some(self.posted.thread.clone()),
            channel: self.session.channel.or_else(|| Some(message.channel())),
            ..SessionLink::default()
        };
        Ok(self.context.table().merge(&key, &learned).await?)
    }

    /// From now on the thread is known to be email, and its messages wait unfetched.
    async fn learn_email(&self) -> Result<(), Failure> {
        if self.link.channel == Some(Channel::Email) {
            return Ok(());
        }
        let learned = ThreadLink { channel: Some(Channel::Email), ..ThreadLink::default() };
        let key = Key::thread(self.context.org(), &self.posted.thread);
        Ok(self.context.table().merge(&key, &learned).await?)
    }
}
