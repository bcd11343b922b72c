//! CRM objects as OpenCX's inbox shows them.

use std::cmp::Reverse;

use bridge_domain::hubspot::pipeline::{Pipeline, Stage, stage};
use bridge_hubspot::Object;
use bridge_hubspot::property::{
    CLOSED_DATE, COMPANY_DOMAIN, COMPANY_INDUSTRY, COMPANY_NAME, COMPANY_SIZE, CREATED,
    DEAL_AMOUNT, DEAL_CLOSE_DATE, DEAL_CURRENCY, DEAL_IS_CLOSED, DEAL_NAME, DEAL_STAGE, EMAIL,
    FIRST_NAME, LAST_NAME, PHONES, STAGE, SUBJECT,
};
use serde_json::{Value, json};

/// Most deals and tickets that are listed; the rest are counted.
const MOST: usize = 25;

pub(crate) fn contact(contact: &Object, owner: Option<&str>) -> Value {
    let names = [contact.property(FIRST_NAME), contact.property(LAST_NAME)];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    json!({
        "id": contact.id,
        "name": (!name.is_empty()).then_some(name),
        "email": contact.property(EMAIL),
        "phone": PHONES.iter().find_map(|phone| contact.property(phone)),
        "owner": owner,
    })
}

pub(crate) fn company(company: &Object) -> Value {
    json!({
        "id": company.id,
        "name": company.property(COMPANY_NAME),
        "domain": company.property(COMPANY_DOMAIN),
        "industry": company.property(COMPANY_INDUSTRY),
        "size": company.property(COMPANY_SIZE).and_then(|size| size.parse::<u64>().ok()),
    })
}

/// The newest deals, their stages as people call them.
/// `currency` is that of amounts that name none: portals with one currency have no
/// such property.
pub(crate) fn deals(
    deals: Vec<Object>,
    pipelines: &[Pipeline],
    currency: Option<&str>,
) -> Vec<Value> {
    let shaped = newest(deals).map(|deal| {
        let stage = deal.property(DEAL_STAGE);
        let known = stage.and_then(|id| stage_of(pipelines, id));
        let closed = known.map_or(deal.property(DEAL_IS_CLOSED) == Some("true"), Stage::is_closed);
        let amount = deal.property(DEAL_AMOUNT).and_then(|amount| amount.parse::<f64>().ok());
        json!({
            "id": deal.id,
            "name": deal.property(DEAL_NAME),
            "stage": known.map(|stage| stage.label.as_str()).or(stage),
            "amount": amount,
            "currency": amount.and(deal.property(DEAL_CURRENCY).or(currency)),
            "close_date": deal.property(DEAL_CLOSE_DATE),
            "state": if closed { "closed" } else { "open" },
        })
    });
    shaped.collect()
}

/// The newest tickets, their stages as people call them.
pub(crate) fn tickets(tickets: Vec<Object>, pipelines: &[Pipeline]) -> Vec<Value> {
    let shaped = newest(tickets).map(|ticket| {
        let stage = ticket.property(STAGE);
        let known = stage.and_then(|id| stage_of(pipelines, id));
        json!({
            "id": ticket.id,
            "subject": ticket.property(SUBJECT),
            "status": known.map(|stage| stage.label.as_str()).or(stage),
            "created_at": ticket.property(CREATED),
            "closed_at": ticket.property(CLOSED_DATE),
        })
    });
    shaped.collect()
}

fn stage_of<'a>(pipelines: &'a [Pipeline], id: &str) -> Option<&'a Stage> {
    stage(pipelines, id).filter(|stage| !stage.label.is_empty())
}

/// The newest first; of two from the same moment the one with the greater id.
fn newest(mut objects: Vec<Object>) -> impl Iterator<Item = Object> {
    objects.sort_by_cached_key(|object| {
        let at = object.property(CREATED).or(object.created_at.as_deref());
        Reverse((at.map(str::to_owned), object.id.parse::<u64>().ok()))
    });
    objects.into_iter().take(MOST)
}
