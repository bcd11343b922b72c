//! Events as they come from a queue, read as far as the consumer needs.

use bridge_domain::ids::OrgId;
use bridge_domain::json::Unreadable;
use bridge_domain::opencx::events::Envelope;
use serde::de::DeserializeOwned;

/// An event whose content could be read.
#[derive(Clone, Debug)]
pub struct DecodedEvent<E> {
    /// Whose it is.
    pub org: OrgId,
    /// The vendor's name of the event.
    pub event: String,
    /// Equal for all deliveries of the event.
    pub event_id: String,
    /// The id that this story's log lines share.
    pub trace: Option<String>,
    /// What of it could not be read, and was left out.
    pub notes: Vec<String>,
    /// What it says; `None` for an event that the bridge does not act upon.
    pub data: Option<E>,
}

/// An event that cannot be read: what could be said of it, and the field.
#[derive(Clone, Debug)]
pub struct DecodeError {
    /// Whose it is, if it said so.
    pub org: Option<OrgId>,
    /// The vendor's name of the event, if it said so.
    pub event: String,
    /// Its id, if it has one.
    pub event_id: Option<String>,
    /// What is wrong.
    pub error: Unreadable,
}

impl From<Unreadable> for DecodeError {
    fn from(error: Unreadable) -> Self {
        Self { org: None, event: String::new(), event_id: None, error }
    }
}

/// Reads an OpenCX event of the given name. Its data may be a list; each piece is
/// an event of its own, with an id of its own, and may be unreadable by itself.
pub fn opencx_events<E: DeserializeOwned>(
    body: &str,
    name: &str,
) -> Result<Vec<Result<DecodedEvent<E>, DecodeError>>, DecodeError> {
    let envelope = Envelope::from_text(body)?;
    let several = envelope.data.len() > 1;
    let read = |(at, data)| {
        let Envelope { org, event, event_id, .. } = &envelope;
        let event_id = if several { format!("{event_id}-{at}") } else { event_id.clone() };
        let known = (event == name).then(|| Envelope::read(data)).transpose();
        match known {
            Ok(data) => {
                let trace = Some(event_id.clone());
                let (org, event) = (org.clone(), event.clone());
                Ok(DecodedEvent { org, event, event_id, trace, notes: Vec::new(), data })
            }
            Err(error) => Err(DecodeError {
                org: Some(org.clone()),
                event: event.clone(),
                event_id: Some(event_id),
                error,
            }),
        }
    };
    Ok(envelope.data.iter().enumerate().map(read).collect())
}
