//! `customer show` and `forget`: what is stored about a person, and its erasure.

use std::io::Write;

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{ContactId, TicketId};
use bridge_store::{Name, Traces};
use serde_json::{Value, json};

use crate::cli::Person;
use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;
use crate::trigger::org_of;

/// Shows what is stored about a person: ids alone, no address and no text.
pub(crate) async fn show(
    operator: &Operator,
    person: &Person,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let traces = find(operator, person).await?;
    write(&traces, None, json, out)
}

/// Erases it. Unless it is `confirmed`, only says what would be erased.
pub(crate) async fn forget(
    operator: &Operator,
    person: &Person,
    confirmed: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let traces = find(operator, person).await?;
    if confirmed {
        let (table, queues) = (&operator.app.table, &operator.app.queues);
        // First what is recognised by the links, which are erased last.
        queues.erase_parked(&traces).await?;
        for event in &traces.parked {
            table.discard(event, "discarded: its customer was erased").await?;
        }
        table.erase(&traces).await?;
    }
    write(&traces, Some(confirmed), json, out)
}

async fn find(operator: &Operator, person: &Person) -> Result<Traces, Problem> {
    let org = org_of(operator, person.org.as_deref()).await?;
    let table = &operator.app.table;
    let traces = match (&person.email, &person.phone, &person.contact) {
        (Some(email), ..) => {
            let email = EmailAddress::parse(email)
                .ok_or_else(|| Problem::Usage("--email: must be an email address".to_owned()))?;
            table.traces_of_name(&org, Name::Email(&email)).await?
        }
        (_, Some(phone), _) if !phone.chars().any(|c| c.is_ascii_digit()) => {
            return Err(Problem::Usage("--phone: must have digits".to_owned()));
        }
        (_, Some(phone), _) => table.traces_of_name(&org, Name::Phone(phone)).await?,
        (.., contact) => {
            let contact = ContactId::new(contact.as_deref().unwrap_or_default());
            table.traces_of_contact(&org, &contact).await?
        }
    };
    if traces.is_empty() {
        let text = format!("nothing is stored about this person in the organisation {org}");
        return Err(Problem::NothingMatched(text));
    }
    Ok(traces)
}

/// `erased` is `None` if only shown, else whether it was done.
fn write(
    traces: &Traces,
    erased: Option<bool>,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    if json {
        writeln!(out, "{}", to_json(traces, erased))?;
        return Ok(());
    }
    columns::write(out, ["STORED", "ID", ""], &rows(traces))?;
    let (items, parked) = (traces.items(), traces.parked.len());
    let found = format!("{items} items of the table, {parked} parked events");
    let line = match erased {
        None => found,
        Some(true) => format!("erased: {found}"),
        Some(false) => format!("would erase {found}; --yes does it"),
    };
    writeln!(out, "\n{line}")?;
    Ok(())
}

fn row(kind: &str, id: &str, more: String) -> [String; 3] {
    [kind.to_owned(), id.to_owned(), more]
}

fn rows(traces: &Traces) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for contact in &traces.contacts {
        rows.push(row("contact", contact.as_str(), "of HubSpot".to_owned()));
    }
    for contact in &traces.related_contacts {
        let more = "of the same conversations, stays; is it them? --contact".to_owned();
        rows.push(row("contact", contact.as_str(), more));
    }
    for name in &traces.names {
        rows.push(row("name", name.as_str(), "keyed hash".to_owned()));
    }
    for session in &traces.sessions {
        rows.push(row("session", session.as_str(), String::new()));
    }
    for thread in &traces.threads {
        rows.push(row("thread", thread.as_str(), String::new()));
    }
    for ticket in &traces.tickets {
        rows.push(row("ticket", ticket.as_str(), String::new()));
    }
    for (ticket, others) in &traces.shared_tickets {
        let more = format!("stays for {} other sessions", others.len());
        rows.push(row("ticket", ticket.as_str(), more));
    }
    for event in &traces.parked {
        let record = &event.record;
        let reason = record.reason.clone().unwrap_or_default();
        rows.push(row("parked", &record.event_id, format!("{} {reason}", record.function)));
    }
    rows
}

fn to_json(traces: &Traces, erased: Option<bool>) -> Value {
    let shared: Vec<&TicketId> = traces.shared_tickets.iter().map(|(id, _)| id).collect();
    let parked: Vec<&str> =
        traces.parked.iter().map(|event| event.record.event_id.as_str()).collect();
    json!({
        "org": traces.org, "contacts": traces.contacts,
        "related_contacts": traces.related_contacts, "names": traces.names,
        "sessions": traces.sessions, "threads": traces.threads, "tickets": traces.tickets,
        "shared_tickets": shared, "parked": parked, "items": traces.items(),
        "erased": erased.unwrap_or_default(),
    })
}
