//! `parked list`, `show`, `redrive` and `discard`.

mod action;
mod by_id;
mod entry;
mod parked_events;
mod queued_message;

use std::io::Write;
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;

use crate::cli::{Choice, Filter};
use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;
pub(crate) use action::Action;
use action::ActionResult;
pub(crate) use by_id::{act_on_one, all, event};
use entry::Entry;
use parked_events::ParkedEvents;

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
    let now = OffsetDateTime::now_utc();
    let row = |entry: &Entry| {
        let age = entry.age(now).map(short_age).unwrap_or_default();
        let (function, org) = (entry.function().to_owned(), entry.org().to_owned());
        let (reason, error) = (entry.reason().to_owned(), entry.error().to_owned());
        [entry.id().to_owned(), age, org, function, reason, entry.event().to_owned(), error]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    let heading = ["ID", "AGE", "ORG", "FUNCTION", "REASON", "EVENT", "ERROR"];
    Ok(columns::write(out, heading, &rows)?)
}

fn short_age(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..=119 => format!("{seconds}s"),
        seconds @ 120..=7_199 => format!("{}m", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

/// Shows all that is known of one event; its message only if that is asked for.
pub(crate) async fn show(
    operator: &Operator,
    id: &str,
    body: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let entries = parked_events::read(operator, &Filter::default()).await?;
    let entry = one(&entries, id)?;
    let mut known = entry.to_json();
    if body {
        known["body"] = entry.body(operator).await?.into();
    }
    if json {
        writeln!(out, "{known}")?;
        return Ok(());
    }
    for (name, value) in known.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null()) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "{name:<15} {text}")?;
    }
    writeln!(out, "{:<15} {}", "what to do", advice(entry.reason()))?;
    Ok(())
}

/// Advises the operator, by the reason.
fn advice(reason: &str) -> &'static str {
    match reason {
        "unknown_org" => "put the organisation's settings, then redrive; or discard",
        "bad_settings" => "`settings check` says what is wrong; mend it, then redrive",
        "uncertain" => "redrive: it looks whether the effect is there before it does it again",
        "unreadable" => "the sender has to mend the event and send it again; discard this one",
        "refused" => "the vendor said no: mend what it names (token, pipeline, …), then redrive",
        "ticket_gone" => "the ticket was deleted or merged; discard",
        "retries_exhausted" => "once the trouble is over, redrive",
        _ => "redrive; if it comes back, its new reason says more",
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
    let row = |done: &ActionResult| {
        let ActionResult { id, org, function, reason, result, .. } = done.clone();
        [id, org, function, reason, result]
    };
    let rows: Vec<_> = done.iter().map(row).collect();
    Ok(columns::write(out, ["ID", "ORG", "FUNCTION", "REASON", "RESULT"], &rows)?)
}

fn nothing() -> Problem {
    Problem::NothingMatched("nothing that matches is parked".to_owned())
}
