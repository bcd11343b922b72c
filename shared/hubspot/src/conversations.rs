//! Threads and messages (docs/vendors/hubspot.md#conversations).

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::hubspot::message::{DeliveryStatus, Message, Original};
use bridge_domain::hubspot::party::DeliveryIdentifier;
use bridge_domain::hubspot::thread::Thread;
use bridge_domain::ids::{MessageId, ThreadId};
use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{HubSpot, Results};
use crate::paths::{ACTORS, ASSIGNEE, THREADS, below};
use crate::reconcile::{is_since, same_words};

/// A public message to be posted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMessage {
    /// Plain text.
    pub text: String,
    /// HTML.
    pub rich_text: String,
    /// To whom.
    pub recipients: Vec<Recipient>,
    /// `A-` and the user that it is from.
    pub sender_actor_id: String,
    /// The kind of channel.
    pub channel_id: String,
    /// The inbox address or chat widget.
    pub channel_account_id: String,
    /// An email's subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// Requests have a list of identifiers where answers have one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// The customer's actor id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// TO, CC or BCC; only email has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_field: Option<&'static str>,
    /// The customer's addresses on the channel.
    pub delivery_identifiers: Vec<DeliveryIdentifier>,
}

/// A message that was posted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Posted {
    /// Its id.
    pub id: MessageId,
    /// The state of its delivery, which may have failed already.
    #[serde(default, skip_serializing)]
    pub status: Option<DeliveryStatus>,
}

/// The status of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadStatus {
    /// Somebody still has to do something about it.
    Open,
    /// Done.
    Closed,
}

impl Posted {
    /// A message that is known by its id.
    pub fn found(id: MessageId) -> Self {
        Self { id, status: None }
    }

    /// Returns whether HubSpot took it and will not deliver it.
    pub fn has_failed(&self) -> bool {
        has_failed(self.status.as_ref())
    }
}

/// Returns whether a status says that the message is not delivered.
pub(crate) fn has_failed(status: Option<&DeliveryStatus>) -> bool {
    status.and_then(|status| status.status_type.as_deref()) == Some("FAILED")
}

impl HubSpot {
    /// A thread with its assignee and its ticket.
    pub async fn thread(&self, id: &ThreadId) -> Result<Thread, CallError> {
        let call = Call::get("read thread", &below(&THREADS, &[id.as_str()]));
        self.caller.send(call.query("association", "TICKET")).await
    }

    /// A message of a thread.
    pub async fn message(&self, thread: &ThreadId, id: &MessageId) -> Result<Message, CallError> {
        let path = below(&THREADS, &[thread.as_str(), "messages", id.as_str()]);
        self.caller.send(Call::get("read message", &path)).await
    }

    /// The text of a message before HubSpot cut it; `None` if that is not kept.
    pub async fn original_content(
        &self,
        thread: &ThreadId,
        id: &MessageId,
    ) -> Result<Option<Original>, CallError> {
        let path = [thread.as_str(), "messages", id.as_str(), "original-content"];
        self.caller.find(Call::get("read original content", &below(&THREADS, &path))).await
    }

    /// The newest messages of a thread, newest first.
    pub async fn latest_messages(&self, thread: &ThreadId) -> Result<Vec<Message>, CallError> {
        let path = below(&THREADS, &[thread.as_str(), "messages"]);
        let call = Call::get("list messages", &path).query("limit", "50");
        self.caller.send::<Results<Message>>(call).await.map(|list| list.results)
    }

    /// Posts a public message. A second time would post it twice.
    pub async fn post_message(
        &self,
        thread: &ThreadId,
        message: &NewMessage,
    ) -> Result<Posted, CallError> {
        let mut body = json!(message);
        body["type"] = "MESSAGE".into();
        body["attachments"] = json!([]);
        self.post(thread, "post message", body).await
    }

    /// Posts an internal comment, which the customer never sees. A second time
    /// would post it twice.
    pub async fn post_comment(
        &self,
        thread: &ThreadId,
        text: &str,
        html: &str,
    ) -> Result<Posted, CallError> {
        let body = json!({ "type": "COMMENT", "text": text, "richText": html, "attachments": [] });
        self.post(thread, "post comment", body).await
    }

    /// The comment with this text that was posted in a thread since a moment (epoch
    /// milliseconds, a minute allowed for clocks that differ): how to know whether a
    /// comment that got no answer was posted.
    pub async fn find_comment(
        &self,
        thread: &ThreadId,
        text: &str,
        since: u64,
    ) -> Result<Option<MessageId>, CallError> {
        let latest = self.latest_messages(thread).await?;
        let found = latest.into_iter().find(|message| {
            message.kind == "COMMENT"
                && same_words(message.text.as_deref().unwrap_or_default(), text)
                && is_since(message.created_at.as_deref(), since)
        });
        Ok(found.map(|found| found.id))
    }

    /// Opens or closes a thread.
    pub async fn set_thread_status(
        &self,
        thread: &ThreadId,
        status: ThreadStatus,
    ) -> Result<(), CallError> {
        let status = match status {
            ThreadStatus::Open => "OPEN",
            ThreadStatus::Closed => "CLOSED",
        };
        let path = below(&THREADS, &[thread.as_str()]);
        let call = Call::patch("set status of thread", &path).json(json!({ "status": status }));
        self.caller.send::<Value>(call).await.map(|_| ())
    }

    async fn post(
        &self,
        thread: &ThreadId,
        name: &'static str,
        body: Value,
    ) -> Result<Posted, CallError> {
        let path = below(&THREADS, &[thread.as_str(), "messages"]);
        self.caller.send(Call::post(name, &path).json(body)).await
    }

    /// The name of a user as conversations show it.
    pub async fn actor_name(&self, user: &UserId) -> Result<Option<String>, CallError> {
        #[derive(Deserialize)]
        struct Named {
            #[serde(default, deserialize_with = "lenient::text")]
            name: Option<String>,
        }
        let call = Call::get("read actor", &below(&ACTORS, &[&user.actor()]));
        self.caller.send::<Named>(call).await.map(|actor| actor.name)
    }

    /// Makes a user the owner of a thread. Which portals allow it to which tokens is
    /// UNKNOWN (docs/vendors/hubspot.md#assignee).
    pub async fn assign_thread(&self, thread: &ThreadId, user: &UserId) -> Result<(), CallError> {
        let path = below(&ASSIGNEE, &[thread.as_str(), "assignee"]);
        let call = Call::put("assign thread", &path).json(json!({ "actorId": user.actor() }));
        self.caller.send::<Value>(call).await.map(|_| ())
    }

    /// The same as HubSpot's guide has it, by the user's address: for portals that do
    /// not know the other form.
    pub async fn assign_thread_by_email(
        &self,
        thread: &ThreadId,
        email: &str,
    ) -> Result<(), CallError> {
        let path = below(&THREADS, &[thread.as_str(), "assignee"]);
        // A POST by its method, but whoever is assigned twice is still assigned once.
        let call = Call::query_by_post("assign thread by email", &path);
        self.caller.send::<Value>(call.json(json!({ "actorId": email }))).await.map(|_| ())
    }
}
