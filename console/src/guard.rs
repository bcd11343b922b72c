//! Protection of the page: it answers only to names of this machine, so that no other site's name
//! can be pointed at it, and data and actions need the token of this run.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The header that carries the token; another site's page cannot send it.
const TOKEN_HEADER: &str = "x-console-token";

/// Names of this machine.
const LOCAL_NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// No inline script or style, and no request to any other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The token of a run, which only its page knows.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// Makes one that cannot be guessed.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }

    /// Returns it as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Refuses requests under any name but this machine's and those of other sites, and puts the page's headers on answers.
pub async fn only_local(request: Request, next: Next) -> Response {
    if !is_of_this_machine(request.headers()) {
        let text = "this address answers to 127.0.0.1 and localhost only\n";
        return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let named = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // Browsers name the site from which a request comes, unless it is a plain visit.
    named(header::ORIGIN).is_none_or(is_local_origin) && named(header::HOST).is_some_and(is_local)
}

fn is_local_origin(origin: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, host)| is_local(host))
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    LOCAL_NAMES.iter().any(|local| local.eq_ignore_ascii_case(name))
}

/// Refuses requests without the token of this run.
pub async fn with_token(State(token): State<Token>, request: Request, next: Next) -> Response {
    let given = request.headers().get(TOKEN_HEADER).map(HeaderValue::as_bytes);
    if given != Some(token.as_str().as_bytes()) {
        let text = "the token is missing or of an earlier run: reload the page\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1:9000", "localhost:9000", "LOCALHOST", "[::1]:80", "127.0.0.1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["evil.example:9000", "127.0.0.1.evil.example", "localhost.evil:80", "", ":80"]
        {
            assert!(!is_local(host), "{host}");
        }
        assert!(is_local_origin("http://127.0.0.1:9000") && is_local_origin("http://localhost"));
        for origin in ["null", "", "https://evil.example", "http://127.0.0.1.evil.example"] {
            assert!(!is_local_origin(origin), "{origin}");
        }
    }
}
