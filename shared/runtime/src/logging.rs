//! The log: one JSON object a line, as `CloudWatch` reads it.

use tracing_subscriber::EnvFilter;

/// Starts the log on standard error. `RUST_LOG` sets what is in it; without it,
/// everything from `info` on. Message texts, tokens and secrets are never logged.
pub fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false);
    let log = log.with_env_filter(filter).with_target(false).with_writer(std::io::stderr);
    // A second start in the same process, as on the local stack, changes nothing.
    let _ = log.try_init();
}
