//! Events of a Custom Channel in HubSpot: a rep's message, or news of an account
//! (docs/vendors/hubspot-channels.md#channel-webhooks).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::hubspot::events::Ignored;
use crate::ids::{MessageId, OrgId, SessionId, ThreadId};
use crate::json::{self, Fields, Notes, Unreadable, value};
use crate::settings::Settings;
use crate::time::Timestamp;

/// An event of a Custom Channel, as it travels on `channel-replies.fifo`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChannelEvent {
    /// A rep wrote to the customer.
    Reply(Box<ChannelReply>),
    /// An account was connected, changed or removed.
    Account(AccountChange),
}

/// A rep's message to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelReply {
    /// Organisation whose portal it is.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// The channel.
    pub channel: String,
    /// HubSpot's thread.
    #[serde(default)]
    pub thread: Option<ThreadId>,
    /// The session, as the id under which its messages were published says.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// Which message.
    pub message_id: MessageId,
    /// The message as it came; only its id if it is too large for a queue.
    pub message: Value,
    /// The id that this story's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

/// The state of an account changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// Organisation whose portal it is.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// HubSpot's id of the account; missing in some events.
    #[serde(default)]
    pub account: Option<String>,
    /// HubSpot's id of the channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// The state.
    pub state: AccountState,
    /// The moment that HubSpot tells, which tells this change from another one.
    #[serde(default)]
    pub at: String,
    /// The id that this story's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

/// State of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Messages pass.
    Connected,
    /// Somebody took the permission away: no message passes.
    Unauthorized,
    /// It was removed from HubSpot.
    Purged,
}

/// The session of an `integrationThreadId`: a conversation that HubSpot does not let go on has
/// further ones, behind a number sign.
pub fn session_of_thread(integration_thread: &str) -> SessionId {
    let session = integration_thread.split_once('#').map_or(integration_thread, |(id, _)| id);
    SessionId::new(session)
}

/// The next `integrationThreadId` of the same session.
pub fn next_thread(integration_thread: &str) -> String {
    let (session, number) = integration_thread.split_once('#').unwrap_or((integration_thread, "1"));
    let number: u64 = number.parse().unwrap_or(1);
    format!("{session}#{}", number + 1)
}

impl ChannelEvent {
    /// Reads the body of a queue message.
    pub fn from_text(body: &str) -> Result<Self, Unreadable> {
        json::from_text(body)
    }

    /// Organisation whose portal it is.
    pub fn org(&self) -> &OrgId {
        match self {
            Self::Reply(reply) => &reply.org,
            Self::Account(change) => &change.org,
        }
    }

    /// HubSpot's name of the event.
    pub fn name(&self) -> &str {
        match self {
            Self::Reply(reply) => &reply.event,
            Self::Account(change) => &change.event,
        }
    }

    /// The conversation or account, whose events keep their order.
    pub fn subject(&self) -> &str {
        match self {
            Self::Reply(reply) => {
                let thread = reply.thread.as_ref().map(ThreadId::as_str);
                reply.session.as_ref().map(SessionId::as_str).or(thread).unwrap_or("none")
            }
            Self::Account(change) => change.account.as_deref().unwrap_or("accounts"),
        }
    }

    /// The same for every delivery of the event.
    pub fn event_id(&self) -> String {
        match self {
            Self::Reply(reply) => reply.message_id.to_string(),
            Self::Account(change) => {
                let account = change.account.as_deref().unwrap_or("account");
                format!("{account}-{:?}-{}", change.state, change.at)
            }
        }
    }

    /// The moment at which it happened, as far as HubSpot says.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Self::Reply(reply) => Timestamp::parse(&reply.message["createdAt"]),
            Self::Account(change) => Timestamp::parse_text(&change.at),
        }
    }

    /// The id that the delivery's log lines share.
    pub fn trace(&self) -> Option<&str> {
        match self {
            Self::Reply(reply) => reply.trace.as_deref(),
            Self::Account(change) => change.trace.as_deref(),
        }
    }

    /// The same event without the words of its message, which are then asked for.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        if let Self::Reply(reply) = &mut self {
            reply.message = json!({ "id": reply.message_id, "truncationStatus": "TRUNCATED" });
        }
        self
    }
}

/// Sorts one event of a delivery.
pub fn sort(event: &Value, settings: &Settings, trace: &str) -> Result<ChannelEvent, Ignored> {
    let notes = Notes::default();
    let fields = Fields::of("", event, &notes);
    let portal = fields.read(&["portalId"], "not a number", value::whole);
    if portal.is_some_and(|portal| portal != settings.hubspot.portal_id) {
        return Err(Ignored::OtherPortal);
    }
    let name = fields.text(&["type", "eventType", "subscriptionType"]);
    let name = name.ok_or(Ignored::Lacks("type"))?.trim().to_uppercase();
    if settings.channels.is_empty() {
        return Err(Ignored::NotActedUpon);
    }
    if name == "OUTGOING_CHANNEL_MESSAGE_CREATED" {
        return reply(&fields, settings, name, trace);
    }
    let authorized = fields.flag(&["authorized"]);
    let state = match name.as_str() {
        "CHANNEL_ACCOUNT_PURGED" => AccountState::Purged,
        "CHANNEL_ACCOUNT_CREATED" | "CHANNEL_ACCOUNT_UPDATED" if authorized == Some(false) => {
            AccountState::Unauthorized
        }
        "CHANNEL_ACCOUNT_CREATED" | "CHANNEL_ACCOUNT_UPDATED" => AccountState::Connected,
        _ => return Err(Ignored::NotActedUpon),
    };
    Ok(ChannelEvent::Account(AccountChange {
        org: settings.org.clone(),
        event: name,
        account: fields.id(&["channelAccountId", "accountId"]),
        channel: fields.id(&["channelId", "genericChannelId"]),
        state,
        at: fields.id(&["eventTimestamp", "eventId", "timestamp"]).unwrap_or_default(),
        trace: Some(trace.to_owned()),
    }))
}

