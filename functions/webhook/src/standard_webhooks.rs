//! OpenCX's request signatures: the Standard Webhooks convention
//! (docs/vendors/opencx.md). It is one HMAC, so the crates for HubSpot's signatures do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::http::HeaderMap;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::signature::{BadSignature, TOLERANCE_MS};

/// Checks the signature of a body.
pub(crate) fn verify(
    headers: &HeaderMap,
    body: &[u8],
    secret: &str,
    now_ms: u64,
) -> Result<(), BadSignature> {
    let id = header(headers, "webhook-id").ok_or(BadSignature::Needed)?;
    let given = header(headers, "webhook-signature").ok_or(BadSignature::Needed)?;
    let stamp = header(headers, "webhook-timestamp").ok_or(BadSignature::NoTimestamp)?;
    let seconds: u64 = stamp.trim().parse().map_err(|_| BadSignature::NoTimestamp)?;
    if seconds.saturating_mul(1_000).abs_diff(now_ms) > TOLERANCE_MS {
        return Err(BadSignature::Stale);
    }
    let expected = sign(id, stamp, body, secret).ok_or(BadSignature::Wrong)?;
    // Several are sent while the secret is rotated.
    for signature in given.split_whitespace() {
        let encoded = signature.strip_prefix("v1,").unwrap_or_default();
        if bool::from(encoded.as_bytes().ct_eq(expected.as_bytes())) {
            return Ok(());
        }
    }
    Err(BadSignature::Wrong)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn sign(id: &str, stamp: &str, body: &[u8], secret: &str) -> Option<String> {
    let key = match secret.strip_prefix("whsec_") {
        Some(encoded) => STANDARD.decode(encoded).ok()?,
        None => secret.as_bytes().to_vec(),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in [id.as_bytes(), b".", stamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderValue;

    use super::*;

    // The example of the convention's own documentation and libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const AT: u64 = 1_614_265_330_000;

    fn check(signature: &str, body: &[u8], secret: &str, now: u64) -> Result<(), BadSignature> {
        let mut headers = HeaderMap::new();
        let stamp = (AT / 1_000).to_string();
        for (name, value) in
            [("webhook-id", ID), ("webhook-timestamp", &stamp), ("webhook-signature", signature)]
        {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        verify(&headers, body, secret, now)
    }

    #[test]
    fn only_the_signature_of_the_convention_is_taken() {
        assert_eq!(check(SIGNATURE, BODY, SECRET, AT), Ok(()));
        let several = format!("v1,AAAA v2,x {SIGNATURE}");
        assert_eq!(check(&several, BODY, SECRET, AT + 299_000), Ok(()));
        let wrong = Err(BadSignature::Wrong);
        assert_eq!(check(SIGNATURE, b"{}", SECRET, AT), wrong);
        assert_eq!(check(SIGNATURE, BODY, "whsec_AAAA", AT), wrong);
        assert_eq!(check(SIGNATURE, BODY, "whsec_no base64!", AT), wrong);
        assert_eq!(check(&SIGNATURE[3..], BODY, SECRET, AT), wrong);
        assert_eq!(check("", BODY, SECRET, AT), wrong);
        assert_eq!(check(SIGNATURE, BODY, SECRET, AT + 301_000), Err(BadSignature::Stale));
        assert_eq!(check(SIGNATURE, BODY, SECRET, AT - 301_000), Err(BadSignature::Stale));
        let none = verify(&HeaderMap::new(), BODY, SECRET, AT);
        assert_eq!(none, Err(BadSignature::Needed));
    }
}
