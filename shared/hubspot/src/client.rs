//! The client, and the shapes that many of HubSpot's answers share.

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError, Caller, Calls};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// HubSpot's API with one portal's token, for the work on one event.
#[derive(Clone, Debug)]
pub struct HubSpot {
    pub(crate) caller: Caller,
}

/// A list under `results`, and where it goes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Results<T> {
    #[serde(default = "Vec::new", deserialize_with = "lenient::list")]
    pub(crate) results: Vec<T>,
    #[serde(default, deserialize_with = "lenient::if_known")]
    pub(crate) paging: Option<Paging>,
}

impl<T> Results<T> {
    /// The cursor of the next page.
    pub(crate) fn next(&self) -> Option<&str> {
        self.paging.as_ref()?.next.as_ref().map(|next| next.after.as_str())
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Paging {
    #[serde(default, deserialize_with = "lenient::if_known")]
    next: Option<Next>,
}

#[derive(Clone, Debug, Deserialize)]
struct Next {
    #[serde(deserialize_with = "bridge_domain::ids::text_or_number")]
    after: String,
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

    /// Returns whether HubSpot seems to be down, as the last call of this process went.
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

    /// Lists the entries of all pages, at most so many of them.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        call: Call,
        most_pages: usize,
    ) -> Result<Vec<T>, CallError> {
        let (mut entries, mut after) = (Vec::new(), None);
        for _ in 0..most_pages {
            let page = match after.take() {
                None => call.clone(),
                Some(after) => call.clone().query("after", after),
            };
            let page: Results<T> = self.caller.send(page).await?;
            after = page.next().map(str::to_owned);
            entries.extend(page.results);
            if after.is_none() {
                break;
            }
        }
        Ok(entries)
    }
}
