//! The runtime of every function.
//!
//! A consumer says how its events read and what they do ([`Consumer`]); the rest
//! is here, once: the environment, the log, the settings of the organisation,
//! the claim, the journal of steps, the outcome, and the rules of an SQS batch.

mod activity;
mod app;
mod batch;
mod bootstrap;
mod circuit_breaker;
mod consumer;
mod context;
mod credentials;
mod decode;
mod delivery;
mod environment;
mod http_request;
mod logging;
mod metrics;
mod outcome_log;
mod process;
mod retry;
mod secrets;
mod settings_cache;
mod steps;
mod trust_store;

pub use activity::Sign;
pub use app::{AWS_CALL, AWS_CONNECT, AWS_TRY, App, Clients, aws_times};
pub use batch::{KEPT_BACK, consume};
pub use bootstrap::{TIMEOUT, run_consumer, run_http};
pub use bridge_rate_limiter::Priority;
pub use consumer::{Consumer, Handled};
pub use context::EventContext;
pub use decode::{DecodeError, DecodedEvent, opencx_events};
pub use delivery::MAX_RECEIVES;
pub use environment::{Environment, EnvironmentError, Needs, parse_url};
pub use logging::{log_to, start_logging};
pub use metrics::{Counter, count, count_of_org};
pub use retry::Failure;
pub use settings_cache::SettingsProblem;
pub use steps::{Look, Recovery};
