//! An answer: what it says, and what it says about the rate limit.

use std::borrow::Cow;
use std::time::Duration;

use bridge_domain::text::surrogates::replace_lone_surrogates;
use reqwest::{Response, StatusCode, header};

use crate::budget::{RateNews, TooMany};
use crate::error::{Problem, Refusal};

/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// A whole answer.
pub(crate) struct Answer {
    status: StatusCode,
    pub(crate) rate: RateNews,
    body: Vec<u8>,
}

impl Answer {
    /// Reads an answer to its end.
    pub(crate) async fn read(mut response: Response) -> Result<Self, Problem> {
        let status = response.status();
        let mut rate = RateNews::of(response.headers());
        let retry_after = retry_after(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| not_answered(&error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Problem::Malformed("longer than 8 MiB".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        let body = match std::str::from_utf8(&body).map(replace_lone_surrogates) {
            Ok(Cow::Owned(replace_lone_surrogates)) => replace_lone_surrogates.into_bytes(),
            _ => body,
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            rate.refused = Some(TooMany { retry_after, policy: policy(&body) });
        }
        Ok(Self { status, rate, body })
    }

    /// The body of a good answer.
    pub(crate) fn body(self) -> Result<Vec<u8>, Problem> {
        if let Some(refused) = self.rate.refused {
            return Err(Problem::RateLimited(refused));
        }
        match self.status {
            status if status.is_success() => Ok(self.body),
            // 423: locked for a moment, wait at least 2 s
            // (docs/vendors/hubspot.md#transient-errors).
            StatusCode::LOCKED => Err(Problem::RateLimited(TooMany {
                retry_after: Some(Duration::from_secs(2)),
                policy: Some("LOCKED".to_owned()),
            })),
            status if status.is_server_error() => Err(Problem::Unavailable(status.as_u16())),
            status => Err(Problem::Refused(Refusal::read(status.as_u16(), &self.body))),
        }
    }
}

/// What it means that a request got no whole answer.
pub(crate) fn not_answered(error: &reqwest::Error) -> Problem {
    match error {
        error if error.is_connect() || error.is_builder() => Problem::NotSent,
        error if error.is_timeout() => Problem::NoAnswer("timed out"),
        _ => Problem::NoAnswer("connection lost"),
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}

fn policy(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body.get("policyName")?.as_str().map(str::to_owned)
}
