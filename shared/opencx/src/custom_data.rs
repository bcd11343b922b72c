//! Custom data: of a session, or of its contact where a session does not take it.

use bridge_domain::ids::SessionId;
use bridge_domain::opencx::custom_data::{CustomData, Scalar};
use bridge_vendor_http::{Call, CallError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::session::OpenCx;

/// The object whose custom data can be changed. OpenCX's reference knows the contact's alone;
/// a session takes `custom_data` when it is opened and with each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataTarget {
    /// The session.
    #[default]
    Session,
    /// The session's contact, whose values are texts.
    Contact,
}

impl OpenCx {
    /// Sets one key of a session's custom data; the others stay. Returns the object that took
    /// it; `None` if there is no such session, or no contact of it. A session that refuses it,
    /// or shows itself unchanged, is replaced by its contact, unless `only_session`: a
    /// contact's data is seen in all of its sessions.
    pub async fn set_custom_data(
        &self,
        session: &SessionId,
        (key, value): (&str, &Scalar),
        target: DataTarget,
        only_session: bool,
    ) -> Result<Option<DataTarget>, CallError> {
        if target == DataTarget::Session || only_session {
            match self.set_of_session(session, key, value).await {
                Ok(true) => return Ok(Some(DataTarget::Session)),
                Ok(false) => {}
                // The session is over: another one would take it.
                Err(error) if error.is_status(409) || error.is_status(410) => return Ok(None),
                Err(error) if error.is_refused() => {}
                Err(error) => return Err(error),
            }
        }
        let Some(asked) = self.session(session).await? else { return Ok(None) };
        let contact = asked.contact.and_then(|contact| contact.id).filter(|_| !only_session);
        let Some(contact) = contact else { return Ok(None) };
        self.set_of_contact(&contact, key, &value.to_text()).await?;
        Ok(Some(DataTarget::Contact))
    }

    /// Changes the session itself, and returns whether the answer leaves that open: one that
    /// shows the key without the value says no.
    async fn set_of_session(
        &self,
        session: &SessionId,
        key: &str,
        value: &Scalar,
    ) -> Result<bool, CallError> {
        let call = Call::patch("update session", &["chat", "sessions", session.as_str()])
            .json(json!({ "custom_data": CustomData::one(key, value) }));
        let answer: Value = self.caller.send(call).await?;
        let shown = answer.pointer("/custom_data").or_else(|| answer.pointer("/data/custom_data"));
        Ok(shown.is_none_or(|shown| shown.get(key) == Some(&json!(value))))
    }

    async fn set_of_contact(&self, contact: &str, key: &str, text: &str) -> Result<(), CallError> {
        let body = json!({ "contact": { "custom_data": { key: text } } });
        let call = Call::patch("update contact", &["contacts", contact]).json(body);
        self.caller.send::<Value>(call).await.map(|_| ())
    }

    /// Tells OpenCX's contact its HubSpot id.
    pub async fn link_contact(&self, contact: &str, hubspot_id: &str) -> Result<(), CallError> {
        self.set_of_contact(contact, "hubspot_contact_id", hubspot_id).await
    }
}
