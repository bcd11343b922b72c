//! A contact that is made, as far as HubSpot takes what is known of the customer.

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::ids::{ContactId, SessionId};
use bridge_domain::opencx::events::Contact;
use bridge_domain::person_name;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::property::{EMAIL, FIRST_NAME, LAST_NAME, PHONE};
use bridge_hubspot::{self as hubspot, Created, Rejection};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

use crate::contact_query::{ContactQuery, Customer, find};
use crate::refused_reads::unless_refused;

/// Most rounds of leaving out values that HubSpot refuses.
const MOST_ROUNDS: usize = 4;

/// A contact that was made, or proved to be there.
pub(crate) enum New {
    Made(ContactId),
    Existed(hubspot::Contact),
    Found(Customer),
}

/// The result of one round.
#[derive(Serialize, Deserialize)]
enum Round {
    Made(ContactId),
    Existed(ContactId),
    /// HubSpot knows a contact with these values, and does not say which.
    Conflict,
    Rejected(Rejection),
    /// HubSpot takes no such contact.
    Refused(String),
}

/// Makes the contact. Whoever has its address already is the one: somebody was quicker, or
/// it is a second address of theirs, which the look by email misses. `None` if HubSpot
/// refuses it, which is remarked.
pub(crate) async fn create(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
) -> Result<Option<New>, Failure> {
    let mut properties = properties(query.contact, query.session);
    for round in 0..MOST_ROUNDS {
        let refusal = match make(context, query, &properties, round).await? {
            Round::Made(id) => return Ok(Some(New::Made(id))),
            Round::Existed(id) => {
                let found = context.hubspot.contact_by_id(&id).await;
                let found = unless_refused(context, "the customer's contact", found)?.flatten();
                let bare = hubspot::Contact { id, company: None, tickets: Vec::new() };
                return Ok(Some(New::Existed(found.unwrap_or(bare))));
            }
            Round::Conflict => {
                let found = find(context, query).await;
                let found = unless_refused(context, "the customer's contact", found)?.flatten();
                if let Some(customer) = found {
                    return Ok(Some(New::Found(customer)));
                }
                "it exists already, and HubSpot does not say which it is".to_owned()
            }
            Round::Rejected(Rejection::Named(refused)) => {
                for property in &refused {
                    context
                        .remark(format!("HubSpot does not take the contact's `{}`", property.name));
                    properties.remove(&property.name);
                }
                add_name(&mut properties, query.contact, query.session);
                continue;
            }
            Round::Rejected(Rejection::Required(names)) => {
                format!("the portal requires further properties: {}", names.join(", "))
            }
            Round::Rejected(Rejection::Unspecific) => "HubSpot does not say why".to_owned(),
            Round::Refused(error) => error,
        };
        context.remark(format!("the contact could not be made: {refusal}"));
        return Ok(None);
    }
    context.remark("the contact could not be made: HubSpot refuses ever more properties");
    Ok(None)
}

async fn make(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
    properties: &BTreeMap<String, String>,
    round: usize,
) -> Result<Round, Failure> {
    let recovery = Recovery::look_up(|since| look(context, query, properties, since));
    let create = async {
        let error = match context.hubspot.create_contact(properties).await {
            Ok(Created::New(id)) => return Ok(Round::Made(id)),
            Ok(Created::Existed(id)) => return Ok(Round::Existed(id)),
            Err(error) => error,
        };
        let sent: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        match Rejection::read(&error, &sent) {
            Some(rejection) => Ok(Round::Rejected(rejection)),
            None if error.is_status(409) => Ok(Round::Conflict),
            None if error.is_refused() => Ok(Round::Refused(error.to_string())),
            None => Err(error),
        }
    };
    let step = if round == 0 { "contact".to_owned() } else { format!("contact {round}") };
    context.step(&step, recovery, create).await
}

/// Finds the contact that an earlier try may have made: by email or phone, else by what
/// else was written.
async fn look(
    context: &EventContext<'_>,
    query: &ContactQuery<'_>,
    properties: &BTreeMap<String, String>,
    since: u64,
) -> Result<Option<Round>, CallError> {
    if let Some(found) = find(context, query).await? {
        return Ok(Some(Round::Existed(found.contact)));
    }
    if query.contact.is_anonymous() {
        let made = context.hubspot.contact_made_since(properties, since).await?;
        return Ok(made.map(Round::Made));
    }
    Ok(None)
}

fn properties(contact: &Contact, session: &SessionId) -> BTreeMap<String, String> {
    let (first, last) = person_name::split(contact.name.as_deref().unwrap_or_default());
    let values = [
        (EMAIL, contact.email.as_ref().map(ToString::to_string)),
        (PHONE, contact.phone.clone()),
        (FIRST_NAME, first),
        (LAST_NAME, last),
    ];
    let given = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut properties = given.collect();
    add_name(&mut properties, contact, session);
    properties
}

/// Names a contact that has neither an email address nor a name, since HubSpot wants one
/// of them.
fn add_name(properties: &mut BTreeMap<String, String>, contact: &Contact, session: &SessionId) {
    if ![EMAIL, FIRST_NAME, LAST_NAME].iter().any(|name| properties.contains_key(*name)) {
        let distinct = contact.phone.as_deref().unwrap_or(session.as_str());
        properties.insert(FIRST_NAME.to_owned(), "Visitor".to_owned());
        properties.insert(LAST_NAME.to_owned(), distinct.chars().take(36).collect());
    }
}
