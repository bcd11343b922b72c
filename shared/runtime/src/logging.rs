//! The log: one JSON object a line, as `CloudWatch` reads it.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What others write into the log below `info` holds headers and bodies, and so
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

/// Starts the log on standard error. `RUST_LOG` sets what is in it; without it,
/// everything from `info` on. Message texts, tokens and secrets are never logged.
pub fn start_logging() {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    log_to(std::io::stderr, asked);
}

/// Starts the log somewhere else. A second start in the same process changes nothing.
pub fn log_to<W>(writer: W, asked: EnvFilter)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let quiet = QUIET.iter().filter_map(|target| format!("{target}=info").parse().ok());
    let filter = quiet.fold(asked, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false);
    let log = log.with_span_list(false).with_target(false).with_writer(writer);
    let _ = log.with_env_filter(filter).try_init();
}
