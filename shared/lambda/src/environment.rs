//! The environment of a function (docs/reference/environment.md).

use std::collections::BTreeMap;

use bridge_store::Queue;
use url::Url;

/// The environment of a function.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The table.
    pub table: String,
    /// Scheme and host that HubSpot calls, against which it signs.
    pub public_url: String,
    /// The base URL of HubSpot's API.
    pub hubspot_url: Url,
    /// The base URL of OpenCX's API.
    pub opencx_url: Url,
    /// The addresses of the queues that the function writes to, or tells the depth of.
    pub queues: BTreeMap<Queue, String>,
    /// True for a function in AWS, which takes no token that is easy to guess.
    pub deployed: bool,
}

/// The variables that a function needs, besides the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// True if it verifies HubSpot's signatures or tells the webhook's address.
    pub public_url: bool,
    /// The queues that it writes to, or tells the depth of.
    pub queues: &'static [Queue],
}

/// A variable is missing or cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// It is not set, or empty.
    #[error("the environment variable {0} is missing; template.yaml sets it for each function")]
    Needed(&'static str),
    /// It is not an address.
    #[error("the environment variable {0} must be a URL that starts with http:// or https://")]
    NotAUrl(&'static str),
}

impl Environment {
    /// Reads what a function needs from the process's environment.
    pub fn from_process(needs: Needs) -> Result<Self, EnvironmentError> {
        Self::read(needs, |name| std::env::var(name).ok())
    }

    fn read(needs: Needs, get: impl Fn(&str) -> Option<String>) -> Result<Self, EnvironmentError> {
        let optional = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let required = |name| optional(name).ok_or(EnvironmentError::Needed(name));
        let url = |name, default: &str| {
            let text = optional(name).unwrap_or_else(|| default.to_owned());
            parse_url(&text).ok_or(EnvironmentError::NotAUrl(name))
        };
        let address = |&queue: &Queue| Ok((queue, required(queue.variable())?));
        let public_url = if needs.public_url { required("PUBLIC_URL")? } else { String::new() };
        Ok(Self {
            table: required("TABLE_NAME")?,
            public_url: public_url.trim_end_matches('/').to_owned(),
            hubspot_url: url("HUBSPOT_API_URL", "https://api.hubapi.com")?,
            opencx_url: url("OPENCX_API_URL", "https://api.open.cx")?,
            queues: needs.queues.iter().map(address).collect::<Result<_, _>>()?,
            deployed: true,
        })
    }
}

/// Reads the address of a vendor's API: `http://` or `https://`, and a host.
pub fn parse_url(text: &str) -> Option<Url> {
    let url: Url = text.trim().parse().ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: Needs = Needs { public_url: true, queues: &[Queue::Messages, Queue::Parked] };

    fn read(without: &str, with: &[(&str, &str)]) -> Result<Environment, EnvironmentError> {
        Environment::read(NEEDS, |name| {
            if let Some((_, value)) = with.iter().find(|(key, _)| *key == name) {
                return Some((*value).to_owned());
            }
            let given = ["TABLE_NAME", "PUBLIC_URL", "MESSAGES_QUEUE_URL", "PARKED_QUEUE_URL"];
            (given.contains(&name) && name != without).then(|| format!("http://{name}/"))
        })
    }

    #[test]
    fn a_missing_variable_is_named() {
        for name in ["TABLE_NAME", "PUBLIC_URL", "MESSAGES_QUEUE_URL", "PARKED_QUEUE_URL"] {
            let error = read(name, &[]).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
            let error = read("", &[(name, " ")]).unwrap_err().to_string();
            assert!(error.contains(name), "an empty one is missing too: {error}");
        }
    }

    #[test]
    fn the_vendors_addresses_have_defaults_and_must_be_urls() {
        let environment = read("", &[]).unwrap();
        assert_eq!(environment.hubspot_url.as_str(), "https://api.hubapi.com/");
        assert_eq!(environment.opencx_url.as_str(), "https://api.open.cx/");
        assert_eq!(environment.public_url, "http://PUBLIC_URL", "without its last slash");
        for bad in ["localhost", "ftp://x", "http://"] {
            let error = read("", &[("HUBSPOT_API_URL", bad)]).unwrap_err();
            assert_eq!(error, EnvironmentError::NotAUrl("HUBSPOT_API_URL"), "{bad}");
        }
    }
}
