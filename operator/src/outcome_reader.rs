//! Outcomes by the table's index, which is kept by organisation and day (UTC).

use std::collections::HashSet;
use std::time::{Duration, Instant};

use bridge_domain::outcome::OutcomeRecord;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::connect::Operator;
use crate::problem::Problem;
use crate::progress::progress;

/// The interval between two looks for new ones.
const EVERY: Duration = Duration::from_secs(2);

/// Seconds by which two looks overlap: the index is filled in no strict order.
const OVERLAP: i64 = 30;

/// Reads the outcomes of organisations between two moments, oldest first.
pub(crate) async fn read(
    operator: &Operator,
    orgs: &[String],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<OutcomeRecord>, Problem> {
    // Keys compare as text, and end in different numbers of digits: whole seconds do.
    let begin = from.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let begun = Instant::now();
    let mut all = Vec::new();
    for org in orgs {
        let mut day = day_of(from);
        while day <= day_of(to) {
            progress(&format!("reading {day}"), begun.elapsed());
            let table = &operator.app.table;
            let stored = table.outcomes(org, &day.to_string(), Some(&begin)).await?;
            all.extend(stored.into_iter().map(|stored| stored.record));
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
    }
    progress("", begun.elapsed());
    all.retain(|record| is_between(record, from, to));
    all.sort_by(|one, other| one.at.cmp(&other.at));
    Ok(all)
}

fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

fn is_between(record: &OutcomeRecord, from: Timestamp, to: Timestamp) -> bool {
    record.at.parse::<Timestamp>().is_ok_and(|at| from <= at && at <= to)
}

type Seen = (String, String, String);

/// The end of the outcomes, followed as it grows.
pub(crate) struct Tail {
    orgs: Vec<String>,
    since: Timestamp,
    seen: HashSet<Seen>,
}

impl Tail {
    /// Follows what comes after these.
    pub(crate) fn after(orgs: Vec<String>, known: &[OutcomeRecord]) -> Self {
        Self { orgs, since: Timestamp::now(), seen: known.iter().map(key).collect() }
    }

    /// Begins with the outcomes of the last hour.
    pub(crate) async fn begin(
        operator: &Operator,
        orgs: Vec<String>,
    ) -> Result<(Self, Vec<OutcomeRecord>), Problem> {
        let now = Timestamp::now();
        let known = read(operator, &orgs, now - 1.hour(), now).await?;
        Ok((Self::after(orgs, &known), known))
    }

    /// Waits a moment, and returns those that ended meanwhile.
    pub(crate) async fn next(
        &mut self,
        operator: &Operator,
    ) -> Result<Vec<OutcomeRecord>, Problem> {
        tokio::time::sleep(EVERY).await;
        let now = Timestamp::now();
        let from = self.since.max(now - OVERLAP.seconds());
        let mut found = read(operator, &self.orgs, from, now + 1.minute()).await?;
        found.retain(|record| self.seen.insert(key(record)));
        let oldest = (now - (2 * OVERLAP).seconds()).to_string();
        self.seen.retain(|(_, _, at)| *at >= oldest);
        Ok(found)
    }
}

fn key(record: &OutcomeRecord) -> Seen {
    (record.function.clone(), record.event_id.clone(), record.at.clone())
}
