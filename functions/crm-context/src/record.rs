//! The record: four calls, and look-ups that are remembered.

use bridge_domain::ids::OwnerId;
use bridge_domain::settings::Settings;
use bridge_http::Deadline;
use bridge_hubspot::{HubSpot, Object};
use bridge_portal::{crm_deal_pipelines, crm_owner_name, crm_ticket_pipelines};
use bridge_runtime::App;
use serde_json::json;

use crate::answer::{Answer, Problem};
use crate::query::Customer;
use crate::shape;

/// How long whoever looks at a session is made to wait at most.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(8);

const CONTACT: [&str; 6] =
    ["email", "firstname", "lastname", "phone", "mobilephone", "hubspot_owner_id"];
const COMPANY: [&str; 4] = ["name", "domain", "industry", "numberofemployees"];
const DEAL: [&str; 7] = [
    "dealname",
    "dealstage",
    "pipeline",
    "amount",
    "deal_currency_code",
    "closedate",
    "createdate",
];
const TICKET: [&str; 5] =
    ["subject", "hs_pipeline", "hs_pipeline_stage", "createdate", "closed_date"];

/// What the CRM knows of the customer.
pub(crate) async fn of(app: &App, settings: &Settings, customer: &Customer) -> Answer {
    let crm = settings.crm.as_ref().ok_or(Problem::NoCrm)?;
    let token = app.secret(&crm.access_token).await?;
    let crm = app.hubspot(token, Deadline::after(PATIENCE));
    let contact = find(&crm, customer).await?.ok_or(Problem::UnknownContact)?;
    let companies = contact.related("companies");
    let company: Vec<String> =
        companies.primary.or_else(|| companies.all.into_iter().next()).into_iter().collect();
    let (deals, tickets) = (contact.related("deals").all, contact.related("tickets").all);
    let (companies, deal_objects, ticket_objects) = tokio::join!(
        crm.objects("companies", &company, &COMPANY),
        crm.objects("deals", &deals, &DEAL),
        crm.objects("tickets", &tickets, &TICKET),
    );
    let owner = owner(app, settings, &crm, &contact).await?;
    let deal_list = match deal_objects? {
        objects if objects.is_empty() => Vec::new(),
        objects => {
            shape::deals(objects, &crm_deal_pipelines(&app.table, &crm, &settings.org).await?)
        }
    };
    let ticket_list = match ticket_objects? {
        objects if objects.is_empty() => Vec::new(),
        objects => {
            shape::tickets(objects, &crm_ticket_pipelines(&app.table, &crm, &settings.org).await?)
        }
    };
    tracing::info!(org = %settings.org, hubspot_calls = crm.calls().count(), "CRM record answered");
    Ok(json!({
        "contact": shape::contact(&contact, owner.as_deref()),
        "company": companies?.first().map(shape::company),
        "more": { "deals": deals.len() - deal_list.len().min(deals.len()),
                  "tickets": tickets.len() - ticket_list.len().min(tickets.len()) },
        "deals": deal_list,
        "tickets": ticket_list,
    }))
}

async fn find(crm: &HubSpot, customer: &Customer) -> Result<Option<Object>, Problem> {
    Ok(match customer {
        Customer::Email(email) => crm.contact_record(email.as_str(), &CONTACT).await?,
        Customer::Phone(phone) => match crm.contact_by_phone(phone).await? {
            Some(found) => crm.contact_record_by_id(found.id.as_str(), &CONTACT).await?,
            None => None,
        },
    })
}

async fn owner(
    app: &App,
    settings: &Settings,
    crm: &HubSpot,
    contact: &Object,
) -> Result<Option<String>, Problem> {
    match contact.property("hubspot_owner_id") {
        None => Ok(None),
        Some(id) => Ok(crm_owner_name(&app.table, crm, &settings.org, &OwnerId::new(id)).await?),
    }
}
