//! The HTTP request of a call.

use std::sync::PoisonError;
use std::time::Duration;

use reqwest::RequestBuilder;
use secrecy::ExposeSecret;

use crate::call::{Body, Call, Repeat};
use crate::caller::Caller;
use crate::error::{Problem, Refusal};

/// Longest wait for the answer to a call that may be made again.
const SAFE_TIMEOUT: Duration = Duration::from_secs(6);

/// Longest wait for any answer: to give up on a call that must not be made again costs
/// more. HubSpot's own services give up earlier.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for the answer to a file, which has to arrive there first.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(45);

impl Caller {
    /// Builds the request of a call, with the time that its answer may take.
    pub(super) fn request(&self, call: &Call) -> Result<RequestBuilder, Problem> {
        let longest = match call.repeat {
            _ if call.is_upload() => UPLOAD_TIMEOUT,
            Repeat::Safe => SAFE_TIMEOUT,
            Repeat::Unsafe => TIMEOUT,
        };
        let timeout = self.deadline.left().min(longest);
        // Too little to wait for an answer: then the request must not leave.
        if timeout < Duration::from_secs(1) {
            return Err(Problem::NoTime);
        }
        // An address has no such places: the call would go to another one.
        if call.path.iter().any(|segment| matches!(segment.as_str(), "" | "." | "..")) {
            let message = "no such place".to_owned();
            return Err(Problem::Refused(Refusal {
                status: 404,
                category: None,
                message,
                errors: Vec::new(),
            }));
        }
        let mut url = self.api.base.clone();
        url.path_segments_mut().map_err(|()| Problem::NotSent)?.pop_if_empty().extend(&call.path);
        let request = self.api.client()?.request(call.method.clone(), url);
        let request = request.timeout(timeout);
        let request = if call.with_token { self.authorized(request) } else { request };
        let request = if call.query.is_empty() { request } else { request.query(&call.query) };
        Ok(match &call.body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Upload(upload) => request.multipart(upload.form().ok_or(Problem::NotSent)?),
        })
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        request.bearer_auth(token.expose_secret())
    }
}
