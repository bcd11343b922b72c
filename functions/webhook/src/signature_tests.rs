//! v1 and v2 from the tests of HubSpot's own Node client; v3 made with Python's `hmac`.

use lambda_http::http::{HeaderName, HeaderValue};

use super::*;

const SECRET: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const URI: &str = "https://www.example.com/webhook_uri";
const V1_BODY: &str = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;
const V1: &str = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
const V2_GET: &str = "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e";
const V2_POST: &str = "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900";
const V3_BODY: &str = r#"[{"subscriptionType":"conversation.newMessage","note":"grüße 🙂"}]"#;
const V3: &str = "u4okpdHvs2OQiJBHSO4QKnkOXRzW7ITXUI/58wzbw5U=";
const V3_AT: u64 = 1_700_000_000_000;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

fn verify(
    method: &str,
    uri: &str,
    body: &str,
    pairs: &[(&'static str, &str)],
    now: u64,
) -> Result<(), BadSignature> {
    let headers = headers(pairs);
    let signed = Signed { method, uri, headers: &headers, body: body.as_bytes() };
    signed.verify(SECRET, now).map(|_| ())
}

const VERSION: &str = "X-HubSpot-Signature-Version";
const OLD: &str = "X-HubSpot-Signature";
const NEW: &str = "X-HubSpot-Signature-v3";
const STAMP: &str = "X-HubSpot-Request-Timestamp";

#[test]
fn the_published_vectors_hold() {
    assert_eq!(verify("POST", URI, V1_BODY, &[(OLD, V1), (VERSION, "v1")], 0), Ok(()));
    assert_eq!(verify("POST", URI, V1_BODY, &[(OLD, V1)], 0), Ok(()), "v1 is the default");
    assert_eq!(verify("GET", URI, "", &[(OLD, V2_GET), (VERSION, "v2")], 0), Ok(()));
    let body = r#"{"example_field":"example_value"}"#;
    assert_eq!(verify("POST", URI, body, &[(OLD, V2_POST), (VERSION, "v2")], 0), Ok(()));
}

#[test]
fn v3_signs_method_address_body_and_time() {
    let stamp = V3_AT.to_string();
    let pairs = [(NEW, V3), (STAMP, stamp.as_str())];
    assert_eq!(verify("POST", URI, V3_BODY, &pairs, V3_AT), Ok(()));
    let wrong = Err(BadSignature::Wrong);
    assert_eq!(verify("GET", URI, V3_BODY, &pairs, V3_AT), wrong);
    assert_eq!(verify("POST", "https://www.example.com/other", V3_BODY, &pairs, V3_AT), wrong);
    assert_eq!(verify("POST", URI, "[]", &pairs, V3_AT), wrong);
    let later = (V3_AT + 1).to_string();
    assert_eq!(verify("POST", URI, V3_BODY, &[(NEW, V3), (STAMP, &later)], V3_AT), wrong);
}

#[test]
fn v3_is_good_for_five_minutes_in_either_direction() {
    let stamp = V3_AT.to_string();
    let pairs = [(NEW, V3), (STAMP, stamp.as_str())];
    for (now, result) in [
        (V3_AT + 300_000, Ok(())),
        (V3_AT + 300_001, Err(BadSignature::Stale)),
        (V3_AT - 300_000, Ok(())),
        (V3_AT - 300_001, Err(BadSignature::Stale)),
    ] {
        assert_eq!(verify("POST", URI, V3_BODY, &pairs, now), result, "{now}");
    }
    for stamp in ["", "soon", "-1", "NaN"] {
        let result = verify("POST", URI, V3_BODY, &[(NEW, V3), (STAMP, stamp)], V3_AT);
        assert_eq!(result, Err(BadSignature::NoTimestamp), "{stamp:?}");
    }
    assert_eq!(verify("POST", URI, V3_BODY, &pairs[..1], V3_AT), Err(BadSignature::NoTimestamp));
}

#[test]
fn v3_takes_an_address_as_documented_and_as_the_libraries_do() {
    let uri = "https://www.example.com/hook/a%3Ab?x=%2F1";
    let stamp = V3_AT.to_string();
    let documented = "up7Q4FYHICE8v0GyvD/37YnHs4cK5gbHPoA/IAXJjs4=";
    let as_it_is = "9OAka87zBzrx18vafGR/+wyJe3NqyFDy/ycZ3pZeO2M=";
    for signature in [documented, as_it_is] {
        let pairs = [(NEW, signature), (STAMP, stamp.as_str())];
        assert_eq!(verify("POST", uri, "[]", &pairs, V3_AT), Ok(()), "{signature}");
    }
}

#[test]
fn an_old_signature_does_not_help_a_wrong_new_one() {
    let stamp = V3_AT.to_string();
    let pairs = [(NEW, "AAAA"), (STAMP, stamp.as_str()), (OLD, V1), (VERSION, "v1")];
    assert_eq!(verify("POST", URI, V1_BODY, &pairs, V3_AT), Err(BadSignature::Wrong));
}

#[test]
fn no_signature_is_no_way_in() {
    assert_eq!(verify("POST", URI, V1_BODY, &[], 0), Err(BadSignature::Needed));
    let unknown = [(OLD, V1), (VERSION, "v9")];
    assert_eq!(verify("POST", URI, V1_BODY, &unknown, 0), Err(BadSignature::Needed));
    for signature in ["", "00", &V1.to_uppercase(), &V1[1..]] {
        let result = verify("POST", URI, V1_BODY, &[(OLD, signature)], 0);
        assert_eq!(result, Err(BadSignature::Wrong), "{signature:?}");
    }
}
