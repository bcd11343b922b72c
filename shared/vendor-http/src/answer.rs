//! An answer: what it says, and what it says about the rate limit.

use std::borrow::Cow;
use std::time::Duration;

use bridge_domain::text::surrogates::replace_lone_surrogates;
use reqwest::Response;

use crate::budget::{RateNews, TooMany};
use crate::error::{Problem, Refusal};
use crate::retry_after::retry_after;
use crate::status::{Meaning, meaning};

/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Least time that a locked object is left alone (docs/vendors/hubspot.md#transient-errors).
const LOCKED_FOR: Duration = Duration::from_secs(2);

/// A whole answer.
pub(crate) struct Answer {
    status: u16,
    retry_after: Option<Duration>,
    pub(crate) rate: RateNews,
    body: Vec<u8>,
}

impl Answer {
    /// Reads an answer to its end.
    pub(crate) async fn read(mut response: Response) -> Result<Self, Problem> {
        let status = response.status().as_u16();
        let mut rate = RateNews::of(response.headers());
        let retry_after = retry_after(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| not_answered(&error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Problem::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let body = match std::str::from_utf8(&body).map(replace_lone_surrogates) {
            Ok(Cow::Owned(replaced)) => replaced.into_bytes(),
            _ => body,
        };
        if meaning(status) == Meaning::RateLimited {
            rate.refused = Some(TooMany { retry_after, policy: policy(&body) });
        }
        Ok(Self { status, retry_after, rate, body })
    }

    /// Returns the body of a good answer.
    pub(crate) fn body(self) -> Result<Vec<u8>, Problem> {
        let Self { status, retry_after, .. } = self;
        match meaning(status) {
            Meaning::Success => Ok(self.body),
            Meaning::Unauthorized => Err(Problem::Unauthorized),
            Meaning::RateLimited => {
                Err(Problem::RateLimited(self.rate.refused.unwrap_or_default()))
            }
            Meaning::NotNow if status == 423 => {
                let retry_after = Some(retry_after.unwrap_or_default().max(LOCKED_FOR));
                Err(Problem::NotNow { status, retry_after })
            }
            Meaning::NotNow => Err(Problem::NotNow { status, retry_after }),
            Meaning::Unavailable => Err(Problem::Unavailable { status, retry_after }),
            Meaning::Refused => Err(Problem::Refused(Refusal::read(status, &self.body))),
        }
    }
}

/// Returns what it means that a request got no whole answer.
pub(crate) fn not_answered(error: &reqwest::Error) -> Problem {
    match error {
        error if error.is_connect() || error.is_builder() => Problem::NotSent,
        error if error.is_timeout() => Problem::NoAnswer("timed out"),
        _ => Problem::NoAnswer("connection lost"),
    }
}

fn policy(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body.get("policyName")?.as_str().map(str::to_owned)
}
