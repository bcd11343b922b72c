//! The client that fetches files.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::LOCATION;
use reqwest::{Client, Response};
use tokio::time::timeout;
use url::{Host, Origin, Url};

use super::public_address::is_public;
use super::{NotFetched, RemoteFile, stream};
use crate::deadline::Deadline;
use crate::status::{self, Meaning};

/// Redirects that are followed, each to an address that is checked as the first one.
const MOST_REDIRECTS: usize = 3;

/// The time within which the first bytes have to arrive.
const FIRST_BYTES: Duration = Duration::from_secs(10);

/// Fetches files by HTTPS from public hosts. One per process.
#[derive(Clone, Debug)]
pub struct FileSource {
    client: Arc<OnceLock<Client>>,
    trusted_client: Arc<OnceLock<Client>>,
    trusted: Arc<[Origin]>,
}

impl FileSource {
    /// A source that also fetches from these places, whatever their scheme and address: the
    /// vendors' own, which a local stack has on this machine.
    pub fn new(trusted: &[&Url]) -> Self {
        let trusted = trusted.iter().map(|url| url.origin()).collect();
        Self { client: Arc::default(), trusted_client: Arc::default(), trusted }
    }

    /// Opens a file. Its bytes are read by whoever has it.
    pub async fn open(&self, address: &str, deadline: Deadline) -> Result<RemoteFile, NotFetched> {
        let patience = FIRST_BYTES.min(deadline.left());
        let opened = timeout(patience, Box::pin(self.follow(address)));
        opened.await.unwrap_or(Err(NotFetched::Unavailable))
    }

    async fn follow(&self, address: &str) -> Result<RemoteFile, NotFetched> {
        let mut url = Url::parse(address).map_err(|_| NotFetched::NotAllowed)?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.client_for(&url)?.get(url.clone()).send().await;
            let response = response.map_err(|error| meaning(&error))?;
            match response.status().as_u16() {
                200..=299 => return stream::read(response).await,
                301 | 302 | 303 | 307 | 308 => url = next(&url, &response)?,
                status if may_pass(status) => return Err(NotFetched::Unavailable),
                refused => return Err(NotFetched::Refused(refused)),
            }
        }
        Err(NotFetched::NotAllowed)
    }

    /// The client for an address that may be fetched from. One by number is checked here, one by
    /// name when it is resolved.
    fn client_for(&self, url: &Url) -> Result<&Client, NotFetched> {
        if self.trusted.contains(&url.origin()) {
            return client(&self.trusted_client, false);
        }
        let host = match url.host() {
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            None => return Err(NotFetched::NotAllowed),
        };
        let is_allowed = url.scheme() == "https"
            && url.username().is_empty()
            && url.password().is_none()
            && host.is_none_or(is_public);
        if is_allowed { client(&self.client, true) } else { Err(NotFetched::NotAllowed) }
    }
}

/// The client for either kind of place, made at its first use.
fn client(held: &OnceLock<Client>, only_public: bool) -> Result<&Client, NotFetched> {
    if let Some(client) = held.get() {
        return Ok(client);
    }
    // Only the first caller in a process installs it; the others find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(FIRST_BYTES)
        .user_agent(concat!("opencx-hubspot-bridge/", env!("CARGO_PKG_VERSION")));
    let builder = if only_public { builder.dns_resolver(PublicHosts) } else { builder };
    let made = builder.build().map_err(|_| NotFetched::Unavailable)?;
    Ok(held.get_or_init(|| made))
}

fn next(url: &Url, response: &Response) -> Result<Url, NotFetched> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    location.and_then(|location| url.join(location).ok()).ok_or(NotFetched::NotAllowed)
}

/// Resolves names to public addresses only, so that no name leads into a private network, also
/// not one whose address changes between the check and the connection.
struct PublicHosts;

/// A host has no public address.
#[derive(Debug, thiserror::Error)]
#[error("the host has no public address")]
struct NotPublic;

impl Resolve for PublicHosts {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Box::new(NotPublic) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn meaning(error: &reqwest::Error) -> NotFetched {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return NotFetched::NotAllowed;
        }
        source = cause.source();
    }
    NotFetched::Unavailable
}

/// Returns whether a file's server may answer otherwise in a moment, by the table for the vendors:
/// OpenCX's own files come from where its calls are answered.
fn may_pass(status: u16) -> bool {
    !matches!(status::meaning(status), Meaning::Refused)
}
