//! One way to call a vendor's API, for HubSpot and for OpenCX.
//!
//! The question that decides everything after a failed call is not "what went
//! wrong" but "may it have had its effect": [`CallError::effect`] answers it,
//! and only here. What certainly had none is tried again at once, for two seconds or so;
//! what may have had one is handed up, since only the caller knows whether it can look.
//!
//! A vendor's rate limit is shared by all who call: a [`Budget`] says when a call may be
//! made. A [`Breaker`] keeps calls from a vendor that is down, and [`Credentials`] are
//! read again when the vendor does not know them.

mod answer;
mod api;
mod breaker;
mod budget;
mod call;
mod caller;
mod calls;
mod deadline;
mod error;
pub mod remote_file;
mod retry;
mod retry_after;
mod single_call;
mod status;
mod upload;

pub use api::Api;
pub use breaker::{Breaker, Credentials, Health};
pub use budget::{Budget, Deferral, DeferralReason, Meter, RateNews, TooMany, Waiting};
pub use call::{Call, Repeat};
pub use caller::Caller;
pub use calls::Calls;
pub use deadline::Deadline;
pub use error::{CallError, Effect, Problem, Refusal, RefusedDetail, if_accepted};
pub use retry::{LONGEST_PAUSE, pauses};
pub use upload::{FileBody, Upload};
pub use url::Url;
