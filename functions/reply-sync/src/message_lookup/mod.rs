//! Finds out about a message, call by call, until it can be decided about.

mod customer;

use std::time::Duration;

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::events::MessagePosted;
use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::thread::Thread;
use bridge_domain::opencx::events::Channel;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::message_decision::{Decision, Known, KnownSession, Needed, decide};
use bridge_domain::rules::participants::Customer;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::unless_refused;
use bridge_store::{Key, Origin, SessionLink, ThreadLink};
use bridge_vendor_http::CallError;

/// Time for which a rep's reply waits for the handoff of its session.
const HANDOFF_WAIT: Duration = Duration::from_mins(10);

/// Time for which a message that HubSpot announced and does not know is asked for.
const ANNOUNCED_WAIT: Duration = Duration::from_mins(2);

/// The step that remembers that a rep's reply waits for its session.
const AWAITS_SESSION: &str = "awaits session";

/// A message, as far as it is known.
pub(crate) struct MessageLookup<'w> {
    pub(crate) context: &'w EventContext<'w>,
    pub(crate) posted: &'w MessagePosted,
    /// The link of its thread.
    pub(crate) link: ThreadLink,
    /// The link of its session.
    pub(crate) session: SessionLink,
    /// The session's customer.
    pub(crate) customer: Option<Customer>,
    /// The thread, once it was read.
    pub(crate) thread: Option<Thread>,
    message: Option<Message>,
    own_addresses: Option<Vec<EmailAddress>>,
    own_post: bool,
}

impl<'w> MessageLookup<'w> {
    /// Begins with what the table knows, which costs no call.
    pub(crate) async fn begin(
        context: &'w EventContext<'w>,
        posted: &'w MessagePosted,
    ) -> Result<Self, Failure> {
        let (table, message) = (context.table(), posted.message.as_str());
        let key = Key::thread(context.org(), &posted.thread);
        let link: ThreadLink = table.get(&key).await?.unwrap_or_default();
        let own_post =
            link.traffic.is_answer(message) || table.was_sent(context.org(), message).await?;
        let session: Option<SessionLink> = match &link.session {
            Some(session) => {
                context.about_session(session);
                context.table().get(&Key::session(context.org(), session)).await?
            }
            None => None,
        };
        let session = session.unwrap_or_default();
        let customer = session.customer.clone();
        let (thread, message, own_addresses) = (None, None, None);
        Ok(Self {
            context,
            posted,
            link,
            session,
            customer,
            thread,
            message,
            own_addresses,
            own_post,
        })
    }

    /// Asks for what the decision needs, until it needs no more or has to wait.
    pub(crate) async fn decided(&mut self) -> Result<Decision, Failure> {
        if self.link.session.is_none() && self.context.was_begun(AWAITS_SESSION) {
            return self.await_session().await;
        }
        loop {
            match decide(&self.known()) {
                Decision::Needs(Needed::Delay) => {
                    self.learn_email().await?;
                    return Ok(Decision::Needs(Needed::Delay));
                }
                Decision::Needs(Needed::Session) => return self.await_session().await,
                Decision::Needs(needed) => {
                    if let Some(reason) = self.find_out(needed).await? {
                        return Ok(Decision::Skip(reason));
                    }
                }
                decision => return Ok(decision),
            }
        }
    }

    fn known(&self) -> Known<'_> {
        let session = self.link.session.as_ref().map(|_| KnownSession {
            awaits_human: self.session.awaits_human.unwrap_or_default(),
            hubspot_delivers: self.link.origin == Some(Origin::HubSpot),
        });
        Known {
            settings: &self.context.settings,
            own_post: self.own_post,
            waited: self.posted.waited,
            channel: self.link.channel,
            session,
            customer: self.customer.as_ref(),
            message: self.message.as_ref(),
            thread: self.thread.as_ref(),
            own_addresses: self.own_addresses.as_deref(),
        }
    }

    /// Finds out what is needed; tells why the message is skipped if it is not there.
    async fn find_out(&mut self, needed: Needed) -> Result<Option<SkipReason>, Failure> {
        let (context, posted) = (self.context, self.posted);
        let hubspot = &context.hubspot;
        match needed {
            Needed::Message => {
                let found = hubspot.message(&posted.thread, &posted.message).await;
                let Some(message) = self.if_there(found)? else {
                    return Ok(Some(SkipReason::Gone));
                };
                self.message = Some(message);
            }
            Needed::Thread => {
                let found = hubspot.thread(&posted.thread).await;
                let Some(thread) = self.if_there(found)? else { return Ok(Some(SkipReason::Gone)) };
                self.thread = Some(thread);
            }
            Needed::Original => {
                let original = hubspot.original_content(&posted.thread, &posted.message).await;
                let original = unless_refused(context, "the whole text", original)?.flatten();
                self.message = self.message.take().map(|message| message.with_original(original));
            }
            Needed::Customer => self.ask_customer().await?,
            Needed::CustomerAddresses => self.complete_customer().await?,
            Needed::OwnAddresses => {
                let message = self.message.as_ref();
                let account = message.and_then(|message| message.channel_account_id.as_deref());
                let own = bridge_hubspot_directory::own_addresses(context, account).await?;
                self.own_addresses = Some(own);
            }
            Needed::Delay | Needed::Session => {}
        }
        Ok(None)
    }

    /// A message that was announced a moment ago may not be there yet; later it was deleted.
    fn if_there<T>(&self, found: Result<T, CallError>) -> Result<Option<T>, Failure> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if !error.is_status(404) => Err(error.into()),
            Err(error) if self.context.age() < ANNOUNCED_WAIT => {
                Err(Failure::Retry(error.to_string()))
            }
            Err(_) => Ok(None),
        }
    }

    /// A rep's reply waits for the handoff that links its thread to a session.
    async fn await_session(&self) -> Result<Decision, Failure> {
        if self.context.age() >= HANDOFF_WAIT {
            return Ok(Decision::Skip(SkipReason::NoSession));
        }
        self.context.memo(AWAITS_SESSION, true).await?;
        Err(Failure::Retry("the thread belongs to no session yet".to_owned()))
    }

    /// The moment at which the message arrived, whatever held it up since.
    pub(crate) fn arrived_at(&self) -> Timestamp {
        Timestamp::now().before(self.context.age())
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
