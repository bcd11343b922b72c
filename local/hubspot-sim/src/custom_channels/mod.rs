//! Custom channels of the app: their accounts in the portal, and the messages that the app
//! publishes (docs/vendors/hubspot-channels.md#custom-channels).

mod account;
mod administration;
mod publish;
mod webhook;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sim_kit::clock;

use crate::error::ApiError;
use crate::json::without_nulls;

pub use account::ChannelAccount;

/// Id of the demo portal's channel, which is there from the start.
pub const DEMO_CHANNEL: &str = "1430011";

/// Ids of the demo portal's accounts on it: for WhatsApp, SMS and web chat.
pub const DEMO_ACCOUNTS: [(&str, &str); 3] =
    [("whatsapp", "90210501"), ("sms", "90210502"), ("web", "90210503")];

/// A channel of the app.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomChannel {
    pub id: String,
    pub name: String,
    pub webhook_url: Option<String>,
    pub capabilities: Value,
    pub created_at: String,
}

/// Answers of this portal to what HubSpot's documents leave open
/// (docs/vendors/hubspot-channels.md#unknowns).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelBehaviour {
    /// The answer to a message that was published before.
    pub repeat: RepeatAnswer,
    /// The place of the next message of a thread that was closed.
    pub closed_thread: ClosedThread,
    /// The channel's webhook comes before `conversation.newMessage` of the same message.
    pub webhook_first: bool,
    /// A published OUTGOING message comes back by the channel's webhook.
    pub echo_published: bool,
    /// The channel's webhook names the rep, and not only their id.
    pub sender_names: bool,
}

impl Default for ChannelBehaviour {
    /// The awkward readings.
    fn default() -> Self {
        Self {
            repeat: RepeatAnswer::Conflict,
            closed_thread: ClosedThread::NewThread,
            webhook_first: true,
            echo_published: true,
            sender_names: false,
        }
    }
}

/// The answer to a message that was published before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatAnswer {
    /// 200 with the message that is there.
    Message,
    /// 409.
    Conflict,
}

/// The place of the next message of a thread that was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedThread {
    /// The thread, which opens again.
    Reopens,
    NewThread,
    /// None: 400.
    Refused,
}

/// The app's channels and what was published on them.
#[derive(Debug)]
pub(crate) struct CustomChannels {
    pub(crate) channels: Vec<CustomChannel>,
    pub(crate) accounts: Vec<ChannelAccount>,
    pub(crate) behaviour: ChannelBehaviour,
    /// Threads by account and `integrationThreadId`.
    threads: HashMap<(String, String), String>,
    /// Thread and message by channel and `integrationIdempotencyId`.
    published: HashMap<(String, String), (String, String)>,
    made: u64,
}

impl Default for CustomChannels {
    fn default() -> Self {
        let accounts = DEMO_ACCOUNTS.map(|(name, id)| ChannelAccount::demo(id, name));
        let channel = CustomChannel {
            id: DEMO_CHANNEL.to_owned(),
            name: "OpenCX".to_owned(),
            webhook_url: None,
            capabilities: json!({"threadingModel": "INTEGRATION_THREAD_ID"}),
            created_at: clock::now_iso(),
        };
        Self {
            channels: vec![channel],
            accounts: accounts.into(),
            behaviour: ChannelBehaviour::default(),
            threads: HashMap::new(),
            published: HashMap::new(),
            made: 0,
        }
    }
}

impl CustomChannel {
    pub(crate) fn to_json(&self) -> Value {
        without_nulls(json!(self))
    }
}

impl CustomChannels {
    pub(crate) fn channel(&self, id: &str) -> Result<&CustomChannel, ApiError> {
        let found = self.channels.iter().find(|channel| channel.id == id);
        found.ok_or_else(|| ApiError::not_found(format!("Channel {id} not found")))
    }

    pub(crate) fn channel_mut(&mut self, id: &str) -> Result<&mut CustomChannel, ApiError> {
        let found = self.channels.iter_mut().find(|channel| channel.id == id);
        found.ok_or_else(|| ApiError::not_found(format!("Channel {id} not found")))
    }

    pub(crate) fn account_mut(&mut self, id: &str) -> Result<&mut ChannelAccount, ApiError> {
        let found = self.accounts.iter_mut().find(|account| account.id == id);
        found.ok_or_else(|| ApiError::not_found(format!("Channel account {id} not found")))
    }

    /// Makes an id for a channel or an account.
    pub(crate) fn new_id(&mut self) -> String {
        self.made += 1;
        (91_000_000 + self.made).to_string()
    }

    /// The `integrationThreadId` under which a thread was opened.
    pub(crate) fn integration_thread(&self, thread: &str) -> Option<&str> {
        let mut all = self.threads.iter();
        all.find(|(_, id)| *id == thread).map(|((_, integration), _)| integration.as_str())
    }
}
