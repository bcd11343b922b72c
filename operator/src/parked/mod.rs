//! `parked list`, `show`, `redrive` and `discard`.

mod action;
mod by_id;
mod entry;
mod parked_events;
mod queued_message;
mod show;

use std::io::Write;
use std::time::Duration;

use serde_json::json;

use crate::cli::{Choice, Filter};
use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;
pub(crate) use action::Action;
use action::ActionResult;
pub(crate) use by_id::{act_on_one, all, event};
use entry::Entry;
use parked_events::ParkedEvents;
pub(crate) use show::show;

/// Lists what is parked.
pub(crate) async fn list(
    operator: &Operator,
    filter: &Filter,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let entries = parked_events::read(operator, filter).await?;
    if json || !entries.is_empty() {
        write_list(&entries, json, out)?;
    }
    if entries.is_empty() { Err(nothing()) } else { Ok(()) }
}

fn write_list(entries: &[Entry], json: bool, out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    if json {
        let all: Vec<_> = entries.iter().map(Entry::to_json).collect();
        writeln!(out, "{}", json!(all))?;
        return Ok(());
    }
    let rows: Vec<_> = entries.iter().map(row).collect();
    let heading = ["ID", "AGE", "ORG", "FUNCTION", "REASON", "EVENT", "ERROR"];
    Ok(columns::write(out, heading, &rows)?)
}

fn row(entry: &Entry) -> [String; 7] {
    let age = entry.age().map(short_age).unwrap_or_default();
    let (function, org) = (entry.function().to_owned(), entry.org().to_owned());
    let (reason, error) = (entry.reason().to_owned(), entry.error().to_owned());
    [entry.id().to_owned(), age, org, function, reason, entry.event().to_owned(), error]
}

fn short_age(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..=119 => format!("{seconds}s"),
        seconds @ 120..=7_199 => format!("{}m", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

/// Puts events back on their queues.
pub(crate) async fn redrive(
    operator: &Operator,
    choice: &Choice,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    act_on(operator, choice, Action::Redrive { settle: choice.settle }, json, out).await
}

/// Gives events up.
pub(crate) async fn discard(
    operator: &Operator,
    choice: &Choice,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    act_on(operator, choice, Action::Discard, json, out).await
}

async fn act_on(
    operator: &Operator,
    choice: &Choice,
    act: Action,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let parked = ParkedEvents::take(operator, &choice.filter).await?;
    let result = match chosen(&parked.entries, choice) {
        Ok(chosen) => act.on(operator, &chosen, choice.yes).await,
        Err(problem) => Err(problem),
    };
    parked.give_back(operator).await;
    let done = result?;
    write_done(&done, json, out)?;
    let left = done.iter().filter(|done| !done.possible).count();
    if !choice.yes && !json {
        writeln!(out, "nothing was done yet: add --yes to do it")?;
    }
    match left {
        0 => Ok(()),
        _ => Err(Problem::Partly(format!("{left} of {} could not be done", done.len()))),
    }
}

fn chosen<'a>(entries: &'a [Entry], choice: &Choice) -> Result<Vec<&'a Entry>, Problem> {
    let mut chosen: Vec<&Entry> = if choice.all {
        entries.iter().collect()
    } else {
        choice.ids.iter().map(|id| one(entries, id)).collect::<Result<_, _>>()?
    };
    chosen.sort_by_key(|entry| (entry.at().to_owned(), entry.id().to_owned()));
    chosen.dedup_by_key(|entry| entry.id().to_owned());
    if chosen.is_empty() { Err(nothing()) } else { Ok(chosen) }
}

fn one<'a>(entries: &'a [Entry], id: &str) -> Result<&'a Entry, Problem> {
    let mut matching = entries.iter().filter(|entry| !id.is_empty() && entry.id().starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(entry), None) => Ok(entry),
        (None, _) => Err(Problem::NothingMatched(format!("nothing is parked under the id {id}"))),
        _ => Err(Problem::Usage(format!("several ids begin with {id}: give more of it"))),
    }
}

fn write_done(
    done: &[ActionResult],
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    if json {
        let all: Vec<_> = done.iter().map(ActionResult::to_json).collect();
        writeln!(out, "{}", json!(all))?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for ActionResult { id, org, function, reason, result, .. } in done.iter().cloned() {
        rows.push([id, org, function, reason, result]);
    }
    Ok(columns::write(out, ["ID", "ORG", "FUNCTION", "REASON", "RESULT"], &rows)?)
}

fn nothing() -> Problem {
    Problem::NothingMatched("nothing that matches is parked".to_owned())
}
