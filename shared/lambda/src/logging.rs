//! The log: one JSON object a line, as `CloudWatch` reads it.

use std::io::Write as _;
use std::sync::OnceLock;

use bridge_domain::registry::FUNCTIONS;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// The functions behind HTTP; the others stand in the registry.
const BEHIND_HTTP: [&str; 2] = ["webhook", "crm_context"];

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

/// Returns whether a line may be in the log, whatever `RUST_LOG` says: below `warn` those of our
/// own crates, which log no content. Others log headers and bodies there, and so tokens and
/// customers' words.
fn may_log(line: &Metadata<'_>) -> bool {
    *line.level() <= Level::WARN || is_ours(line.target())
}

fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or_default();
    name.starts_with("bridge_")
        || BEHIND_HTTP.contains(&name)
        || FUNCTIONS.iter().any(|function| function.name.replace('-', "_") == name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_crates_log_in_detail() {
        for ours in ["bridge_store::table", "webhook", "crm_context::record", "channel_reply"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in ["reqwest", "hyper_util::client", "aws_smithy_runtime", ""] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
