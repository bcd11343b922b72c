//! The runtime that all functions share: environment, log, metrics, settings and secrets.
//!
//! Nothing here calls a vendor, so that `webhook`, which calls none, links no vendor's client.

mod activity;
mod aws_clients;
mod bootstrap;
mod environment;
mod http_request;
mod logging;
mod metrics;
mod secrets;
mod settings_cache;
mod state;
mod trust_store;

pub use activity::Sign;
pub use aws_clients::{AWS_CALL, AWS_CONNECT, AWS_TRY, Clients, aws_times};
pub use bootstrap::{exit_code, run_http};
pub use environment::{Environment, EnvironmentError, Needs, Variables, parse_url};
pub use logging::{log_to, start_logging, write_line};
pub use metrics::{Counter, Directive, count, count_of_org, describe};
pub use settings_cache::SettingsProblem;
pub use state::FunctionState;
