//! The record: four calls, and look-ups that are remembered.

use bridge_domain::ids::OwnerId;
use bridge_domain::settings::Settings;
use bridge_engine::App;
use bridge_hubspot::property::{COMPANY_RECORD, CONTACT_RECORD, DEAL_RECORD, OWNER, TICKET_RECORD};
use bridge_hubspot::{HubSpot, Object, newest_first};
use bridge_hubspot_directory::{
    crm_contact_of_phone, crm_currency, crm_deal_pipelines, crm_owner_name, crm_ticket_pipelines,
};
use bridge_vendor_http::Deadline;
use serde_json::{Value, json};

use crate::answer::{Answer, Problem};
use crate::query::Customer;
use crate::shape;

/// The time for which whoever looks at a session is made to wait at most.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(8);

/// The connection by which a record is read: with the CRM token alone.
struct Crm<'a> {
    app: &'a App,
    settings: &'a Settings,
    hubspot: HubSpot,
}

/// The CRM's record of the customer.
pub(crate) async fn of(app: &App, settings: &Settings, customer: &Customer) -> Answer {
    let hubspot = app.crm(settings, Deadline::after(PATIENCE)).await?.ok_or(Problem::NoCrm)?;
    let crm = Crm { app, settings, hubspot };
    let contact = crm.find(customer).await?.ok_or(Problem::UnknownContact)?;
    let company: Vec<String> = contact.related("companies").main().into_iter().collect();
    let deals = crm.newest_ids(&contact, "deals").await?;
    let tickets = crm.newest_ids(&contact, "tickets").await?;
    let (company, deal_objects, ticket_objects) = tokio::join!(
        crm.hubspot.objects("companies", &company, &COMPANY_RECORD),
        crm.hubspot.objects("deals", &deals, &DEAL_RECORD),
        crm.hubspot.objects("tickets", &tickets, &TICKET_RECORD),
    );
    let owner = crm.owner(&contact).await?;
    let deal_list = crm.deals(deal_objects?).await?;
    let ticket_list = crm.tickets(ticket_objects?).await?;
    let hubspot_calls = crm.hubspot.calls().count();
    tracing::info!(org = %settings.org, hubspot_calls, "CRM record answered");
    Ok(json!({
        "contact": shape::contact(&contact, owner.as_deref()),
        "company": company?.first().map(shape::company),
        "more": { "deals": deals.len().saturating_sub(deal_list.len()),
                  "tickets": tickets.len().saturating_sub(ticket_list.len()) },
        "deals": deal_list,
        "tickets": ticket_list,
    }))
}

impl Crm<'_> {
    async fn find(&self, customer: &Customer) -> Result<Option<Object>, Problem> {
        let phone = match customer {
            Customer::Email(email) => {
                return Ok(self.hubspot.contact_record(email.as_str(), &CONTACT_RECORD).await?);
            }
            Customer::Phone(phone) => phone,
        };
        let (table, org) = (&self.app.table, &self.settings.org);
        match crm_contact_of_phone(table, &self.hubspot, org, phone).await? {
            Some(id) => Ok(self.hubspot.contact_record_by_id(id.as_str(), &CONTACT_RECORD).await?),
            None => Ok(None),
        }
    }

    /// The ids of all related objects, the newest first. Only so are the newest of more than a
    /// hundred among those that one call reads.
    async fn newest_ids(
        &self,
        contact: &Object,
        kind: &'static str,
    ) -> Result<Vec<String>, Problem> {
        let related = contact.related(kind);
        let mut ids = if related.more {
            self.hubspot.related_ids("contacts", &contact.id, kind).await?
        } else {
            related.all
        };
        ids.sort_by_cached_key(|id| newest_first(id));
        Ok(ids)
    }

    async fn owner(&self, contact: &Object) -> Result<Option<String>, Problem> {
        let Some(id) = contact.property(OWNER) else { return Ok(None) };
        let (table, org) = (&self.app.table, &self.settings.org);
        Ok(crm_owner_name(table, &self.hubspot, org, &OwnerId::new(id)).await?)
    }

    async fn deals(&self, deals: Vec<Object>) -> Result<Vec<Value>, Problem> {
        if deals.is_empty() {
            return Ok(Vec::new());
        }
        let (table, org) = (&self.app.table, &self.settings.org);
        let pipelines = crm_deal_pipelines(table, &self.hubspot, org).await?;
        let currency = crm_currency(table, &self.hubspot, org).await?;
        Ok(shape::deals(deals, &pipelines, currency.as_deref()))
    }

    async fn tickets(&self, tickets: Vec<Object>) -> Result<Vec<Value>, Problem> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let (table, org) = (&self.app.table, &self.settings.org);
        let pipelines = crm_ticket_pipelines(table, &self.hubspot, org).await?;
        Ok(shape::tickets(tickets, &pipelines))
    }
}
