//! Everything that is known of a handoff: the event, and what OpenCX adds to it.

use bridge_domain::ids::{ContactId, SessionId, ThreadId};
use bridge_domain::opencx::custom_data::CustomData;
use bridge_domain::opencx::events::{Channel, Contact, HandoffToHuman, Sentiment};
use bridge_domain::opencx::transcript::Entry;
use bridge_domain::ticket::content::Conversation;
use bridge_domain::ticket::handoff_comment::reason_in_words;
use bridge_domain::ticket::identity::{Identity, proves_phone};
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::{ContactQuery, Customer};
use bridge_opencx::Session;
use bridge_store::SessionLink;

use crate::enrich::{Asked, ask, filled, visitor};

/// A handoff, its gaps filled.
#[derive(Debug)]
pub(crate) struct HandoffContext {
    pub(crate) session: SessionId,
    pub(crate) thread: Option<ThreadId>,
    /// True if the event told of the thread, rather than the table.
    pub(crate) thread_is_new: bool,
    /// State of the session from before.
    pub(crate) link: SessionLink,
    pub(crate) channel: Option<Channel>,
    /// As OpenCX names it, for routing.
    pub(crate) raw_reason: Option<String>,
    /// In a person's words.
    pub(crate) reason: String,
    pub(crate) summary: Option<String>,
    pub(crate) sentiment: Option<Sentiment>,
    pub(crate) language: Option<String>,
    pub(crate) contact: Contact,
    /// The contact that the thread is with, if nothing else tells who it is.
    pub(crate) visitor: Option<ContactId>,
    pub(crate) custom_data: CustomData,
    pub(crate) transcript: Vec<Entry>,
    pub(crate) session_url: String,
    /// Moment of the handoff, to the minute; empty if the event does not say.
    pub(crate) when: String,
    /// Moment of the handoff, or the latest that it can have been.
    pub(crate) at: Timestamp,
    /// The keys of custom data that are too much for a ticket.
    pub(crate) left_out_keys: Vec<String>,
}

/// The moment of a handoff: as the event says, else when it arrived.
pub(crate) fn moment_of(context: &EventContext<'_>, event: &HandoffToHuman) -> Timestamp {
    event.timestamp.unwrap_or_else(|| Timestamp::now().before(context.age()))
}

impl HandoffContext {
    /// Takes the event, and asks OpenCX for what is missing.
    pub(crate) async fn gather(
        context: &EventContext<'_>,
        event: &HandoffToHuman,
        link: SessionLink,
    ) -> Result<Self, Failure> {
        let Asked { session, transcript } = ask(context, event).await?;
        let mut handoff = Self::merge(context, event, link, session, transcript);
        if handoff.thread.is_some() && handoff.contact.is_anonymous() {
            handoff.visitor = visitor(&handoff.link);
        }
        Ok(handoff)
    }

    fn merge(
        context: &EventContext<'_>,
        event: &HandoffToHuman,
        link: SessionLink,
        asked: Option<Session>,
        transcript: Vec<Entry>,
    ) -> Self {
        let asked_channel = asked.as_ref().and_then(|asked| asked.channel);
        let (contact, language, custom_data, handoff, system) =
            asked.map_or_else(Default::default, |asked| {
                (
                    asked.contact,
                    asked.language,
                    asked.custom_data,
                    asked.handoff,
                    asked.ticketing_system,
                )
            });
        let system = event.ticketing_system.clone().or(system);
        let named = system.and_then(|system| system.hubspot_thread());
        let custom_data =
            CustomData(custom_data.0.into_iter().chain(event.custom_data.0.clone()).collect());
        let (custom_data, left_out_keys) = custom_data.bounded();
        Self {
            session: event.conversation_id.clone(),
            thread_is_new: link.thread.is_none() && named.is_some(),
            thread: link.thread.clone().or(named),
            channel: event.channel.or(link.channel).or(asked_channel),
            raw_reason: event.reason.clone(),
            reason: reason_in_words(event.reason.as_deref()),
            summary: filled(event.summary.clone())
                .or_else(|| filled(handoff.as_ref()?.summary.clone())),
            sentiment: event.sentiment.or_else(|| handoff.as_ref()?.sentiment),
            language: filled(event.language.clone()).or_else(|| filled(language)),
            contact: event.contact.clone().unwrap_or_default().or(contact.unwrap_or_default()),
            visitor: None,
            custom_data,
            left_out_keys,
            transcript,
            session_url: filled(event.session_url.clone())
                .unwrap_or_else(|| context.settings.session_url(&event.conversation_id)),
            at: moment_of(context, event),
            when: event.timestamp.map(Timestamp::to_minute).unwrap_or_default(),
            link,
        }
    }

    /// The customer to look for in HubSpot.
    pub(crate) fn customer(&self) -> ContactQuery<'_> {
        let Self { contact, session, visitor, .. } = self;
        let phone_first = proves_phone(self.channel);
        ContactQuery { contact, session, visitor: visitor.as_ref(), phone_first }
    }

    /// The certainty that the customer is the person of the contact that was found.
    pub(crate) fn identity(&self, customer: Option<&Customer>) -> Identity {
        Identity::of(self.channel, &self.contact, customer.map(|customer| customer.found_by))
    }

    /// Returns whether reps are to be told that the identity is not verified: somebody who
    /// gave no address claims to be nobody.
    pub(crate) fn is_unverified(&self, customer: Option<&Customer>) -> bool {
        let claims = !self.contact.is_anonymous() || self.visitor.is_some();
        claims && self.identity(customer) == Identity::Unproven
    }

    /// The fields that nobody could tell, in words for the ticket.
    pub(crate) fn unknown(&self) -> Vec<&'static str> {
        let Contact { name, email, phone, .. } = &self.contact;
        [
            ("customer", name.is_none() && email.is_none() && phone.is_none()),
            ("channel", self.channel.is_none()),
            ("sentiment", self.sentiment.is_none()),
            ("language", self.language.is_none()),
        ]
        .into_iter()
        .filter_map(|(what, is_unknown)| is_unknown.then_some(what))
        .collect()
    }

    /// The conversation as it goes into the ticket.
    pub(crate) fn conversation<'a>(&'a self, unknown: &'a [&'a str]) -> Conversation<'a> {
        let summary = self.summary.as_deref();
        Conversation { summary, unknown, is_unverified: false, transcript: &self.transcript }
    }

    /// The customer, as a person would name them.
    pub(crate) fn who(&self) -> String {
        let name = self.contact.name.clone();
        let email = self.contact.email.as_ref().map(ToString::to_string);
        name.or(email)
            .or_else(|| self.contact.phone.clone())
            .unwrap_or_else(|| "a visitor".to_owned())
    }

    /// The channel, as a person calls it.
    pub(crate) fn channel_title(&self) -> &str {
        self.channel.as_ref().map_or("Support", Channel::title)
    }
}
