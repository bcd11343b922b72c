//! Metrics, which `CloudWatch` reads out of log lines that carry an `_aws` object (embedded
//! metric format): a number on the dashboard and the line behind it cannot disagree, and no
//! call is made for it.

use std::sync::LazyLock;

use bridge_domain::ids::OrgId;
use bridge_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::logging::write_line;

/// The stack's name, a dimension of every metric: one account may have several stacks.
static STACK: LazyLock<String> = LazyLock::new(|| {
    std::env::var("STACK_NAME").ok().filter(|name| !name.is_empty()).unwrap_or("local".to_owned())
});

/// Something that is counted beside the outcomes, for the alarms of docs/operations/operate.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// A delivery to the webhook that was not authenticated.
    WebhookRejected,
    /// A circuit breaker that opens, or stays open after a probe.
    BreakerOpen,
    /// An account of a Custom Channel that was removed or lost its authorisation.
    ChannelLost,
    /// An event that was already handled.
    Repeats,
    /// A delivery of HubSpot that was let in, as far as it is noted for the status: an alarm on
    /// one organisation's silence takes no more.
    Deliveries,
}

impl Counter {
    fn name(self) -> &'static str {
        match self {
            Self::WebhookRejected => "webhook_rejected",
            Self::BreakerOpen => "breaker_open",
            Self::ChannelLost => "channel_lost",
            Self::Repeats => "repeats",
            Self::Deliveries => "deliveries",
        }
    }
}

/// Metrics and their units, and the sets of dimensions under which each is kept.
pub(crate) struct Directive<'a> {
    pub(crate) dimensions: &'a [&'a [&'a str]],
    pub(crate) metrics: &'a [(&'a str, &'a str)],
}

/// Counts one occurrence. The line that says more is logged beside it.
pub fn count(counter: Counter) {
    write_line(&counter_line(counter, None).to_string());
}

/// Counts one occurrence for an organisation that there is, by itself: each is a metric of its
/// own, and strangers' guesses must not become metrics.
pub fn count_of_org(counter: Counter, org: &OrgId) {
    write_line(&counter_line(counter, Some(org)).to_string());
}

fn counter_line(counter: Counter, org: Option<&OrgId>) -> Value {
    let name = counter.name();
    let mut line = json!({
        "timestamp": Timestamp::now().to_rfc3339(),
        "level": "INFO",
        "message": name,
        name: 1,
    });
    let dimensions: &[&[&str]] = match org {
        None => &[&["stack"]],
        Some(org) => {
            line["org"] = org.as_str().into();
            &[&["stack", "org"]]
        }
    };
    let counted = Directive { dimensions, metrics: &[(name, "Count")] };
    describe(&mut line, &[counted]);
    line
}

/// Adds the stack and the description of the metrics to a line that holds their values.
pub(crate) fn describe(line: &mut Value, directives: &[Directive<'_>]) {
    let metric = |&(name, unit): &(&str, &str)| json!({ "Name": name, "Unit": unit });
    let described = directives.iter().map(|Directive { dimensions, metrics }| {
        json!({
            "Namespace": "OpenCxHubSpotBridge",
            "Dimensions": dimensions,
            "Metrics": metrics.iter().map(metric).collect::<Vec<_>>(),
        })
    });
    line["_aws"] = json!({
        "Timestamp": Timestamp::now().as_millis(),
        "CloudWatchMetrics": described.collect::<Vec<_>>(),
    });
    line["stack"] = STACK.as_str().into();
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Checks that a line has a number for each metric and a text for each dimension.
    pub(crate) fn check_described(line: &Value) {
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
    fn a_counter_is_a_metric_of_its_stack() {
        use Counter::{BreakerOpen, ChannelLost, Deliveries, Repeats, WebhookRejected};
        for counter in [WebhookRejected, BreakerOpen, ChannelLost, Repeats, Deliveries] {
            let line = counter_line(counter, None);
            check_described(&line);
            assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["stack"]]));
            let line = counter_line(counter, Some(&"acme".into()));
            check_described(&line);
            assert_eq!(
                line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
                json!([["stack", "org"]])
            );
        }
    }
}
