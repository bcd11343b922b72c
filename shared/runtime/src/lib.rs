//! What every function is made of.
//!
//! A consumer says how its events read and what they do ([`Consumer`]); the rest
//! is here, once: the environment, the log, the settings of the organisation,
//! the claim, the journal of steps, the outcome, and the rules of an SQS batch.

mod activity;
mod app;
mod batch;
mod budget;
mod consumer;
mod environment;
mod failure;
mod incoming;
mod logging;
mod outcome_log;
mod parking;
mod process;
mod secrets;
mod settings;
mod start;
mod steps;
mod work;

pub use activity::Sign;
pub use app::{AWS_CALL, AWS_CONNECT, AWS_TRY, App, Clients, aws_times};
pub use batch::{KEPT_BACK, consume};
pub use budget::Urgency;
pub use consumer::{Consumer, Ended};
pub use environment::{Environment, EnvironmentError, Needs, parse_url};
pub use failure::Failure;
pub use incoming::{Incoming, Refused, opencx_events};
pub use logging::{log_to, start_logging};
pub use parking::TRIES;
pub use settings::SettingsProblem;
pub use start::{TIMEOUT, run_consumer, run_http};
pub use work::Work;
