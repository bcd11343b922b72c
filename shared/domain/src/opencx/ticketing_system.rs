//! The other system that keeps a conversation.

use serde_json::Value;

use crate::ids::ThreadId;
use crate::json::{Fields, Notes, deserialize_leniently};

/// The other system that keeps a conversation.
#[derive(Clone, Debug, Default)]
pub struct TicketingSystem {
    /// Its name, e.g. `hubspot`.
    pub name: Option<String>,
    /// The id there.
    pub external_id: Option<String>,
    /// The kind of the id. The values are not documented: see [`Self::hubspot_thread`].
    pub id_type: Option<String>,
}

deserialize_leniently!(TicketingSystem);

impl TicketingSystem {
    /// Reads the object.
    pub fn read(path: &str, system: &Value, notes: &Notes) -> Self {
        let fields = Fields::of(path, system, notes);
        Self {
            name: fields.text(&["name"]),
            external_id: fields.id(&["external_id"]),
            id_type: fields.text(&["id_type"]),
        }
    }

    /// The HubSpot thread it names. Which words OpenCX uses for `id_type` is
    /// UNKNOWN; this is the one place with the guess: whatever mentions a ticket
    /// is a ticket, everything else with a numeric id is a thread.
    pub fn hubspot_thread(&self) -> Option<ThreadId> {
        let name = self.name.as_deref()?.to_lowercase();
        let kind = self.id_type.as_deref().unwrap_or("thread").to_lowercase();
        let id = self.external_id.as_deref()?;
        let numeric = id.bytes().all(|byte| byte.is_ascii_digit());
        (name.contains("hubspot") && !kind.contains("ticket") && numeric).then(|| id.into())
    }
}
