//! Email addresses, checked once and then carried as a type.

use serde::{Deserialize, Serialize};

/// A plausible email address, in the form in which it is compared: trimmed,
/// lower case, its domain in ASCII (punycode).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// Reads an address; `None` when the text cannot be one.
    ///
    /// HubSpot validates addresses itself; this only keeps out what would
    /// certainly be refused, such as names, numbers and blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.trim().rsplit_once('@')?;
        let local_ok = !local.is_empty()
            && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>,@".contains(c));
        let domain = normal_domain(domain)?;
        if !local_ok || !domain.contains('.') || local.len() + domain.len() > 253 {
            return None;
        }
        let at = local.to_lowercase().len();
        Some(Self { text: format!("{}@{domain}", local.to_lowercase()), at })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the part before the `@`.
    pub fn local_part(&self) -> &str {
        &self.text[..self.at]
    }

    /// Returns the part behind the `@`, lower case, in ASCII.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

/// A domain as it is compared: lower case, in ASCII. `None` if it is not a domain.
pub fn normal_domain(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_end_matches('.');
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    (!ascii.is_empty()).then_some(ascii)
}

impl TryFrom<String> for EmailAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("must be an email address")
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.text
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_in_ascii() {
        let cases = [
            (" Ann@Example.COM ", "ann@example.com", "example.com"),
            ("jo+tag@bücher.example", "jo+tag@xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("İ@x.org", "i\u{307}@x.org", "x.org"),
        ];
        for (text, whole, domain) in cases {
            let address = EmailAddress::parse(text).unwrap();
            assert_eq!((address.as_str(), address.domain()), (whole, domain));
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_none() {
        for bad in
            ["", "ann", "@x.org", "ann@", "ann@localhost", "a b@x.org", "<ann@x.org>", "a@b@.c"]
        {
            assert_eq!(EmailAddress::parse(bad), None, "{bad}");
        }
    }
}
