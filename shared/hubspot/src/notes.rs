//! Notes: what only reps see, on a ticket or a contact.

use bridge_domain::ids::{ContactId, TicketId};
use bridge_domain::time::Timestamp;
use bridge_vendor_http::{Call, CallError};
use serde_json::json;

use crate::associations::{Association, Kind};
use crate::client::{HubSpot, Identified};
use crate::files::FileId;
use crate::paths::{OBJECTS, below};
use crate::property::{ATTACHMENT_IDS, NOTE_BODY, TIMESTAMP};
use crate::reconcile::{PendingCreate, same_words};

/// The record that a note is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteOn<'a> {
    /// A ticket.
    Ticket(&'a TicketId),
    /// A contact.
    Contact(&'a ContactId),
}

impl NoteOn<'_> {
    /// As the paths of the API name it: kind and id.
    fn path(&self) -> [&str; 2] {
        match self {
            Self::Ticket(id) => ["tickets", id.as_str()],
            Self::Contact(id) => ["contacts", id.as_str()],
        }
    }

    fn association(&self) -> Association {
        match self {
            Self::Ticket(id) => Association::new(Kind::NoteToTicket, id.as_str()),
            Self::Contact(id) => Association::new(Kind::NoteToContact, id.as_str()),
        }
    }
}

impl HubSpot {
    /// Puts a note (HTML, at most 65,536 characters) on a record; its id.
    pub async fn create_note(&self, on: NoteOn<'_>, html: &str) -> Result<String, CallError> {
        self.create_note_with_files(on, html, &[]).await
    }

    /// The same, with files that were uploaded before.
    pub async fn create_note_with_files(
        &self,
        on: NoteOn<'_>,
        html: &str,
        files: &[FileId],
    ) -> Result<String, CallError> {
        let mut properties = json!({ TIMESTAMP: Timestamp::now().to_rfc3339(), NOTE_BODY: html });
        if !files.is_empty() {
            let ids: Vec<&str> = files.iter().map(FileId::as_str).collect();
            properties[ATTACHMENT_IDS] = ids.join(";").into();
        }
        let body = json!({ "properties": properties, "associations": [on.association()] });
        let call = Call::post("create note", &below(&OBJECTS, &["notes"])).json(body);
        let made: Identified<String> = self.caller.send(call).await?;
        Ok(made.id)
    }

    /// The note with this text that was put on a record since a moment (epoch
    /// milliseconds, a minute allowed for clocks that differ): how to know whether a
    /// note that got no answer was made. Two calls.
    pub async fn find_note(
        &self,
        on: NoteOn<'_>,
        html: &str,
        since: u64,
    ) -> Result<Option<String>, CallError> {
        let note = PendingCreate { kind: "notes", property: NOTE_BODY, since };
        self.find_created(on.path(), note, |body| same_words(body, html)).await
    }
}
