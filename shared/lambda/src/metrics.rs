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
pub struct Directive<'a> {
    /// The sets of names of dimensions.
    pub dimensions: &'a [&'a [&'a str]],
    /// The names of metrics, each with its unit.
    pub metrics: &'a [(&'a str, &'a str)],
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
pub fn describe(line: &mut Value, directives: &[Directive<'_>]) {
    let described = directives.iter().map(|Directive { dimensions, metrics }| {
        let metrics = metrics.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit }));
        json!({
            "Namespace": "OpenCxHubSpotBridge",
            "Dimensions": dimensions,
            "Metrics": metrics.collect::<Vec<_>>(),
        })
    });
    line["_aws"] = json!({
        "Timestamp": Timestamp::now().as_millis(),
        "CloudWatchMetrics": described.collect::<Vec<_>>(),
    });
    line["stack"] = STACK.as_str().into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_a_metric_of_its_stack() {
        use Counter::{BreakerOpen, ChannelLost, Deliveries, Repeats, WebhookRejected};
        let org = "acme".into();
        for counter in [WebhookRejected, BreakerOpen, ChannelLost, Repeats, Deliveries] {
            for (org, dimensions) in
                [(None, json!([["stack"]])), (Some(&org), json!([["stack", "org"]]))]
            {
                let line = counter_line(counter, org);
                let described = &line["_aws"]["CloudWatchMetrics"][0];
                assert_eq!(described["Metrics"][0]["Name"], counter.name());
                assert_eq!(line[counter.name()], 1);
                assert_eq!(described["Dimensions"], dimensions);
                assert!(line["stack"].is_string());
                assert_eq!(line["org"].as_str(), org.map(OrgId::as_str));
            }
        }
    }
}
