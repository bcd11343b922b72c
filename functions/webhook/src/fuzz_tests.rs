//! Properties that hold whatever a stranger sends: signatures, and what goes on the queues.

use adversarial_inputs::{hold, mutated, text, value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::ids::OrgId;
use bridge_store::queue_event;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::signature::Signed;

const NOW: u64 = 1_700_000_000_000;

/// The signed parts of a request; v1 and v2 sign less.
#[derive(Clone, Debug, PartialEq)]
struct Request {
    version: u8,
    method: String,
    uri: String,
    body: Vec<u8>,
    stamp: String,
    secret: String,
}

impl Request {
    fn signature(&self) -> String {
        let Self { method, uri, body, stamp, secret, .. } = self;
        let parts: &[&[u8]] = match self.version {
            1 => &[secret.as_bytes(), body],
            2 => &[secret.as_bytes(), method.as_bytes(), uri.as_bytes(), body],
            _ => &[method.as_bytes(), uri.as_bytes(), body, stamp.as_bytes()],
        };
        if self.version < 3 {
            return hex::encode(Sha256::digest(parts.concat()));
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(&parts.concat());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    fn is_let_in(&self, signature: &str) -> bool {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            HeaderValue::from_bytes(value.as_bytes()).map(|value| headers.insert(name, value))
        };
        let (name, version) = match self.version {
            1 => ("X-HubSpot-Signature", "v1"),
            2 => ("X-HubSpot-Signature", "v2"),
            _ => ("X-HubSpot-Signature-v3", "v3"),
        };
        let readable = put(name, signature).is_ok()
            && put("X-HubSpot-Signature-Version", version).is_ok()
            && put("X-HubSpot-Request-Timestamp", &self.stamp).is_ok();
        let (method, uri, body) = (self.method.as_str(), self.uri.as_str(), &self.body);
        let signed = Signed { method, uri, headers: &headers, body };
        readable && signed.verify(&self.secret, NOW).is_ok()
    }

    /// The same, but for one thing; v1 does not sign method and address, and only v3
    /// signs the time.
    fn but(&self, what: u8, text: String) -> Self {
        let mut other = self.clone();
        match (what, self.version) {
            (0, 2..) => other.method = text,
            (1, 2..) => other.uri = text,
            (2, 3..) => other.stamp = text,
            (3, _) => other.secret = text,
            _ => other.body = text.into_bytes(),
        }
        other
    }
}

fn request() -> impl Strategy<Value = Request> {
    let stamp = (NOW - 300_000..=NOW + 300_000).prop_map(|at| at.to_string());
    let parts =
        (1_u8..=3, "GET|POST|PUT", "https://a.example/[a-z/?=]{0,20}", text(), stamp, text());
    parts.prop_map(|(version, method, uri, body, stamp, secret)| Request {
        version,
        method,
        uri,
        body: body.into_bytes(),
        stamp,
        secret,
    })
}

#[test]
fn only_the_exact_signature_of_the_exact_request_lets_in() {
    // Nearly the same, or something else altogether.
    let near = (
        any::<prop::sample::Index>(),
        prop::sample::select(vec!["", " ", "+", "0", "\0", "%2F", "é"]),
    );
    hold(128, (request(), 0_u8..6, near, text()), |(request, what, (place, odd), text)| {
        let signature = request.signature();
        prop_assert!(request.is_let_in(&signature));
        let original = match what {
            0 => request.method.clone(),
            1 => request.uri.clone(),
            2 => request.stamp.clone(),
            3 => request.secret.clone(),
            _ => String::from_utf8(request.body.clone()).unwrap(),
        };
        let places: Vec<usize> =
            (0..=original.len()).filter(|at| original.is_char_boundary(*at)).collect();
        let (before, after) = original.split_at(*place.get(&places));
        let nearly = format!("{before}{odd}{after}");
        for changed in [nearly, before.to_owned(), original.to_uppercase(), text] {
            let mut other = request.but(what, changed);
            // HMAC fills a short key up with zeros: with some more it is the same key.
            if other.secret.trim_end_matches('\0') == request.secret.trim_end_matches('\0') {
                other.secret.clone_from(&request.secret);
            }
            prop_assert!(other == request || !other.is_let_in(&signature), "{:?}", other.uri);
        }
        let cut = &signature[..signature.len() - 1];
        for wrong in
            ["", cut, &format!("{signature} "), &signature.to_uppercase(), &format!("{signature}=")]
        {
            prop_assert!(wrong == signature || !request.is_let_in(wrong), "{}", wrong);
        }
        Ok(())
    });
}

fn opencx() -> impl Strategy<Value = Value> {
    let sample = |text: &str| mutated(serde_json::from_str(text).unwrap());
    let many = (value(), 0_usize..3_000, text()).prop_map(|(piece, pieces, id)| {
        let piece = if piece.to_string().len() < 300 { piece } else { json!(1) };
        json!({ "event": "conversation.closed", "event_id": id, "data": vec![piece; pieces], "x": id })
    });
    prop_oneof![
        2 => sample(include_str!("../../../events/handoff.json")),
        2 => sample(include_str!("../../../events/closed.json")),
        1 => many,
    ]
}

/// The characters of XML 1.0, the only ones that SQS carries.
fn sqs_takes(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[test]
fn what_goes_on_a_queue_is_what_sqs_takes_and_no_larger_than_what_came() {
    let org = OrgId::new("acme");
    hold(64, opencx(), move |event| {
        let messages = queue_event(&event, &org, "delivery", false);
        let pieces = event["data"].as_array().map_or(1, Vec::len);
        prop_assert!(messages.is_empty() || messages.len() == pieces);
        let mut total = 0;
        for (_, message) in &messages {
            total += message.size();
            prop_assert!(message.body.chars().all(sqs_takes), "SQS refuses a character");
            for id in [&message.group, &message.deduplication_id] {
                prop_assert!(
                    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
                );
            }
            let read: Value = serde_json::from_str(&message.body).unwrap();
            prop_assert_eq!(&read["event"], &event["event"]);
        }
        let most = 2 * event.to_string().len() + 400 * pieces;
        prop_assert!(total <= most, "{} B of {} B", total, event.to_string().len());
        Ok(())
    });
}

#[test]
fn the_pieces_of_a_list_keep_apart() {
    let org = OrgId::new("acme");
    hold(64, (2_usize..50, text()), move |(pieces, id)| {
        let closing = json!({ "conversation_id": "s" });
        let event = json!({ "event": "conversation.closed", "event_id": id,
            "organization_id": "acme", "data": vec![closing; pieces] });
        let messages = queue_event(&event, &org, "delivery", false);
        let ids: std::collections::BTreeSet<&str> =
            messages.iter().map(|(_, message)| message.deduplication_id.as_str()).collect();
        prop_assert_eq!(ids.len(), pieces, "{:?}", ids);
        Ok(())
    });
}
