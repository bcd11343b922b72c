//! Sessions: opened, read, changed, and spoken in.

use bridge_domain::ids::SessionId;
use bridge_domain::json::lenient;
use bridge_domain::opencx::custom_data::CustomData;
use bridge_domain::opencx::events::{Channel, Contact, Sentiment, TicketingSystem};
use bridge_vendor_http::{Call, CallError, Caller, Calls};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// OpenCX's API with one organisation's key, for the work on one event.
#[derive(Clone, Debug)]
pub struct OpenCx {
    pub(crate) caller: Caller,
}

/// The status of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It goes on.
    Open,
    /// It ended well.
    ClosedResolved,
    /// It ended otherwise.
    ClosedUnresolved,
}

/// A session, as `GET /chat/sessions/{id}` answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    /// The status.
    #[serde(default, deserialize_with = "status")]
    pub status: Option<Status>,
    /// The channel.
    #[serde(default, deserialize_with = "lenient::if_known")]
    pub channel: Option<Channel>,
    /// The customer.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// The customer's language.
    #[serde(default, deserialize_with = "lenient::text")]
    pub language: Option<String>,
    /// The session's custom data.
    #[serde(default)]
    pub custom_data: CustomData,
    /// The handoff, if there was one.
    #[serde(default, deserialize_with = "lenient::if_known")]
    pub handoff: Option<Handoff>,
    /// The other system that keeps the conversation.
    #[serde(default)]
    pub ticketing_system: Option<TicketingSystem>,
}

/// The handoff of a session.
#[derive(Clone, Debug, Deserialize)]
pub struct Handoff {
    /// The customer's sentiment.
    #[serde(default, deserialize_with = "lenient::if_known")]
    pub sentiment: Option<Sentiment>,
    /// The summary.
    #[serde(default, deserialize_with = "lenient::text")]
    pub summary: Option<String>,
}

/// Reads the status in any letter case; one that is not known here counts as none.
fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Status>, D::Error> {
    let name = lenient::text(deserializer)?.unwrap_or_default().trim().to_lowercase();
    Ok(serde_json::from_value(name.into()).ok())
}

/// The customer, as they are named when a session is opened. Nulls are refused.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SessionContact {
    /// Email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The channel.
    pub channel: Channel,
    /// The customer.
    pub contact: SessionContact,
}

/// A file that goes along.
#[derive(Clone, Debug, Serialize)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// The address of the file.
    pub url: String,
    /// Its kind, e.g. `application/pdf`.
    pub mime_type: String,
}

/// The speaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Contact,
    /// A rep, by name.
    Agent(Option<String>),
}

/// Something to be said in a session.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// By whom.
    pub speaker: Speaker,
    /// The text.
    pub text: String,
    /// With which files.
    pub attachments: Vec<Attachment>,
}

impl Outgoing {
    fn body(&self) -> Value {
        let mut message = json!({ "type": "text", "text": self.text });
        if !self.attachments.is_empty() {
            message["attachments"] = json!(self.attachments);
        }
        match &self.speaker {
            Speaker::Contact => json!({ "sender": "contact", "message": message }),
            Speaker::Agent(None) => json!({ "sender": "agent", "message": message }),
            Speaker::Agent(Some(name)) => {
                json!({ "sender": "agent", "message": message, "agent": { "name": name } })
            }
        }
    }
}

/// Returns whether OpenCX no longer has a session, or it is closed for good.
pub fn is_gone(error: &CallError) -> bool {
    [404, 409, 410].into_iter().any(|status| error.is_status(status))
}

impl OpenCx {
    /// A client that calls through this caller.
    pub fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// The count of its calls.
    pub fn calls(&self) -> &Calls {
        self.caller.calls()
    }

    /// Opens a session. A second time would open another.
    ///
    /// Assumed: OpenCX does not deliver on its own channel for a session that is
    /// opened here, since the ticket's source does (docs/vendors/opencx.md#delivery).
    pub async fn open_session(&self, session: &NewSession) -> Result<SessionId, CallError> {
        #[derive(Deserialize)]
        struct Opened {
            id: SessionId,
        }
        let body = json!({ "channel": { "type": session.channel }, "contact": session.contact });
        let call = Call::post("open session", &["chat", "sessions"]).json(body);
        self.caller.send::<Opened>(call).await.map(|opened| opened.id)
    }

    /// A session; `None` if there is none, or none any more.
    pub async fn session(&self, id: &SessionId) -> Result<Option<Session>, CallError> {
        let call = Call::get("read session", &["chat", "sessions", id.as_str()]);
        match self.caller.find(call).await {
            Err(error) if error.is_status(410) => Ok(None),
            answer => answer,
        }
    }

    /// Resolves a session, and has OpenCX tell of it as of any other close, so that its ticket
    /// is closed. Returns whether there is such a session.
    pub async fn resolve(&self, id: &SessionId) -> Result<bool, CallError> {
        let body = json!({
            "status": "closed_resolved",
            "generate_summary_and_sentiment_on_resolve": true,
            "reflect_status_change_for_integration": true,
        });
        let call = Call::patch("resolve session", &["chat", "sessions", id.as_str()]).json(body);
        match self.caller.send::<Value>(call).await {
            Ok(_) => Ok(true),
            Err(error) if is_gone(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Says something in a session; the id of the message, if OpenCX names it. A
    /// second time would say it twice.
    pub async fn say(
        &self,
        id: &SessionId,
        outgoing: &Outgoing,
    ) -> Result<Option<String>, CallError> {
        let path = ["chat", "sessions", id.as_str(), "send"];
        let answer: Value =
            self.caller.send(Call::post("send", &path).json(outgoing.body())).await?;
        Ok(answer.pointer("/data/message/id").and_then(Value::as_str).map(str::to_owned))
    }
}
