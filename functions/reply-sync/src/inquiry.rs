//! What is found out about a message, call by call, until it can be judged.

use bridge_domain::hubspot_event::MessagePosted;
use bridge_domain::ids::SessionId;
use bridge_domain::judge::{Known, KnownSession, Missing, Verdict, judge};
use bridge_domain::message::Message;
use bridge_domain::opencx_event::Channel;
use bridge_domain::thread::Ownership;
use bridge_runtime::{Failure, Work};
use bridge_store::{Key, Origin, SessionLink, ThreadLink, now_ms};

/// A message, as far as it is known.
pub(crate) struct Inquiry<'w> {
    pub(crate) work: &'w Work<'w>,
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
pub(crate) struct Judged<'w> {
    pub(crate) inquiry: Inquiry<'w>,
    pub(crate) verdict: Verdict,
}

impl<'w> Inquiry<'w> {
    /// Begins with what the table knows, which costs no call.
    pub(crate) async fn begin(
        work: &'w Work<'w>,
        posted: &'w MessagePosted,
    ) -> Result<Self, Failure> {
        let own_post = work.table().was_sent(work.org(), posted.message.as_str()).await?;
        let key = Key::thread(work.org(), &posted.thread);
        let link: ThreadLink = work.table().get(&key).await?.unwrap_or_default();
        let session = match &link.session {
            Some(session) => {
                work.about_session(session);
                work.table().get(&Key::session(work.org(), session)).await?.unwrap_or_default()
            }
            None => SessionLink::default(),
        };
        let mut begun =
            Self { work, posted, link, session, message: None, own_post, ownership: None };
        begun.ownership = begun.told_ownership();
        Ok(begun)
    }

    /// The owner that webhooks told of, if that can be believed.
    fn told_ownership(&self) -> Option<Ownership> {
        let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
        let was_handed_off = self.session.awaits_human.is_some();
        let ai = &self.work.settings.hubspot.ai_user_id;
        self.link.owner.as_ref()?.believed(now, was_handed_off, ai)
    }

    /// Asks HubSpot for what the judgement needs, until it needs no more or has to wait.
    pub(crate) async fn judged(mut self) -> Result<Judged<'w>, Failure> {
        loop {
            match self.verdict() {
                Verdict::Needs(Missing::Pause) => {
                    self.learn_email().await?;
                    let verdict = Verdict::Needs(Missing::Pause);
                    return Ok(Judged { inquiry: self, verdict });
                }
                Verdict::Needs(missing) => self.find_out(missing).await?,
                verdict => return Ok(Judged { inquiry: self, verdict }),
            }
        }
    }

    fn verdict(&self) -> Verdict {
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
        judge(self.message.as_ref(), self.ownership.as_ref(), &self.work.settings, known)
    }

    async fn find_out(&mut self, missing: Missing) -> Result<(), Failure> {
        let (hubspot, posted) = (&self.work.hubspot, self.posted);
        match missing {
            Missing::Message => {
                self.message = Some(hubspot.message(&posted.thread, &posted.message).await?);
            }
            Missing::Ownership => {
                self.ownership = Some(hubspot.thread(&posted.thread).await?.into());
            }
            Missing::Original => {
                let original = hubspot.original_content(&posted.thread, &posted.message).await?;
                self.message = self.message.take().map(|message| message.with_original(original));
            }
            Missing::Pause => {}
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
        let key = Key::session(self.work.org(), session);
        if self.session.thread.is_some() {
            return Ok(self.work.table().renew(&key, self.session.ttl).await?);
        }
        let learned = SessionLink {
            thread: Some(self.posted.thread.clone()),
            channel: self.session.channel.or_else(|| Some(message.channel())),
            ..SessionLink::default()
        };
        Ok(self.work.table().merge(&key, &learned).await?)
    }

    /// From now on the thread is known to be email, and its messages wait unfetched.
    async fn learn_email(&self) -> Result<(), Failure> {
        if self.link.channel == Some(Channel::Email) {
            return Ok(());
        }
        let learned = ThreadLink { channel: Some(Channel::Email), ..ThreadLink::default() };
        let key = Key::thread(self.work.org(), &self.posted.thread);
        Ok(self.work.table().merge(&key, &learned).await?)
    }
}
