//! Requests as API Gateway passes them on, made fit for a URI.

use std::fmt::Write as _;

use lambda_http::LambdaEvent;
use lambda_http::request::LambdaRequest;

/// Encodes what cannot stand in a URI: API Gateway passes a raw query on as it came, and
/// `lambda_http` panics at a `<` or `"` in it.
pub(crate) fn well_formed(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    let LambdaRequest::ApiGatewayV2(request) = &mut event.payload else { return event };
    request.raw_query_string = request.raw_query_string.take().map(|query| encoded(&query));
    event
}

fn encoded(query: &str) -> String {
    let mut encoded = String::with_capacity(query.len());
    for byte in query.bytes() {
        match byte {
            b'!' | b'$'..=b';' | b'=' | b'?'..=b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use lambda_http::{Context, Request};
    use serde_json::Value;

    use super::*;

    /// The query of a request as a function sees it.
    fn seen(raw: &str) -> String {
        let sample = include_str!("../../../events/crm-context.json");
        let mut event: Value = serde_json::from_str(sample).unwrap();
        event["rawQueryString"] = raw.into();
        let payload = serde_json::from_value(event).unwrap();
        let event = well_formed(LambdaEvent::new(payload, Context::default()));
        let request: Request = event.payload.into();
        request.uri().query().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_query_that_is_no_uri_reaches_the_function_encoded() {
        for (raw, expected) in [
            ("email=a%40x.org&b={c}|d", "email=a%40x.org&b={c}|d"),
            ("email=a<b", "email=a%3Cb"),
            ("email=\"a b\"#c", "email=%22a%20b%22%23c"),
            ("email=ü@x.org\u{7f}", "email=%C3%BC@x.org%7F"),
            ("", ""),
        ] {
            assert_eq!(seen(raw), expected, "{raw}");
        }
    }

    #[test]
    fn no_byte_of_a_query_stops_a_function() {
        for byte in 0..=255_u8 {
            assert!(seen(&format!("email=a{}b", char::from(byte))).starts_with("email=a"));
        }
    }
}
