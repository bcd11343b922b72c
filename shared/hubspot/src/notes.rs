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
        let now = OffsetDateTime::now_utc();
        let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
        let body = json!({
            "properties": { "hs_timestamp": now.format(&Rfc3339).unwrap_or_default(), "hs_note_body": html },
            "associations": [on.association()],
        });
        let call = Call::post("create note", &below(&OBJECTS, &["notes"])).json(body);
        let made: Identified<String> = self.caller.send(call).await?;
        Ok(made.id)
    }

    /// The note with this text that was put on a record since a moment (epoch
    /// milliseconds, a minute allowed for clocks that differ): how to know whether a
    /// note that got no answer was made. Two calls; looks at the newest hundred.
    pub async fn find_note(
        &self,
        on: NoteOn<'_>,
        html: &str,
        since: u64,
    ) -> Result<Option<String>, CallError> {
        let call = Call::get("read notes of record", &below(&OBJECTS, &on.path()));
        let record: Option<Object> = self.caller.find(call.query("associations", "notes")).await?;
        let mut ids = record.map(|record| record.related("notes").all).unwrap_or_default();
        // Ids grow, so the newest have the greatest.
        ids.sort_by_key(|id| std::cmp::Reverse(id.parse::<u64>().unwrap_or_default()));
        let notes = self.objects("notes", &ids, &["hs_note_body"]).await?;
        let same = |note: &Object| {
            note.property("hs_note_body").is_some_and(|body| same_words(body, html))
                && is_since(note.created_at.as_deref(), since)
        };
        Ok(notes.into_iter().find(same).map(|note| note.id))
    }
}

/// Whether something was made since a moment (epoch milliseconds), a minute allowed
/// for clocks that differ. What does not say when may have been.
pub(crate) fn is_since(created_at: Option<&str>, since: u64) -> bool {
    let since = i128::from(since.saturating_sub(60_000)) * 1_000_000;
    let created = created_at.and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
    created.is_none_or(|created| created.unix_timestamp_nanos() >= since)
}

/// Whether two texts have the same letters and digits: HubSpot tidies up markup.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// The letters and digits of a text.
pub(crate) fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
