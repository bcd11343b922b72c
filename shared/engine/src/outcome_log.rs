//! The log lines of an event's tries and its outcome, which are its metrics, too.

use std::time::Duration;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_lambda::{Directive, describe, write_line};
use serde_json::{Value, json};

/// Writes the line of a record; parked events as errors, since somebody has to look.
pub(crate) fn write(record: &OutcomeRecord, tries: u64) {
    write_line(&outcome(record, tries).to_string());
}

/// Writes the line of a try that was in vain.
pub(crate) fn write_deferral(record: &OutcomeRecord, tries: u64, error: &str, delay: Duration) {
    write_line(&deferral(record, tries, error, delay).to_string());
}

fn outcome(record: &OutcomeRecord, tries: u64) -> Value {
    let mut line = serde_json::to_value(record).unwrap_or_default();
    let parked = record.outcome == Outcome::Parked;
    line["timestamp"] = record.at.as_str().into();
    line["level"] = if parked { "ERROR" } else { "INFO" }.into();
    line["message"] = if parked { "event parked" } else { "event ended" }.into();
    line["events"] = 1.into();
    line["tries"] = tries.into();
    describe(&mut line, &[EVENTS, EFFORT]);
    line
}

fn deferral(record: &OutcomeRecord, tries: u64, error: &str, delay: Duration) -> Value {
    let mut line = json!({
        "timestamp": record.at, "level": "WARN", "message": "event deferred for retry",
        "function": record.function, "org": record.org, "event": record.event,
        "event_id": record.event_id, "trace": record.trace, "session": record.session,
        "thread": record.thread, "ticket": record.ticket, "error": error,
        "tries": tries, "deferred": 1, "deferred_for_s": delay.as_secs_f64().ceil(),
        "hubspot_calls": record.hubspot_calls, "hubspot_throttled": record.hubspot_throttled,
        "opencx_calls": record.opencx_calls, "elapsed_ms": record.elapsed_ms,
    });
    describe(&mut line, &[DEFERRED, EFFORT]);
    line
}

/// The dashboard shows events by function and outcome, and an alarm looks at those parked,
/// whatever their function.
const EVENTS: Directive<'_> = Directive {
    dimensions: &[&["stack", "function", "outcome"], &["stack", "outcome"]],
    metrics: &[("events", "Count")],
};

/// Effort is kept by function alone, since each set of dimensions costs.
const EFFORT: Directive<'_> = Directive {
    dimensions: &[&["stack", "function"]],
    metrics: &[
        ("tries", "Count"),
        ("elapsed_ms", "Milliseconds"),
        ("hubspot_calls", "Count"),
        ("hubspot_throttled", "Count"),
        ("opencx_calls", "Count"),
    ],
};

const DEFERRED: Directive<'_> =
    Directive { dimensions: &[&["stack", "function"]], metrics: &[("deferred", "Count")] };

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that a line has a number for each metric and a text for each dimension.
    fn check_described(line: &Value) {
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            for metric in directive["Metrics"].as_array().unwrap() {
                assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
            }
            let sets = directive["Dimensions"].as_array().unwrap().iter();
            for dimension in sets.flat_map(|set| set.as_array().unwrap()) {
                assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
            }
        }
    }

    #[test]
    fn every_metric_and_dimension_stands_in_its_line() {
        let record = OutcomeRecord::of("handoff", None, "e", "id");
        let line = outcome(&record, 3);
        check_described(&line);
        assert_eq!((&line["outcome"], &line["tries"]), (&"applied".into(), &3.into()));
        let line = deferral(&record, 2, "HubSpot read: answered 503", Duration::from_millis(1_200));
        check_described(&line);
        assert_eq!((&line["deferred_for_s"], &line["tries"]), (&2.0.into(), &2.into()));
    }
}
