//! The one line of the log that says how an event ended, which is its metrics, too.
//!
//! `CloudWatch` reads metrics out of log lines that carry an `_aws` object (embedded
//! metric format), so that a number on the dashboard and the line behind it cannot
//! disagree, and no call is made for it.

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_store::now_ms;
use serde_json::{Value, json};

use crate::logging::write_line;

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
    line["_aws"] = metrics();
    line
}

fn metrics() -> Value {
    let metric = |name: &str, unit: &str| json!({ "Name": name, "Unit": unit });
    json!({
        "Timestamp": now_ms(),
        "CloudWatchMetrics": [{
            "Namespace": "OpenCxHubSpotBridge",
            "Dimensions": [["function", "outcome"], ["function"]],
            "Metrics": [
                metric("events", "Count"),
                metric("elapsed_ms", "Milliseconds"),
                metric("hubspot_calls", "Count"),
                metric("hubspot_throttled", "Count"),
                metric("opencx_calls", "Count"),
            ],
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_and_dimension_stands_in_the_line() {
        let line = line(&OutcomeRecord::of("handoff", None, "e", "id"));
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        for metric in described["Metrics"].as_array().unwrap() {
            assert!(line[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
        }
        for dimension in described["Dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|set| set.as_array().unwrap())
        {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        assert_eq!(line["outcome"], "applied");
    }
}
