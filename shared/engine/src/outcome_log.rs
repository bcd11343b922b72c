//! The log line of an event's outcome, which is its metrics, too.

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use serde_json::Value;

use crate::logging::write_line;
use crate::metrics::{Directive, describe};

/// Writes the line of a record; parked events as errors, since somebody has to look.
pub(crate) fn write(record: &OutcomeRecord) {
    write_line(&line(record).to_string());
}

fn line(record: &OutcomeRecord) -> Value {
    let mut line = serde_json::to_value(record).unwrap_or_default();
    let parked = record.outcome == Outcome::Parked;
    line["timestamp"] = record.at.as_str().into();
    line["level"] = if parked { "ERROR" } else { "INFO" }.into();
    line["message"] = if parked { "event parked" } else { "event ended" }.into();
    line["events"] = 1.into();
    describe(&mut line, &METRICS);
    line
}

/// The dashboard shows events by function and outcome, and an alarm looks at those parked,
/// whatever their function; effort is kept by function alone, since each set costs.
const METRICS: [Directive<'_>; 2] = [
    Directive {
        dimensions: &[&["stack", "function", "outcome"], &["stack", "outcome"]],
        metrics: &[("events", "Count")],
    },
    Directive {
        dimensions: &[&["stack", "function"]],
        metrics: &[
            ("elapsed_ms", "Milliseconds"),
            ("hubspot_calls", "Count"),
            ("hubspot_throttled", "Count"),
            ("opencx_calls", "Count"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_and_dimension_stands_in_the_line() {
        let line = line(&OutcomeRecord::of("handoff", None, "e", "id"));
        crate::metrics::tests::check_described(&line);
        assert_eq!(line["outcome"], "applied");
    }
}
