//! Events as they come from a queue, read as far as the consumer needs.

use bridge_domain::ids::OrgId;
use bridge_domain::json::{Notes, Unreadable};
use bridge_domain::opencx::envelope::{Envelope, EventData, Identity};
use bridge_domain::queue::Queue;
use bridge_domain::registry::queues_of_event;
use serde_json::Value;

/// An event whose content could be read.
#[derive(Clone, Debug)]
pub struct DecodedEvent<E> {
    /// The organisation of the event.
    pub org: OrgId,
    /// The vendor's name of the event.
    pub event: String,
    /// Its id, if it was given one.
    pub event_id: Option<String>,
    /// Equal for all deliveries of the event.
    pub identity: Identity,
    /// The id that this story's log lines share.
    pub trace: Option<String>,
    /// Notes about what could not be read, and was left out.
    pub notes: Vec<String>,
    /// The data; `None` for an event that the bridge does not act upon.
    pub data: Option<E>,
}

impl<E> DecodedEvent<E> {
    /// The only event of a message that `webhook` put on the queue; its id is its identity.
    pub fn alone(
        org: OrgId,
        event: String,
        event_id: String,
        trace: Option<String>,
        data: E,
    ) -> Vec<Result<Self, DecodeError>> {
        vec![Ok(Self {
            org,
            event,
            event_id: Some(event_id.clone()),
            identity: Identity::Own(event_id),
            trace,
            notes: Vec::new(),
            data: Some(data),
        })]
    }
}

/// An event that cannot be read: what could be said of it, and the field.
#[derive(Clone, Debug)]
pub struct DecodeError {
    /// The organisation, if the event said so.
    pub org: Option<OrgId>,
    /// The vendor's name of the event, if it said so.
    pub event: String,
    /// Its id, if it has one.
    pub event_id: Option<String>,
    /// The problem.
    pub error: Unreadable,
}

impl From<Unreadable> for DecodeError {
    fn from(error: Unreadable) -> Self {
        Self { org: None, event: String::new(), event_id: None, error }
    }
}

/// Reads an OpenCX event of the given names. Its data may be a list; each piece is
/// an event of its own, with an id of its own, and may be unreadable by itself.
pub fn opencx_events<E: EventData>(
    body: &str,
    names: &[&str],
) -> Result<Vec<Decoded<E>>, DecodeError> {
    let envelope = Envelope::from_text(body)?;
    if names.contains(&envelope.event.as_str()) {
        return Ok(pieces(&envelope));
    }
    let queue = queues_of_event(&envelope.event, false).next();
    match queue {
        Some(queue) => Err(on_wrong_queue(envelope, queue)),
        None => Ok(vec![Ok(not_acted_upon(envelope))]),
    }
}

type Decoded<E> = Result<DecodedEvent<E>, DecodeError>;

fn pieces<E: EventData>(envelope: &Envelope) -> Vec<Decoded<E>> {
    envelope.data.iter().enumerate().map(|(at, data)| piece(envelope, at, data)).collect()
}

fn piece<E: EventData>(envelope: &Envelope, at: usize, data: &Value) -> Decoded<E> {
    let notes = Notes::default();
    let (org, event, event_id) = (envelope.org.clone(), envelope.event.clone(), envelope.id_of(at));
    match Envelope::read::<E>(data, &notes) {
        Ok(data) => Ok(DecodedEvent {
            identity: envelope.identity(at, &data),
            org,
            event,
            trace: event_id.clone(),
            event_id,
            notes: notes.into_list(),
            data: Some(data),
        }),
        Err(error) => Err(DecodeError { org: Some(org), event, event_id, error }),
    }
}

/// An event that another function acts upon must not get lost here: parked, it says what
/// has to be mended.
fn on_wrong_queue(envelope: Envelope, queue: Queue) -> DecodeError {
    let error = format!("`{}` belongs on {}", envelope.event, queue.name());
    DecodeError {
        error: Unreadable::new("event", error),
        org: Some(envelope.org),
        event_id: envelope.event_id,
        event: envelope.event,
    }
}

fn not_acted_upon<E>(envelope: Envelope) -> DecodedEvent<E> {
    let id = envelope.event_id.clone();
    DecodedEvent {
        identity: id.map_or_else(|| Identity::OfMessage(String::new()), Identity::Own),
        trace: envelope.event_id.clone(),
        event_id: envelope.event_id,
        org: envelope.org,
        event: envelope.event,
        notes: Vec::new(),
        data: None,
    }
}
