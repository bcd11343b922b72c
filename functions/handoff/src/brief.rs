//! Everything that is known of a handoff: the event, and what OpenCX adds to it.

use bridge_domain::custom_data::CustomData;
use bridge_domain::handoff::reason_in_words;
use bridge_domain::ids::{SessionId, ThreadId};
use bridge_domain::opencx_event::{Channel, Contact, HandoffToHuman, Sentiment};
use bridge_domain::transcript::{Entry, minute, moment};
use bridge_opencx::Session;
use bridge_runtime::{Failure, Work};
use bridge_store::SessionLink;

/// A handoff, its gaps filled.
#[derive(Debug)]
pub(crate) struct Brief {
    pub(crate) session: SessionId,
    pub(crate) thread: Option<ThreadId>,
    /// Whether the event told us of the thread, rather than the table.
    pub(crate) thread_is_new: bool,
    /// What is known of the session from before.
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
    pub(crate) custom_data: CustomData,
    pub(crate) transcript: Vec<Entry>,
    pub(crate) session_url: String,
    /// When it happened, to the minute; empty if the event does not say.
    pub(crate) when: String,
}

impl Brief {
    /// Takes the event, and asks OpenCX for what is missing.
    pub(crate) async fn gather(
        work: &Work<'_>,
        event: &HandoffToHuman,
        link: SessionLink,
    ) -> Result<Self, Failure> {
        let id = &event.conversation_id;
        let asked = if is_sparse(event) { work.opencx.session(id).await? } else { None };
        let transcript = match &event.transcript {
            Some(transcript) => transcript.clone(),
            None => work.opencx.history(id).await?,
        };
        Ok(Self::merge(work, event, link, asked, transcript))
    }

    fn merge(
        work: &Work<'_>,
        event: &HandoffToHuman,
        link: SessionLink,
        asked: Option<Session>,
        transcript: Vec<Entry>,
    ) -> Self {
        let asked_channel = asked.as_ref().and_then(Session::channel);
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
            custom_data,
            transcript,
            session_url: filled(event.session_url.clone())
                .unwrap_or_else(|| work.settings.session_url(&event.conversation_id)),
            when: event.timestamp.as_ref().and_then(moment).map(minute).unwrap_or_default(),
            link,
        }
    }

    /// Who it is, as a person would say it.
    pub(crate) fn who(&self) -> String {
        let name = self.contact.name.clone();
        let email = self.contact.email.as_ref().map(ToString::to_string);
        name.or(email)
            .or_else(|| self.contact.phone.clone())
            .unwrap_or_else(|| "a visitor".to_owned())
    }

    /// The channel, as a person calls it.
    pub(crate) fn channel_title(&self) -> &'static str {
        self.channel.map_or("Support", Channel::title)
    }
}

/// Whether the event leaves out what a rep needs.
fn is_sparse(event: &HandoffToHuman) -> bool {
    let summary = filled(event.summary.clone());
    let lacks_context = summary.is_none() || event.contact.is_none() || event.channel.is_none();
    lacks_context || event.language.is_none() || event.sentiment.is_none()
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
