//! Tickets: made once per session, read and changed.

use std::collections::BTreeMap;

use bridge_domain::ids::{CompanyId, ContactId, SessionId, TicketId};
use bridge_vendor_http::{Call, CallError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::associations::{Association, Kind};
use crate::client::{HubSpot, Identified};
use crate::paths::{OBJECTS, below};
use crate::reconcile::{PendingCreate, words};
use crate::refusal::{Write, is_taken};

/// The unique property that keeps a session from getting two tickets
/// (docs/vendors/hubspot.md#tickets).
pub const SESSION_PROPERTY: &str = "opencx_session_id";

/// The property that says when a ticket was made.
pub const CREATED: &str = "createdate";

/// A ticket, as far as it was asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The values of the properties that were asked for; those without one are null.
    #[serde(default)]
    properties: BTreeMap<String, Option<String>>,
    /// Whether it was deleted.
    #[serde(default)]
    pub archived: bool,
}

impl Ticket {
    /// The value of a property; empty when it has none or was not asked for.
    pub fn property(&self, name: &str) -> &str {
        self.properties.get(name).and_then(Option::as_deref).unwrap_or_default()
    }
}

/// Whose ticket it is.
#[derive(Clone, Debug, Default)]
pub struct TicketLinks {
    /// The customer.
    pub contact: Option<ContactId>,
    /// Their company.
    pub company: Option<CompanyId>,
}

/// A ticket to be made.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Its properties, `opencx_session_id` among them.
    pub properties: BTreeMap<String, String>,
    /// Whose it is.
    pub links: TicketLinks,
}

impl NewTicket {
    fn body(&self) -> Value {
        let TicketLinks { contact, company } = &self.links;
        let contact = contact.iter().map(|id| Association::new(Kind::TicketToContact, id.as_str()));
        let company =
            company.iter().map(|id| Association::new(Kind::TicketToPrimaryCompany, id.as_str()));
        let associations: Vec<Association> = contact.chain(company).collect();
        json!({ "properties": self.properties, "associations": associations })
    }
}

impl HubSpot {
    /// Makes a ticket. `Done(None)` when the session has one already, which HubSpot
    /// itself knows by the unique property; [`Self::ticket_of_session`] finds it.
    pub async fn create_ticket(
        &self,
        ticket: &NewTicket,
    ) -> Result<Write<Option<TicketId>>, CallError> {
        let call = Call::post("create ticket", &below(&OBJECTS, &["tickets"])).json(ticket.body());
        match self.caller.send::<Identified<TicketId>>(call).await {
            Ok(made) => Ok(Write::Done(Some(made.id))),
            Err(error) if is_taken(&error, SESSION_PROPERTY) => Ok(Write::Done(None)),
            Err(error) => Write::refused(error),
        }
    }

    /// The ticket of a session, by the unique property, and when it was made
    /// ([`CREATED`]); `None` also in a portal that lacks the property, where no ticket
    /// can have it.
    pub async fn ticket_of_session(
        &self,
        session: &SessionId,
    ) -> Result<Option<Ticket>, CallError> {
        let path = below(&OBJECTS, &["tickets", session.as_str()]);
        let call = Call::get("find ticket by session", &path)
            .query("idProperty", SESSION_PROPERTY)
            .query("properties", CREATED);
        match self.caller.find(call).await {
            Ok(found) => Ok(found),
            Err(error) if error.is_status(400) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The contact's ticket with this content, or with the beginning of it, since people
    /// may have gone on talking, that was made since a moment (epoch milliseconds, a minute
    /// allowed for clocks that differ): for a portal in which no ticket can have the unique
    /// property. Two calls.
    pub async fn find_ticket(
        &self,
        contact: &ContactId,
        content: &str,
        since: u64,
    ) -> Result<Option<TicketId>, CallError> {
        let ticket = PendingCreate { kind: "tickets", property: "content", since };
        let content = words(content);
        let is_it = |said: &str| {
            let said = words(said);
            !said.is_empty() && content.starts_with(&said)
        };
        let found = self.find_created(["contacts", contact.as_str()], ticket, is_it).await?;
        Ok(found.map(TicketId::new))
    }

    /// A ticket with these properties; `None` when it was deleted.
    pub async fn ticket(
        &self,
        id: &TicketId,
        properties: &[&str],
    ) -> Result<Option<Ticket>, CallError> {
        let call = Call::get("read ticket", &below(&OBJECTS, &["tickets", id.as_str()]))
            .query("properties", properties.join(","));
        let found: Option<Ticket> = self.caller.find(call).await?;
        Ok(found.filter(|ticket| !ticket.archived))
    }

    /// Sets properties of a ticket.
    pub async fn update_ticket(
        &self,
        id: &TicketId,
        properties: &BTreeMap<String, String>,
    ) -> Result<Write<()>, CallError> {
        let call = Call::patch("update ticket", &below(&OBJECTS, &["tickets", id.as_str()]));
        let call = call.json(json!({ "properties": properties }));
        match self.caller.send::<Value>(call).await {
            Ok(_) => Ok(Write::Done(())),
            Err(error) => Write::refused(error),
        }
    }
}
