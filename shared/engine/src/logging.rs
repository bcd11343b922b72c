//! The log: one JSON object a line, as `CloudWatch` reads it.

use std::io::Write as _;
use std::sync::OnceLock;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// Crates whose log below `info` holds headers and bodies, and so
/// tokens and customers' words: it never gets there, whatever `RUST_LOG` says.
const QUIET: [&str; 8] = [
    "aws_config",
    "aws_runtime",
    "aws_sdk_dynamodb",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "hyper",
    "hyper_util",
    "reqwest",
];

/// Starts the log on standard error. `RUST_LOG` sets what is in it, e.g. `debug` or
/// `warn,bridge_vendor_http=debug`; without it, everything from `info` on. Of the crates that
/// are named here only errors are logged. Message texts, tokens and secrets never are.
pub fn start_logging(errors_only: &[&'static str]) {
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    let default = || Targets::new().with_default(LevelFilter::INFO);
    let errors_only = errors_only.iter().map(|name| (*name, LevelFilter::ERROR));
    log_to(std::io::stderr, asked.unwrap_or_else(default).with_targets(errors_only));
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
    let quiet = QUIET.map(|target| (target, LevelFilter::INFO));
    let layer = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_writer(writer)
        .with_filter(asked.with_targets(quiet));
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

type WriteLine = Box<dyn Fn(&[u8]) + Send + Sync>;

/// The place to which whole lines go: the same as the log's.
static LINES: OnceLock<WriteLine> = OnceLock::new();

/// Writes a line that is JSON already, since `tracing` has no nested fields.
pub(crate) fn write_line(json: &str) {
    if let Some(write) = LINES.get() {
        write(format!("{json}\n").as_bytes());
    }
}
