//! Usage of AWS and its list prices.

use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;

use crate::Cost;
use crate::table_meter::TableUsage;

/// US dollars for a million, us-east-1, on demand, arm64.
const WRITE_UNITS: f64 = 0.625;
const READ_UNITS: f64 = 0.125;
const QUEUE_REQUESTS: f64 = 0.50;
const INVOCATIONS: f64 = 0.20;
const GB_SECONDS: f64 = 13.333_4;
const API_REQUESTS: f64 = 1.00;
/// US dollars for a gigabyte of logs.
const LOG_GIGABYTE: f64 = 0.50;

/// Lambda's own lines of an invocation (start, end, report).
const PLATFORM_LOG_BYTES: usize = 420;

/// Queue requests of an event that comes alone: sent, received, deleted.
const REQUESTS_PER_EVENT: usize = 3;

#[derive(Debug, Default)]
pub(crate) struct Usage {
    events: usize,
    write_requests: usize,
    write_units: f64,
    read_requests: usize,
    read_units: f64,
    queue_requests: usize,
    invocations: usize,
    gb_seconds: f64,
    api_requests: usize,
    log_bytes: usize,
}

impl Usage {
    pub(crate) fn of(
        outcomes: &[OutcomeRecord],
        webhooks: usize,
        table: &TableUsage,
        options: &Cost,
    ) -> Self {
        let mut usage = Self {
            events: outcomes.len(),
            queue_requests: outcomes.len() * REQUESTS_PER_EVENT,
            // Alone in its batch, as on a quiet day; a busy day is cheaper.
            invocations: webhooks + outcomes.len(),
            api_requests: webhooks,
            ..Self::default()
        };
        for ((operation, _), used) in table {
            if ["GetItem", "Query", "BatchGetItem", "TransactGetItems"]
                .contains(&operation.as_str())
            {
                usage.read_requests += used.requests;
                usage.read_units += used.units;
            } else {
                usage.write_requests += used.requests;
                usage.write_units += used.units;
            }
        }
        usage.gb_seconds = usage.seconds(outcomes, options) * options.memory_mb / 1_024.0;
        usage.log_bytes =
            outcomes.iter().map(log_bytes).sum::<usize>() + usage.invocations * PLATFORM_LOG_BYTES;
        usage
    }

    /// Estimates the billed time: what it took here, and the time of the answers there.
    fn seconds(&self, outcomes: &[OutcomeRecord], options: &Cost) -> f64 {
        let here: u64 = outcomes.iter().map(|record| record.elapsed_ms).sum();
        let calls: u32 =
            outcomes.iter().map(|record| record.hubspot_calls + record.opencx_calls).sum();
        let requests = self.read_requests + self.write_requests + self.api_requests;
        let milliseconds = Duration::from_millis(here).as_secs_f64() * 1e3
            + f64::from(calls) * options.vendor_ms
            + as_f64(requests) * options.aws_ms;
        milliseconds / 1_000.0
    }
}

fn log_bytes(record: &OutcomeRecord) -> usize {
    serde_json::to_string(record).map_or(0, |line| line.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
pub(crate) fn as_f64(number: usize) -> f64 {
    number as f64
}

/// A row for each kind of usage: its amount, and US dollars.
pub(crate) struct Bill(Vec<(&'static str, f64, f64)>);

impl Bill {
    pub(crate) fn of(usage: &Usage) -> Self {
        let row = |name, amount: f64, per_million: f64| (name, amount, amount * per_million / 1e6);
        Self(vec![
            row("table write units", usage.write_units, WRITE_UNITS),
            row("table read units", usage.read_units, READ_UNITS),
            row("queue requests", as_f64(usage.queue_requests), QUEUE_REQUESTS),
            row("invocations", as_f64(usage.invocations), INVOCATIONS),
            row("GB-seconds", usage.gb_seconds, GB_SECONDS),
            row("API requests", as_f64(usage.api_requests), API_REQUESTS),
            row("log bytes", as_f64(usage.log_bytes), LOG_GIGABYTE / 1e3),
        ])
    }

    /// Prints the bill of a million conversations.
    pub(crate) fn print(&self, usage: &Usage, conversations: usize) {
        let each = as_f64(conversations);
        println!("\n{:20} {:>16} {:>22}", "", "a conversation", "USD for a million");
        for (name, amount, dollars) in &self.0 {
            println!("{name:20} {:>16.2} {:>22.2}", amount / each, dollars * 1e6 / each);
        }
        let total: f64 = self.0.iter().map(|(_, _, dollars)| dollars).sum();
        println!("{:20} {:>16} {:>22.2}   (goal: at most 40)", "total", "", total * 1e6 / each);
        let writes = as_f64(usage.write_requests) / as_f64(usage.events);
        println!("table writes an event: {writes:.2} (goal: at most 3)");
    }
}
