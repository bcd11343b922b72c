//! `outcomes`: how the events of an organisation ended.

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use bridge_domain::ids::SessionId;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use crate::cli::Wanted;
use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;

/// The interval between two looks for new ones.
const EVERY: Duration = Duration::from_secs(2);

/// The overlap of two looks: the index is filled in no strict order.
const OVERLAP: Duration = Duration::from_secs(30);

/// Lists outcomes, oldest first, and goes on with new ones if that is wanted.
pub(crate) async fn outcomes(
    operator: &Operator,
    wanted: &Wanted,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let today = OffsetDateTime::now_utc().date();
    let from = wanted.from.unwrap_or(today);
    let to = wanted.to.unwrap_or(today);
    if from > to {
        return Err(Problem::Usage("--from is later than --to".to_owned()));
    }
    let mut found = between(operator, wanted, from, to, None).await?;
    if wanted.follow {
        return follow(operator, wanted, found, json, out).await;
    }
    found.retain(|record| matches(wanted, record));
    if json {
        writeln!(out, "{}", json!(found))?;
    }
    if found.is_empty() {
        let error = format!("{} has no such outcome from {from} to {to} (UTC)", wanted.org);
        return Err(Problem::NothingMatched(error));
    }
    if json { Ok(()) } else { write_rows(&found, out) }
}

async fn between(
    operator: &Operator,
    wanted: &Wanted,
    from: Date,
    to: Date,
    after: Option<&str>,
) -> Result<Vec<OutcomeRecord>, Problem> {
    let org = if wanted.org == "-" { "" } else { &wanted.org };
    let mut all = Vec::new();
    let mut day = Some(from);
    while let Some(current) = day.filter(|day| *day <= to) {
        let filed = operator.app.table.outcomes(org, &current.to_string(), after).await?;
        all.extend(filed.into_iter().map(|filed| filed.record));
        day = current.next_day();
    }
    Ok(all)
}

/// One line each, as they come: JSON lines for programs.
async fn follow(
    operator: &Operator,
    wanted: &Wanted,
    mut found: Vec<OutcomeRecord>,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let mut seen: HashSet<(String, String, String)> = HashSet::new();
    loop {
        let key =
            |one: &OutcomeRecord| (one.function.clone(), one.event_id.clone(), one.at.clone());
        found.retain(|record| seen.insert(key(record)) && matches(wanted, record));
        if json {
            for record in &found {
                writeln!(out, "{}", json!(record))?;
            }
        } else if !found.is_empty() {
            write_rows(&found, out)?;
        }
        out.flush()?;
        tokio::time::sleep(EVERY).await;
        let now = OffsetDateTime::now_utc();
        let since = now - OVERLAP;
        let after = since.format(&Rfc3339).unwrap_or_default();
        // Keys compare as text, and end in different numbers of digits: whole seconds do.
        let after = after.get(..19);
        seen.retain(|(_, _, at)| Some(at.as_str()) >= after);
        found = between(operator, wanted, since.date(), now.date(), after).await?;
    }
}

fn matches(wanted: &Wanted, record: &OutcomeRecord) -> bool {
    let is = |wanted: &Option<String>, found: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
    };
    is(&wanted.function, Some(&record.function))
        && is(&wanted.outcome, Some(name(record.outcome)))
        && is(&wanted.reason, record.reason.as_deref())
        && is(&wanted.session, record.session.as_ref().map(SessionId::as_str))
}

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "applied",
        Outcome::Skipped => "skipped",
        Outcome::Parked => "parked",
    }
}

fn write_rows(records: &[OutcomeRecord], out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    let row = |record: &OutcomeRecord| {
        let session = record.session.as_ref().map(ToString::to_string).unwrap_or_default();
        let about: Vec<&str> =
            record.notes.iter().chain(&record.error).map(String::as_str).collect();
        [
            record.at.get(..19).unwrap_or(&record.at).to_owned(),
            record.function.clone(),
            name(record.outcome).to_owned(),
            record.reason.clone().unwrap_or_default(),
            session,
            format!("{} ms", record.elapsed_ms),
            about.join("; "),
        ]
    };
    let rows: Vec<_> = records.iter().map(row).collect();
    let heading = ["AT (UTC)", "FUNCTION", "OUTCOME", "REASON", "SESSION", "TIME", "ABOUT"];
    Ok(columns::write(out, heading, &rows)?)
}
