//! Tickets: made once per session, read and changed.

use std::collections::BTreeMap;

use bridge_domain::ids::{CompanyId, ContactId, SessionId, TicketId};
use bridge_vendor_http::{Call, CallError};
use serde_json::{Value, json};

use crate::associations::{Association, Kind};
use crate::client::{HubSpot, Identified};
use crate::objects::Object;
use crate::paths::{OBJECTS, below};
use crate::property::{CONTENT, CREATED, SESSION};
use crate::reconcile::{PendingCreate, words};
use crate::refusal::is_taken;

/// The records that a ticket is associated with.
#[derive(Clone, Debug, Default)]
pub struct TicketLinks {
    /// The customer.
    pub contact: Option<ContactId>,
    /// Their company.
    pub company: Option<CompanyId>,
}

impl TicketLinks {
    fn associations(&self) -> Vec<Association> {
        let contact =
            self.contact.iter().map(|id| Association::new(Kind::TicketToContact, id.as_str()));
        let company = self
            .company
            .iter()
            .map(|id| Association::new(Kind::TicketToPrimaryCompany, id.as_str()));
        contact.chain(company).collect()
    }
}

impl HubSpot {
    /// Makes a ticket with these properties, the session's among them. `None` when the
    /// session has one already, which HubSpot itself knows by the unique property;
    /// [`Self::ticket_of_session`] finds it.
    pub async fn create_ticket(
        &self,
        properties: &BTreeMap<String, String>,
        links: &TicketLinks,
    ) -> Result<Option<TicketId>, CallError> {
        let body = json!({ "properties": properties, "associations": links.associations() });
        let call = Call::post("create ticket", &below(&OBJECTS, &["tickets"])).json(body);
        match self.caller.send::<Identified<TicketId>>(call).await {
            Ok(made) => Ok(Some(made.id)),
            Err(error) if is_taken(&error, SESSION) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the ticket of a session, by the unique property, and when it was made; `None`
    /// also in a portal that lacks the property, where no ticket can have it.
    pub async fn ticket_of_session(
        &self,
        session: &SessionId,
    ) -> Result<Option<Object>, CallError> {
        let path = below(&OBJECTS, &["tickets", session.as_str()]);
        let call = Call::get("find ticket by session", &path)
            .query("idProperty", SESSION)
            .query("properties", CREATED);
        match self.caller.find(call).await {
            Ok(found) => Ok(found),
            Err(error) if error.is_invalid() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Finds the contact's ticket with this content, or with the beginning of it, since
    /// people may have gone on talking, that was made since a moment (epoch milliseconds, a
    /// minute allowed for clocks that differ). It serves portals in which no ticket can have
    /// the unique property. Two calls.
    pub async fn find_ticket(
        &self,
        contact: &ContactId,
        content: &str,
        since: u64,
    ) -> Result<Option<TicketId>, CallError> {
        let ticket = PendingCreate { kind: "tickets", property: CONTENT, since };
        let content = words(content);
        let found = self.find_created(["contacts", contact.as_str()], ticket, |said| {
            let said = words(said);
            !said.is_empty() && content.starts_with(&said)
        });
        Ok(found.await?.map(TicketId::new))
    }

    /// Reads a ticket with these properties; `None` when it was deleted. A merged one
    /// answers with the ticket that it was merged into.
    pub async fn ticket(
        &self,
        id: &TicketId,
        properties: &[&str],
    ) -> Result<Option<Object>, CallError> {
        let call = Call::get("read ticket", &below(&OBJECTS, &["tickets", id.as_str()]))
            .query("properties", properties.join(","));
        let found: Option<Object> = self.caller.find(call).await?;
        Ok(found.filter(|ticket| !ticket.archived))
    }

    /// Reads tickets with these properties, at most 100; deleted ones are left out.
    pub async fn tickets(
        &self,
        ids: &[TicketId],
        properties: &[&str],
    ) -> Result<Vec<Object>, CallError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let found = self.objects("tickets", &ids, properties).await?;
        Ok(found.into_iter().filter(|ticket| !ticket.archived).collect())
    }

    /// Sets properties of a ticket.
    pub async fn update_ticket(
        &self,
        id: &TicketId,
        properties: &BTreeMap<String, String>,
    ) -> Result<(), CallError> {
        let call = Call::patch("update ticket", &below(&OBJECTS, &["tickets", id.as_str()]));
        let call = call.json(json!({ "properties": properties }));
        self.caller.send::<Value>(call).await.map(|_| ())
    }
}
