//! Custom channels: messages of a channel that the app brings into HubSpot's inbox
//! (docs/vendors/hubspot-channels.md#custom-channels).

use bridge_domain::hubspot::message::{DeliveryStatus, Direction, Message};
use bridge_domain::hubspot::party::DeliveryIdentifier;
use bridge_domain::ids::{ContactId, MessageId, SessionId, ThreadId};
use bridge_domain::json::lenient;
use bridge_domain::time::Timestamp;
use bridge_vendor_http::{Call, CallError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{HubSpot, Results};
use crate::conversations::has_failed;
use crate::files::FileId;
use crate::paths::{CUSTOM_CHANNELS, THREADS, below};
use crate::reconcile::is_since;

/// A message that was said on the channel, to be shown in HubSpot's inbox.
#[derive(Clone, Debug)]
pub struct ChannelMessage<'a> {
    /// The portal's account on the channel.
    pub account: &'a str,
    /// INCOMING from the customer; OUTGOING for what the AI or an agent said to them.
    pub direction: Direction,
    /// The author.
    pub sender: ChannelParty,
    /// The receiver.
    pub recipient: ChannelParty,
    /// Plain text.
    pub text: &'a str,
    /// The same as HTML.
    pub rich_text: Option<&'a str>,
    /// When it was said.
    pub said_at: Timestamp,
    /// The session: each has a thread of its own.
    pub session: &'a SessionId,
    /// The id of the message within its session, by which HubSpot knows a repeat.
    pub message_id: &'a str,
    /// The customer as HubSpot knows them, if the bridge does.
    pub contact: Option<&'a ContactId>,
    /// Files that were uploaded before.
    pub files: &'a [FileId],
}

/// Somebody on the channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelParty {
    /// The address on the channel.
    pub delivery_identifier: DeliveryIdentifier,
    /// The name as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A message that HubSpot has, from this call or from an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its id; unknown of a repeat that was answered with a conflict.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub id: Option<MessageId>,
    /// HubSpot's thread; as unknown.
    #[serde(default, alias = "conversationsThreadId", deserialize_with = "lenient::or_default")]
    pub thread: Option<ThreadId>,
    #[serde(default, skip_serializing, deserialize_with = "lenient::or_default")]
    status: Option<DeliveryStatus>,
}

/// The fate of a rep's message, as the rep sees it beside the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryReport<'a> {
    /// It is on its way to the customer.
    Sent,
    /// It did not leave, and why, in words for the rep.
    Failed(&'a str),
}

/// The longest reason of a failure; HubSpot names no limit.
const LONGEST_REASON: usize = 500;

impl ChannelMessage<'_> {
    fn body(&self) -> Value {
        let files = self.files.iter().map(FileId::as_attachment);
        let mut body = json!({
            "channelAccountId": self.account,
            "messageDirection": match self.direction {
                Direction::Incoming => "INCOMING",
                Direction::Outgoing => "OUTGOING",
            },
            "senders": [self.sender],
            "recipients": [self.recipient],
            "text": self.text,
            "timestamp": self.said_at.to_rfc3339(),
            "integrationThreadId": self.session,
            "integrationIdempotencyId": format!("{}:{}", self.session, self.message_id),
            "attachments": files.collect::<Vec<_>>(),
        });
        if let Some(html) = self.rich_text {
            body["richText"] = html.into();
        }
        // The specification wants a number here, and a text everywhere else.
        if let Some(Ok(contact)) = self.contact.map(|contact| contact.as_str().parse::<u64>()) {
            body["associateWithContactId"] = contact.into();
        }
        body
    }
}

impl ChannelParty {
    /// Somebody without an address that people know, by an id of ours.
    pub fn opaque(id: impl Into<String>, name: Option<String>) -> Self {
        let kind = "CHANNEL_SPECIFIC_OPAQUE_ID".to_owned();
        Self { delivery_identifier: DeliveryIdentifier { kind, value: id.into() }, name }
    }
}

impl Published {
    /// Returns whether HubSpot took it and does not show it as delivered.
    pub fn has_failed(&self) -> bool {
        has_failed(self.status.as_ref())
    }
}

impl HubSpot {
    /// Shows a message of the channel in its thread, which HubSpot opens if there is none.
    ///
    /// A repeat shows nothing twice: its idempotency id is known. Whether HubSpot then answers
    /// with the message it has or with a conflict is UNKNOWN
    /// (docs/vendors/hubspot-channels.md#idempotency); both are read here.
    pub async fn publish(
        &self,
        channel: &str,
        message: &ChannelMessage<'_>,
    ) -> Result<Published, CallError> {
        let path = below(&CUSTOM_CHANNELS, &[channel, "messages"]);
        // By its idempotency id it may be sent again after a lost answer.
        let call = Call::create_named("publish message", &path).json(message.body());
        match self.caller.send(call).await {
            Err(error) if error.is_status(409) => Ok(Published::default()),
            answer => answer,
        }
    }

    /// Finds the thread of a message whose repeat was answered with a conflict: the newest open
    /// one of the contact on this account since a moment (epoch milliseconds, a minute allowed
    /// for clocks that differ).
    pub async fn find_channel_thread(
        &self,
        contact: &ContactId,
        account: &str,
        since: u64,
    ) -> Result<Option<ThreadId>, CallError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            id: ThreadId,
            #[serde(default, deserialize_with = "lenient::id")]
            original_channel_account_id: Option<String>,
            #[serde(default, deserialize_with = "lenient::text")]
            created_at: Option<String>,
        }
        let call = Call::get("list threads of contact", &THREADS)
            .query("associatedContactId", contact.as_str())
            .query("threadStatus", "OPEN")
            .query("sort", "-id");
        let threads: Results<Listed> = self.caller.send(call).await?;
        let mut found = Vec::new();
        for thread in threads.results {
            if thread.original_channel_account_id.as_deref() == Some(account)
                && is_since(thread.created_at.as_deref(), since)
            {
                found.push(thread.id);
            }
        }
        // Ids grow.
        found.sort_by_key(|id| id.as_str().parse::<u64>().unwrap_or_default());
        Ok(found.pop())
    }

    /// Reports the fate of a rep's message. A second report replaces the first.
    pub async fn report_delivery(
        &self,
        channel: &str,
        message: &MessageId,
        report: DeliveryReport<'_>,
    ) -> Result<(), CallError> {
        let body = match report {
            DeliveryReport::Sent => json!({ "statusType": "SENT" }),
            DeliveryReport::Failed(reason) => {
                let reason: String = reason.chars().take(LONGEST_REASON).collect();
                json!({ "statusType": "FAILED", "errorMessage": reason })
            }
        };
        let path = below(&CUSTOM_CHANNELS, &[channel, "messages", message.as_str()]);
        let call = Call::patch("report delivery", &path).json(body);
        self.caller.send::<Value>(call).await.map(|_| ())
    }

    /// A message of a channel, with its whole text where the webhook carried a part of it.
    pub async fn channel_message(
        &self,
        channel: &str,
        message: &MessageId,
    ) -> Result<Message, CallError> {
        let path = below(&CUSTOM_CHANNELS, &[channel, "messages", message.as_str()]);
        self.caller.send(Call::get("read channel message", &path)).await
    }
}

#[cfg(test)]
#[path = "custom_channels_tests.rs"]
mod tests;
