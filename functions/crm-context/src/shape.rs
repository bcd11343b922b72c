//! CRM objects as OpenCX's inbox shows them.

use bridge_domain::hubspot::pipeline::{Pipeline, Stage, stage};
use bridge_hubspot::Object;
use serde_json::{Value, json};

/// Most deals and tickets that are listed; the rest are counted.
const MOST: usize = 25;

pub(crate) fn contact(contact: &Object, owner: Option<&str>) -> Value {
    let names = [contact.property("firstname"), contact.property("lastname")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    json!({
        "id": contact.id,
        "name": (!name.is_empty()).then_some(name),
        "email": contact.property("email"),
        "phone": contact.property("phone").or(contact.property("mobilephone")),
        "owner": owner,
    })
}

pub(crate) fn company(company: &Object) -> Value {
    json!({
        "id": company.id,
        "name": company.property("name"),
        "domain": company.property("domain"),
        "industry": company.property("industry"),
        "size": company.property("numberofemployees").and_then(|size| size.parse::<u64>().ok()),
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
    let shape = |deal: Object| {
        let stage = deal.property("dealstage");
        let known = stage.and_then(|id| stage_of(pipelines, id));
        let closed = known.map_or(deal.property("hs_is_closed") == Some("true"), Stage::is_closed);
        let amount = deal.property("amount").and_then(|amount| amount.parse::<f64>().ok());
        json!({
            "id": deal.id,
            "name": deal.property("dealname"),
            "stage": known.map(|stage| stage.label.as_str()).or(stage),
            "amount": amount,
            "currency": amount.and(deal.property("deal_currency_code").or(currency)),
            "close_date": deal.property("closedate"),
            "state": if closed { "closed" } else { "open" },
        })
    };
    newest(deals).map(shape).collect()
}

/// The newest tickets, their stages as people call them.
pub(crate) fn tickets(tickets: Vec<Object>, pipelines: &[Pipeline]) -> Vec<Value> {
    let shape = |ticket: Object| {
        let stage = ticket.property("hs_pipeline_stage");
        let known = stage.and_then(|id| stage_of(pipelines, id));
        json!({
            "id": ticket.id,
            "subject": ticket.property("subject"),
            "status": known.map(|stage| stage.label.as_str()).or(stage),
            "created_at": ticket.property("createdate"),
            "closed_at": ticket.property("closed_date"),
        })
    };
    newest(tickets).map(shape).collect()
}

fn stage_of<'a>(pipelines: &'a [Pipeline], id: &str) -> Option<&'a Stage> {
    stage(pipelines, id).filter(|stage| !stage.label.is_empty())
}

/// The newest first; of two from the same moment the one with the greater id.
fn newest(mut objects: Vec<Object>) -> impl Iterator<Item = Object> {
    let made = |object: &Object| {
        let at = object.property("createdate").or(object.created_at.as_deref());
        (at.map(str::to_owned), object.id.parse::<u64>().ok())
    };
    objects.sort_by_cached_key(|object| std::cmp::Reverse(made(object)));
    objects.into_iter().take(MOST)
}
