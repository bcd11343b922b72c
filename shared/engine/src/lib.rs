//! The runtime of the functions that call a vendor.
//!
//! A consumer says how its events read and what they do ([`Consumer`]); the rest
//! is here, once: the vendors' clients, the claim, the journal of steps, the outcome, and the
//! rules of an SQS batch. What needs no vendor stands in `bridge_lambda`.

mod app;
mod batch;
mod bootstrap;
mod circuit_breaker;
mod consumer;
mod context;
mod credentials;
mod decode;
mod delivery;
mod outcome_log;
mod process;
mod retry;
mod steps;

pub use app::App;
pub use batch::{KEPT_BACK, consume};
pub use bootstrap::{TIMEOUT, run_consumer};
pub use bridge_lambda::{Counter, Needs, SettingsProblem, count, count_of_org, run_http};
pub use bridge_rate_limiter::Priority;
pub use consumer::{Consumer, Handled};
pub use context::EventContext;
pub use decode::{DecodeError, DecodedEvent, opencx_events};
pub use delivery::MAX_RECEIVES;
pub use retry::Failure;
pub use steps::{Look, Recovery};
