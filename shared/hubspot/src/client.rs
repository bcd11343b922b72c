//! The client: a caller, and lists that several calls answer with.

use bridge_vendor_http::{CallError, Caller, Calls};
use serde::Deserialize;

/// HubSpot's API with one portal's token, for the work on one event.
#[derive(Clone, Debug)]
pub struct HubSpot {
    pub(crate) caller: Caller,
}

/// Many answers are a list under `results`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Results<T> {
    #[serde(default = "Vec::new")]
    pub(crate) results: Vec<T>,
}

/// Many answers matter only by the id of what was made.
#[derive(Debug, Deserialize)]
pub(crate) struct Identified<I> {
    pub(crate) id: I,
}

impl HubSpot {
    /// A client that calls through this caller.
    pub fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// Whether HubSpot seems to be down, as the last call of this process went.
    pub fn in_trouble(&self) -> bool {
        self.caller.in_trouble()
    }

    /// Waits for the turn of the next call within the rate limit, before it is made.
    pub async fn reserve(&self) -> Result<(), CallError> {
        self.caller.reserve("wait for the rate limit").await
    }

    /// The count of its calls.
    pub fn calls(&self) -> &Calls {
        self.caller.calls()
    }
}
