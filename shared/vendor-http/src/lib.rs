//! One way to call a vendor's API, for HubSpot and for OpenCX.
//!
//! The question that decides everything after a failed call is not "what went
//! wrong" but "may it have had its effect": [`CallError::effect`] answers it,
//! and only here. What certainly had none is tried again at once, on a short
//! schedule that honours the vendor's wishes and ends at the deadline; what may
//! have had one is handed up, since only the caller knows whether it can look.
//!
//! A vendor's rate limit is shared by all who call: a [`Budget`] says when it is a
//! call's turn.

mod answer;
mod api;
mod budget;
mod call;
mod deadline;
mod error;
mod retry;

pub use api::{Api, Caller, Calls};
pub use budget::{Budget, Meter, RateNews, TooMany, Waiting};
pub use call::{Call, Repeat};
pub use deadline::Deadline;
pub use error::{CallError, Effect, Problem, Refusal};
pub use retry::pauses;
pub use url::Url;
