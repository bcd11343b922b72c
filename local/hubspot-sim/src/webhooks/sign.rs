//! Signatures of webhooks: the versions that HubSpot puts on what it sends to apps.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::options::Signature;

/// What HubSpot decodes in the URL before it signs it with v3; everything else stays as it is.
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

/// The headers that sign one delivery. `timestamp` is in milliseconds since the epoch.
pub(super) fn headers(
    kind: Signature,
    secret: &str,
    url: &str,
    body: &str,
    timestamp: u64,
) -> Vec<(&'static str, String)> {
    let v1 = || {
        [
            ("X-HubSpot-Signature", v1(secret, body)),
            ("X-HubSpot-Signature-Version", "v1".to_owned()),
        ]
    };
    let v3 = || {
        [
            ("X-HubSpot-Signature-v3", v3(secret, url, body, timestamp)),
            ("X-HubSpot-Request-Timestamp", timestamp.to_string()),
        ]
    };
    match kind {
        Signature::V3AndV1 => v3().into_iter().chain(v1()).collect(),
        Signature::V3 => v3().to_vec(),
        Signature::V1 => v1().to_vec(),
        Signature::None => Vec::new(),
    }
}

/// Hexadecimal SHA-256 over the secret and the body.
fn v1(secret: &str, body: &str) -> String {
    hex::encode(Sha256::new().chain_update(secret).chain_update(body).finalize())
}

/// Base64 HMAC-SHA256 over method, URL, body and timestamp.
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
    fn v1_is_what_hubspots_own_client_expects() {
        assert_eq!(
            v1(SECRET, BODY),
            "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
        );
    }

    #[test]
    fn v3_is_what_pythons_hmac_computes() {
        let url = "https://www.example.com/webhook_uri";
        assert_eq!(
            v3(SECRET, url, BODY, 1_564_113_600_000),
            "DxmVAjFNa2xfF3YgQjdZP6TNcok9k1oaH7UXombPtvw="
        );
    }

    #[test]
    fn v3_signs_the_url_with_some_of_its_codes_decoded() {
        let coded = v3(SECRET, "https://e.com/a%3Ab%20c%2f", "", 1);
        assert_eq!(coded, v3(SECRET, "https://e.com/a:b%20c/", "", 1));
    }

    #[test]
    fn each_setting_sends_its_own_headers() {
        let names = |kind| {
            let all = headers(kind, SECRET, "http://e.com", "[]", 1);
            all.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(Signature::V3AndV1).len(), 4);
        assert_eq!(names(Signature::V1), ["X-HubSpot-Signature", "X-HubSpot-Signature-Version"]);
        assert_eq!(names(Signature::V3), ["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"]);
        assert!(names(Signature::None).is_empty());
    }
}
