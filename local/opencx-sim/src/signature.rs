//! Signatures of events by the Standard Webhooks convention.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Prefix of a secret whose key is in base64.
const BASE64_SECRET: &str = "whsec_";

/// Returns the value of `webhook-signature`: `v1,` and the HMAC of `id.timestamp.body`.
pub(crate) fn sign(secret: &str, id: &str, timestamp: u64, body: &str) -> String {
    let decoded =
        secret.strip_prefix(BASE64_SECRET).and_then(|key| BASE64_STANDARD.decode(key).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    // A key may have any length, so none is refused.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    hmac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(hmac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard_and_a_secret_has_two_spellings() {
        // The example of the Standard Webhooks specification.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(sign("whsec_dGV4dA==", "1", 2, "{}"), sign("text", "1", 2, "{}"));
    }
}
