//! Signatures of webhooks (docs/vendors/hubspot.md#signatures).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::options::Signature;

/// Escapes that HubSpot decodes in the URL before it signs it with v3; others stay as they are.
const DECODED: [(&str, &str); 12] = [
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

/// Returns the headers that sign one delivery. `timestamp` is in milliseconds since the epoch.
pub(super) fn headers(
    kind: Signature,
    secret: &str,
    url: &str,
    body: &str,
    timestamp: u64,
) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if kind != Signature::V1 {
        headers.push(("X-HubSpot-Signature-v3", v3(secret, url, body, timestamp)));
        headers.push(("X-HubSpot-Request-Timestamp", timestamp.to_string()));
    }
    if kind != Signature::V3 {
        headers.push(("X-HubSpot-Signature", v1(secret, body)));
        headers.push(("X-HubSpot-Signature-Version", "v1".to_owned()));
    }
    headers
}

/// Computes the hexadecimal SHA-256 of the secret and the body.
fn v1(secret: &str, body: &str) -> String {
    hex::encode(Sha256::new().chain_update(secret).chain_update(body).finalize())
}

/// Computes the base64 HMAC-SHA256 of method, URL, body and timestamp.
fn v3(secret: &str, url: &str, body: &str, timestamp: u64) -> String {
    let url = DECODED.iter().fold(url.to_owned(), |url, (code, sign)| {
        url.replace(code, sign).replace(&code.to_lowercase(), sign)
    });
    let signed = format!("POST{url}{body}{timestamp}");
    // A key of any length fits HMAC, so the empty signature is never sent.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map(|mac| STANDARD.encode(mac.chain_update(signed).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    const BODY: &str = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;

    #[test]
    fn signatures_match_the_vectors() {
        let expected = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
        assert_eq!(v1(SECRET, BODY), expected, "of HubSpot's own client");
        let signed = v3(SECRET, "https://www.example.com/webhook_uri", BODY, 1_564_113_600_000);
        assert_eq!(signed, "DxmVAjFNa2xfF3YgQjdZP6TNcok9k1oaH7UXombPtvw=", "of Python's hmac");
    }

    #[test]
    fn v3_signs_the_url_with_some_escapes_decoded() {
        let coded = v3(SECRET, "https://e.com/a%3Ab%20c%2f", "", 1);
        assert_eq!(coded, v3(SECRET, "https://e.com/a:b%20c/", "", 1));
    }

    #[test]
    fn each_option_sends_its_own_headers() {
        let names = |kind| {
            let all = headers(kind, SECRET, "http://e.com", "[]", 1);
            all.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(Signature::V3AndV1).len(), 4);
        assert_eq!(names(Signature::V1), ["X-HubSpot-Signature", "X-HubSpot-Signature-Version"]);
        assert_eq!(names(Signature::V3), ["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"]);
    }
}
