//! `outcomes`: how events ended; `listen`: the same live.

use std::io::Write;

use bridge_console::{date_and_time, is_echo, short_line};
use bridge_domain::ids::SessionId;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use crate::cli::Wanted;
use crate::columns;
use crate::connect::Operator;
use crate::outcome_reader::{Tail, read};
use crate::problem::Problem;

/// Lists outcomes, oldest first, and goes on with new ones if that is wanted.
pub(crate) async fn outcomes(
    operator: &Operator,
    wanted: &Wanted,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let orgs = orgs(operator, wanted.org.as_deref()).await?;
    let from = wanted.from.unwrap_or_else(midnight);
    let to = wanted.to.unwrap_or_else(Timestamp::now);
    if from > to {
        return Err(Problem::Usage("--from is later than --to".to_owned()));
    }
    let mut found = read(operator, &orgs, from, to).await?;
    if wanted.follow {
        let mut tail = Tail::after(orgs, &found);
        loop {
            found.retain(|record| matches(wanted, record));
            write(&found, json, out)?;
            found = tail.next(operator).await?;
        }
    }
    found.retain(|record| matches(wanted, record));
    if found.is_empty() {
        if json {
            writeln!(out, "[]")?;
        }
        let (from, to) = (date_and_time(&from.to_string()), date_and_time(&to.to_string()));
        let error = format!("there is no such outcome from {from} to {to}");
        return Err(Problem::NothingMatched(error));
    }
    if json {
        writeln!(out, "{}", json!(found))?;
        return Ok(());
    }
    write_rows(&found, out)
}

/// Prints events as they end, until the process does.
pub(crate) async fn listen(
    operator: &Operator,
    org: Option<&str>,
    echoes: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let mut tail = Tail::after(orgs(operator, org).await?, &[]);
    loop {
        for record in tail.next(operator).await? {
            let line = json!(record);
            if json {
                writeln!(out, "{line}")?;
            } else if let Some(short) = short_line(&line, echoes) {
                writeln!(out, "{short}")?;
            }
        }
        out.flush()?;
    }
}

/// Returns the organisation that is named, or all, with that of events that named none.
async fn orgs(operator: &Operator, named: Option<&str>) -> Result<Vec<String>, Problem> {
    if let Some(org) = named {
        return Ok(vec![if org == "-" { String::new() } else { org.to_owned() }]);
    }
    let all = operator.app.table.orgs().await?;
    Ok(all.iter().map(ToString::to_string).chain([String::new()]).collect())
}

/// Returns the beginning of today, in local time.
fn midnight() -> Timestamp {
    let now = Timestamp::now();
    let today = now.to_zoned(TimeZone::system()).start_of_day();
    today.map_or_else(|_| now - 24.hours(), |today| today.timestamp())
}

fn matches(wanted: &Wanted, record: &OutcomeRecord) -> bool {
    let reason = record.reason.as_deref();
    let is_hidden = is_echo(reason) && !wanted.echoes && wanted.reason.is_none();
    !is_hidden
        && is_wanted(wanted.function.as_deref(), Some(&record.function))
        && is_wanted(wanted.outcome.as_deref(), Some(name(record.outcome)))
        && is_wanted(wanted.reason.as_deref(), reason)
        && is_wanted(wanted.session.as_deref(), record.session.as_ref().map(SessionId::as_str))
}

fn is_wanted(wanted: Option<&str>, found: Option<&str>) -> bool {
    wanted.is_none() || wanted == found
}

pub(crate) fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "applied",
        Outcome::Skipped => "skipped",
        Outcome::Parked => "parked",
    }
}

fn write(
    records: &[OutcomeRecord],
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    if json {
        for record in records {
            writeln!(out, "{}", json!(record))?;
        }
    } else if !records.is_empty() {
        write_rows(records, out)?;
    }
    Ok(out.flush()?)
}

/// Writes events as rows.
pub(crate) fn write_rows(
    records: &[OutcomeRecord],
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let rows: Vec<_> = records.iter().map(row).collect();
    let heading = ["AT", "ORG", "FUNCTION", "OUTCOME", "REASON", "SESSION", "TIME", "ABOUT"];
    Ok(columns::write(out, heading, &rows)?)
}

fn row(record: &OutcomeRecord) -> [String; 8] {
    let session = record.session.as_ref().map(ToString::to_string).unwrap_or_default();
    let about: Vec<&str> = record.notes.iter().chain(&record.error).map(String::as_str).collect();
    [
        date_and_time(&record.at),
        record.org.clone(),
        record.function.clone(),
        name(record.outcome).to_owned(),
        record.reason.clone().unwrap_or_default(),
        session,
        format!("{} ms", record.elapsed_ms),
        about.join("; "),
    ]
}
