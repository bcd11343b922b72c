//! Which email signature goes under a mail: by the domain of the sender.

use serde::{Deserialize, Deserializer};

use crate::email::{EmailAddress, normal_domain};

/// A signature of the settings. Its HTML is the operator's own and trusted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// For which domain.
    pub domain: Pattern,
    /// HTML that goes under the mail.
    pub html: String,
}

/// `acme.com`, `*.acme.com` (every subdomain, not the domain itself) or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// This domain alone.
    Exactly(String),
    /// Every domain below this one.
    Below(String),
    /// Every domain.
    Any,
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "*" => Self::Any,
            text => match text.strip_prefix("*.") {
                Some(parent) => Self::Below(normal_domain(parent)?),
                None => Self::Exactly(normal_domain(text)?),
            },
        })
    }

    /// Returns whether it is this very domain.
    pub fn is(&self, domain: &str) -> bool {
        matches!(self, Self::Exactly(own) if own == domain)
    }

    /// The rank of the pattern for a domain: exact before wildcard, longer before shorter.
    fn fit(&self, domain: &str) -> Option<usize> {
        match self {
            Self::Exactly(own) => (own == domain).then_some(usize::MAX),
            Self::Below(parent) => {
                let below = domain.strip_suffix(parent.as_str())?.ends_with('.');
                below.then_some(parent.len())
            }
            Self::Any => Some(0),
        }
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("must be a domain, `*.` and a domain, or `*` alone")
        })
    }
}

/// The signature for mail from this address; of equally good ones the first.
pub fn signature_for<'a>(signatures: &'a [Signature], sender: &EmailAddress) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for signature in signatures {
        let Some(fit) = signature.domain.fit(sender.domain()) else { continue };
        if best.is_none_or(|(best, _)| fit > best) {
            best = Some((fit, &signature.html));
        }
    }
    best.map(|(_, html)| html)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exact_before_wildcard_and_longer_before_shorter() {
        let signatures: Vec<Signature> = serde_json::from_value(json!([
            { "domain": "*", "html": "any" },
            { "domain": "*.acme.com", "html": "below acme" },
            { "domain": "*.eu.acme.com", "html": "below eu" },
            { "domain": "ACME.com", "html": "acme" },
            { "domain": "bücher.example", "html": "books" },
            { "domain": "acme.com", "html": "acme again" },
        ]))
        .unwrap();
        let cases = [
            ("help@acme.com", "acme"),
            ("help@Acme.COM", "acme"),
            ("help@shop.acme.com", "below acme"),
            ("help@eu.acme.com", "below acme"),
            ("help@de.eu.acme.com", "below eu"),
            ("help@notacme.com", "any"),
            ("help@xn--bcher-kva.example", "books"),
        ];
        for (sender, html) in cases {
            let sender = EmailAddress::parse(sender).unwrap();
            assert_eq!(signature_for(&signatures, &sender), Some(html), "{sender}");
        }
        let none = signature_for(&signatures[1..2], &EmailAddress::parse("help@acme.com").unwrap());
        assert_eq!(none, None, "a wildcard does not cover the domain itself");
    }

    #[test]
    fn a_pattern_that_cannot_match_is_refused() {
        for bad in ["", "*.", "a*.com", "**", "a b.com"] {
            let read = serde_json::from_value::<Pattern>(json!(bad));
            assert!(read.is_err(), "{bad}");
        }
    }
}
