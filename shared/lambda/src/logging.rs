//! The log: one JSON object a line, as `CloudWatch` reads it.

use std::io::Write as _;
use std::sync::OnceLock;

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// The crates that may log below `warn`, whatever `RUST_LOG` says: ours, which log no
/// content. Others log headers and bodies there, and so tokens and customers' words.
const DETAILED: [&str; 8] = [
    "webhook",
    "reply_sync",
    "ai_reply",
    "handoff",
    "close",
    "property_sync",
    "contact_sync",
    "crm_context",
];

/// The beginning of the names of our other crates.
const OURS: &str = "bridge_";

/// Starts the log on standard error. `RUST_LOG` sets what is in it, e.g. `debug` or
/// `warn,bridge_vendor_http=debug`; without it, everything from `info` on. Crates that are not
/// ours log from `warn` on at most, those that are named here errors only. Message texts,
/// tokens and secrets never are logged.
pub fn start_logging(errors_only: &[&'static str]) {
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    let asked: Targets = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let errors_only = errors_only.iter().map(|name| (*name, LevelFilter::ERROR));
    log_to(std::io::stderr, asked.with_targets(errors_only));
}

/// Starts the log somewhere else. A second start in the same process changes nothing.
pub fn log_to<W>(writer: W, asked: Targets)
where
    W: for<'a> MakeWriter<'a> + Clone + Send + Sync + 'static,
{
    let lines = writer.clone();
    // A second start in the same process changes nothing.
    let _ = LINES.set(Box::new(move |line| {
        let _ = lines.make_writer().write_all(line);
    }));
    let layer = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_writer(writer)
        .with_filter(asked.and(filter_fn(may_log)));
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// Returns whether a line of this level may be in the log at all.
fn may_log(line: &Metadata<'_>) -> bool {
    let name = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::WARN || name.starts_with(OURS) || DETAILED.contains(&name)
}

type WriteLine = Box<dyn Fn(&[u8]) + Send + Sync>;

/// The place to which whole lines go: the same as the log's.
static LINES: OnceLock<WriteLine> = OnceLock::new();

/// Writes a line that is JSON already, since `tracing` has no nested fields.
pub fn write_line(json: &str) {
    if let Some(write) = LINES.get() {
        write(format!("{json}\n").as_bytes());
    }
}
