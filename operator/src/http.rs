//! The HTTP client of commands that call the bridge itself.

use std::time::Duration;

use crate::problem::Problem;

/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Makes a client that follows no redirects.
pub(crate) fn client() -> Result<reqwest::Client, Problem> {
    // A second installation is refused and leaves the first in place, which serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = reqwest::Client::builder().timeout(TIMEOUT);
    let client = client.redirect(reqwest::redirect::Policy::none()).build();
    client.map_err(|error| Problem::Failed(format!("no HTTP client can be made: {error}")))
}