fn reply(
    fields: &Fields<'_>,
    settings: &Settings,
    event: String,
    trace: &str,
) -> Result<ChannelEvent, Ignored> {
    let message = fields.raw("message").filter(|message| message.is_object());
    let message = message.ok_or(Ignored::Lacks("message"))?;
    let own = Fields::of("message", message, fields.notes());
    let message_id = own.id(&["id"]).ok_or(Ignored::Lacks("message.id"))?;
    let channel = own.id(&["channelId"]).or_else(|| fields.id(&["channelId"]));
    let channel = channel.ok_or(Ignored::Lacks("channelId"))?;
    let threads = fields.list(&["channelIntegrationThreadIds"]);
    let session = threads.iter().find_map(|(_, id)| value::id(id));
    Ok(ChannelEvent::Reply(Box::new(ChannelReply {
        org: settings.org.clone(),
        event,
        channel,
        thread: own.id(&["conversationsThreadId"]).map(ThreadId::new),
        session: session.as_deref().map(session_of_thread),
        message_id: MessageId::new(message_id),
        message: message.clone(),
        trace: Some(trace.to_owned()),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(channels: &Value) -> Settings {
        let document = json!({ "org": "acme", "webhook_token": "wt-1", "channels": channels,
            "hubspot": { "portal_id": 7, "access_token": "pat-1", "ai_user_id": "A-111" },
            "opencx": { "api_key": "k" } });
        Settings::from_json(&document.to_string()).unwrap()
    }

    fn whatsapp() -> Settings {
        settings(&json!({ "whatsapp": { "channel_id": "1", "account_id": "10" } }))
    }

    #[test]
    fn a_reply_names_its_session_thread_and_channel() {
        let event = json!({ "type": "OUTGOING_CHANNEL_MESSAGE_CREATED", "portalId": "7",
            "channelIntegrationThreadIds": ["s-1#2"],
            "message": { "id": 99, "channelId": 1, "conversationsThreadId": 5, "text": "Hi" } });
        let Ok(ChannelEvent::Reply(reply)) = sort(&event, &whatsapp(), "t") else { panic!() };
        assert_eq!(reply.session, Some("s-1".into()));
        assert_eq!((reply.thread.clone(), reply.channel.as_str()), (Some("5".into()), "1"));
        let event = ChannelEvent::Reply(reply);
        assert_eq!((event.event_id().as_str(), event.subject()), ("99", "s-1"));
        let ChannelEvent::Reply(bare) = event.without_words() else { panic!() };
        assert_eq!(bare.message["text"], Value::Null);
    }

    #[test]
    fn an_account_that_passes_nothing_is_told_from_one_that_does() {
        use AccountState::{Connected, Purged, Unauthorized};
        let cases = [
            (json!({ "type": "CHANNEL_ACCOUNT_PURGED" }), Purged),
            (json!({ "type": "CHANNEL_ACCOUNT_UPDATED", "authorized": false }), Unauthorized),
            (json!({ "type": "channel_account_updated", "authorized": "false" }), Unauthorized),
            (json!({ "type": "CHANNEL_ACCOUNT_UPDATED", "authorized": true }), Connected),
            (json!({ "type": "CHANNEL_ACCOUNT_CREATED" }), Connected),
        ];
        for (event, state) in cases {
            let Ok(ChannelEvent::Account(change)) = sort(&event, &whatsapp(), "t") else {
                panic!("{event}")
            };
            assert_eq!(change.state, state, "{event}");
        }
    }

    #[test]
    fn what_says_too_little_or_is_for_others_is_ignored() {
        let message = json!({ "type": "OUTGOING_CHANNEL_MESSAGE_CREATED" });
        assert_eq!(sort(&message, &whatsapp(), "t"), Err(Ignored::Lacks("message")));
        assert_eq!(sort(&json!({}), &whatsapp(), "t"), Err(Ignored::Lacks("type")));
        let other = json!({ "type": "CHANNEL_ACCOUNT_PURGED", "portalId": 8 });
        assert_eq!(sort(&other, &whatsapp(), "t"), Err(Ignored::OtherPortal));
        let purged = json!({ "type": "CHANNEL_ACCOUNT_PURGED" });
        assert_eq!(sort(&purged, &settings(&json!({})), "t"), Err(Ignored::NotActedUpon));
    }

    #[test]
    fn further_threads_of_a_session_are_numbered() {
        assert_eq!(next_thread("s-1"), "s-1#2");
        assert_eq!(next_thread("s-1#2"), "s-1#3");
        assert_eq!(session_of_thread("s-1#3"), "s-1".into());
    }
}
