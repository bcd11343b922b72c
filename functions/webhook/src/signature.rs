//! HubSpot's request signatures, v1 to v3 (docs/vendors/hubspot.md#signatures).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Deliveries older or newer than this are replays, or from a wrong clock.
pub(crate) const TOLERANCE_MS: u64 = 300_000;

/// A request and what HubSpot signed of it.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// The whole address, scheme and query included, as HubSpot calls it.
    pub(crate) uri: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Kind of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Of body, address and time.
    V3,
    /// v1 or v2, which hold no time.
    Older,
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadSignature {
    #[error("the signature is missing")]
    Needed,
    #[error("the signature's timestamp is missing or not a number")]
    NoTimestamp,
    #[error("the signature is more than five minutes away from now")]
    Stale,
    #[error("the signature does not match")]
    Wrong,
}

impl Signed<'_> {
    /// Checks the newest kind of signature that the request carries; an older one
    /// beside it does not help a wrong one.
    pub(crate) fn verify(&self, secret: &str, now_ms: u64) -> Result<Version, BadSignature> {
        if let Some(signature) = self.header("X-HubSpot-Signature-v3") {
            return self.verify_v3(signature, secret, now_ms).map(|()| Version::V3);
        }
        let signature = self.header("X-HubSpot-Signature").ok_or(BadSignature::Needed)?;
        let digest = match self.header("X-HubSpot-Signature-Version") {
            Some("v2") => {
                self.digest(&[secret.as_bytes(), self.method.as_bytes(), self.uri.as_bytes()])
            }
            None | Some("v1") => self.digest(&[secret.as_bytes()]),
            Some(_) => return Err(BadSignature::Needed),
        };
        same(signature.as_bytes(), digest.as_bytes()).map(|()| Version::Older)
    }

    fn verify_v3(&self, signature: &str, secret: &str, now_ms: u64) -> Result<(), BadSignature> {
        let stamp = self.header("X-HubSpot-Request-Timestamp").ok_or(BadSignature::NoTimestamp)?;
        let at: u64 = stamp.parse().map_err(|_| BadSignature::NoTimestamp)?;
        if at.abs_diff(now_ms) > TOLERANCE_MS {
            return Err(BadSignature::Stale);
        }
        // The documentation decodes some characters of the address, HubSpot's own
        // libraries do not: take either.
        let plain = self.hmac(self.uri, secret, stamp);
        let decoded = self.hmac(&decode(self.uri), secret, stamp);
        same(signature.as_bytes(), plain.as_bytes())
            .or_else(|_| same(signature.as_bytes(), decoded.as_bytes()))
    }

    fn hmac(&self, uri: &str, secret: &str, stamp: &str) -> String {
        // A key of any length is fine for HMAC; were it not, nothing would match.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            return String::new();
        };
        for part in [self.method.as_bytes(), uri.as_bytes(), self.body, stamp.as_bytes()] {
            mac.update(part);
        }
        STANDARD.encode(mac.finalize().into_bytes())
    }

    fn digest(&self, before: &[&[u8]]) -> String {
        let mut digest = Sha256::new();
        for part in before {
            digest.update(part);
        }
        digest.update(self.body);
        hex::encode(digest.finalize())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn same(given: &[u8], expected: &[u8]) -> Result<(), BadSignature> {
    let same = !expected.is_empty() && bool::from(given.ct_eq(expected));
    if same { Ok(()) } else { Err(BadSignature::Wrong) }
}

/// Decodes the characters that HubSpot's documentation lists, and no others.
fn decode(uri: &str) -> String {
    let listed = [
        ("%3A", ":"),
        ("%2F", "/"),
        ("%3F", "?"),
        ("%40", "@"),
        ("%21", "!"),
        ("%24", "$"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2A", "*"),
        ("%2C", ","),
        ("%3B", ";"),
    ];
    listed.iter().fold(uri.to_owned(), |uri, (code, character)| uri.replace(code, character))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
