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
        Self::read(needs, &Variables::of_process())
    }

    fn read(needs: Needs, variables: &Variables) -> Result<Self, EnvironmentError> {
        let public_url = if needs.public_url { variables.required("PUBLIC_URL")? } else { "" };
        let mut queues = BTreeMap::new();
        for queue in needs.queues {
            queues.insert(*queue, variables.required(queue.variable())?.to_owned());
        }
        Ok(Self {
            table: variables.required("TABLE_NAME")?.to_owned(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            hubspot_url: variables.hubspot_url()?,
            opencx_url: variables.opencx_url()?,
            queues,
            deployed: true,
        })
    }
}

/// Environment variables by their names.
#[derive(Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Returns the variables of the process, but those that are no Unicode.
    pub fn of_process() -> Self {
        let mut variables = Self::default();
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                variables.0.insert(name, value);
            }
        }
        variables
    }

    /// Returns a variable that is set, and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Returns the base URL of HubSpot's API.
    pub fn hubspot_url(&self) -> Result<Url, EnvironmentError> {
        self.url("HUBSPOT_API_URL", "https://api.hubapi.com")
    }

    /// Returns the base URL of OpenCX's API.
    pub fn opencx_url(&self) -> Result<Url, EnvironmentError> {
        self.url("OPENCX_API_URL", "https://api.open.cx")
    }

    fn required(&self, name: &'static str) -> Result<&str, EnvironmentError> {
        self.get(name).ok_or(EnvironmentError::Needed(name))
    }

    fn url(&self, name: &'static str, default: &str) -> Result<Url, EnvironmentError> {
        parse_url(self.get(name).unwrap_or(default)).ok_or(EnvironmentError::NotAUrl(name))
    }
}

impl Extend<(String, String)> for Variables {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, more: I) {
        self.0.extend(more);
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
        let mut variables = Variables::default();
        for name in ["TABLE_NAME", "PUBLIC_URL", "MESSAGES_QUEUE_URL", "PARKED_QUEUE_URL"] {
            if name != without {
                variables.extend([(name.to_owned(), format!("http://{name}/"))]);
            }
        }
        variables.extend(with.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        Environment::read(NEEDS, &variables)
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
