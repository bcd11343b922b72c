//! `find` and `timeline`: from one word to a conversation and its events.

use std::io::Write;

use bridge_console::{date_and_time, is_echo};
use serde_json::json;

use crate::cli::Search;
use crate::columns;
use crate::connect::Operator;
use crate::outcomes::{name, write_rows};
use crate::problem::Problem;
use crate::trace::{self, Found};

/// Tells what belongs to a word.
pub(crate) async fn find(
    operator: &Operator,
    search: &Search,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let found = look_up(operator, search).await?;
    if json {
        let links = found.links.iter();
        let links: Vec<_> = links
            .map(|link| json!({ "org": link.org, "kind": link.kind, "id": link.id }))
            .collect();
        writeln!(out, "{}", json!({ "links": links, "events": found.events }))?;
        return Ok(());
    }
    if !found.links.is_empty() {
        let rows: Vec<_> = found
            .links
            .iter()
            .map(|link| [link.org.clone(), link.kind.to_owned(), link.id.clone()])
            .collect();
        columns::write(out, ["ORG", "KIND", "ID"], &rows)?;
        writeln!(out)?;
    }
    write_rows(&found.events, out)
}

/// Tells a conversation's events one after the other, a line each.
pub(crate) async fn timeline(
    operator: &Operator,
    search: &Search,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let found = look_up(operator, search).await?;
    if json {
        writeln!(out, "{}", json!(found.events))?;
        return Ok(());
    }
    for record in &found.events {
        let (at, outcome) = (date_and_time(&record.at), name(record.outcome));
        let reason = record.reason.as_deref().unwrap_or_default();
        let (function, event) = (&record.function, &record.event);
        let line = format!("{at}  {function}: {event} {outcome} {reason}");
        writeln!(out, "{}", line.trim_end())?;
        for about in record.notes.iter().chain(&record.error) {
            let about: String = about.chars().filter(|c| !c.is_control()).collect();
            writeln!(out, "                     {about}")?;
        }
    }
    Ok(())
}

async fn look_up(operator: &Operator, search: &Search) -> Result<Found, Problem> {
    let orgs = operator.app.table.orgs().await?;
    let mut found = trace::find(operator, &orgs, search.word.trim(), search.days).await?;
    found.events.retain(|record| search.echoes || !is_echo(record.reason.as_deref()));
    if found.links.is_empty() && found.events.is_empty() {
        let Search { word, days, .. } = search;
        let error = format!(
            "nothing is known by {word}, and no event of the last {days} days has it; --days reads \
             more, and `status` counts events that still wait"
        );
        return Err(Problem::NothingMatched(error));
    }
    Ok(found)
}
