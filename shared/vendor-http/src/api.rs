//! The API of a vendor, with its connections.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use url::Url;

use crate::error::Problem;

/// A vendor's API: where it is and the connections to it. One per process.
#[derive(Clone, Debug)]
pub struct Api {
    pub(crate) vendor: &'static str,
    pub(crate) base: Url,
    client: Arc<OnceLock<reqwest::Client>>,
}

impl Api {
    /// The API of `vendor` at `base`. Connections and TLS are set up at the first
    /// call, so that a function that makes none starts without them.
    pub fn new(vendor: &'static str, base: Url) -> Self {
        Self { vendor, base, client: Arc::default() }
    }

    pub(crate) fn client(&self) -> Result<&reqwest::Client, Problem> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // Only the first caller in a process installs it; the others find it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .user_agent(concat!("opencx-hubspot-bridge/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| Problem::NotSent)?;
        Ok(self.client.get_or_init(|| client))
    }
}
