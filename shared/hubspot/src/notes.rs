//! Notes: what only reps see, on a ticket or a contact.

use bridge_domain::ids::{ContactId, TicketId};
use bridge_http::{Call, CallError};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::associations::{Association, Kind};
use crate::client::{HubSpot, Identified};
use crate::crm::Object;
use crate::paths::{OBJECTS, below};

impl HubSpot {
    /// Puts a note (HTML, at most 65,536 characters) on a ticket; its id.
    pub async fn note_on_ticket(&self, ticket: &TicketId, html: &str) -> Result<String, CallError> {
        self.create_note(&Association::new(Kind::NoteToTicket, ticket.as_str()), html).await
    }

    /// Puts a note (HTML, at most 65,536 characters) on a contact; its id.
    pub async fn note_on_contact(
        &self,
        contact: &ContactId,
        html: &str,
    ) -> Result<String, CallError> {
        self.create_note(&Association::new(Kind::NoteToContact, contact.as_str()), html).await
    }

    async fn create_note(&self, on: &Association, html: &str) -> Result<String, CallError> {
        let now = OffsetDateTime::now_utc();
        let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
        let body = json!({
            "properties": { "hs_timestamp": now.format(&Rfc3339).unwrap_or_default(), "hs_note_body": html },
            "associations": [on],
        });
        let call = Call::post("create note", &below(&OBJECTS, &["notes"])).json(body);
        let made: Identified<String> = self.caller.send(call).await?;
        Ok(made.id)
    }
}

impl HubSpot {
    /// The note with this text on a ticket, if there is one: how to know whether a
    /// note that got no answer was made. Two calls.
    pub async fn find_note(
        &self,
        ticket: &TicketId,
        html: &str,
    ) -> Result<Option<String>, CallError> {
        let call =
            Call::get("read notes of ticket", &below(&OBJECTS, &["tickets", ticket.as_str()]));
        let ticket: Option<Object> = self.caller.find(call.query("associations", "notes")).await?;
        let ids = ticket.map(|ticket| ticket.related("notes").all).unwrap_or_default();
        let notes = self.objects("notes", &ids, &["hs_note_body"]).await?;
        let same = |note: &Object| {
            note.property("hs_note_body").is_some_and(|body| same_words(body, html))
        };
        Ok(notes.into_iter().find(same).map(|note| note.id))
    }
}

/// Whether two texts have the same letters and digits: HubSpot tidies up markup.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    words(one) == words(other)
}
