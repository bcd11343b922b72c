//! The API of a vendor, and a caller with a token and a deadline.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use backon::Retryable;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

use crate::answer::{Answer, not_answered};
use crate::breaker::{Breaker, Credentials, Health};
use crate::budget::{Budget, Meter, Waiting};
use crate::call::{Body, Call, Repeat};
use crate::deadline::Deadline;
use crate::error::{CallError, Problem, Refusal};
use crate::retry;
use crate::single_call::SingleCall;

/// Longest wait for the answer to a call that may be made again.
const SAFE_TIMEOUT: Duration = Duration::from_secs(6);

/// Longest wait for any answer: to give up on a call that must not be made again costs
/// more. HubSpot's own services give up earlier.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for the answer to a file, which has to arrive there first.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(45);

/// The time after which an answer counts as late.
const LATE: Duration = Duration::from_millis(1_500);

/// A vendor's API: where it is and the connections to it. One per process.
#[derive(Clone, Debug)]
pub struct Api {
    vendor: &'static str,
    base: Url,
    client: Arc<OnceLock<reqwest::Client>>,
}

impl Api {
    /// The API of `vendor` at `base`. Connections and TLS are set up at the first
    /// call, so that a function that makes none starts without them.
    pub fn new(vendor: &'static str, base: Url) -> Self {
        Self { vendor, base, client: Arc::default() }
    }

    fn client(&self) -> Result<&reqwest::Client, Problem> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // Only the first caller in a process installs it; the others find it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .user_agent(concat!("opencx-hubspot-bridge/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| Problem::NotSent)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// A caller with this token, until this deadline.
    pub fn caller(&self, token: SecretString, deadline: Deadline) -> Caller {
        Caller {
            api: self.clone(),
            token: Arc::new(Mutex::new(token)),
            deadline,
            calls: Calls::default(),
            budget: None,
            breaker: None,
            credentials: None,
            reserved: Arc::default(),
            renewed: Arc::default(),
            single: Arc::default(),
        }
    }
}

/// The number of calls that were made, tries included.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    made: Arc<AtomicU32>,
    throttled: Arc<AtomicU32>,
}

impl Calls {
    /// The number so far.
    pub fn count(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    /// The number of them that were answered 429.
    pub fn throttled(&self) -> u32 {
        self.throttled.load(Ordering::Relaxed)
    }
}

/// Makes calls for one event of one organisation.
#[derive(Clone, Debug)]
pub struct Caller {
    api: Api,
    token: Arc<Mutex<SecretString>>,
    deadline: Deadline,
    calls: Calls,
    budget: Option<Arc<dyn Budget>>,
    breaker: Option<Arc<dyn Breaker>>,
    credentials: Option<Arc<dyn Credentials>>,
    /// True if the next call has its permit already.
    reserved: Arc<AtomicBool>,
    /// True if the token was read again: once is enough.
    renewed: Arc<AtomicBool>,
    single: Arc<SingleCall>,
}

impl Caller {
    /// Shares the vendor's rate limit with whoever else has this budget.
    #[must_use]
    pub fn within(mut self, budget: Arc<dyn Budget>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Stops calling while the vendor is down.
    #[must_use]
    pub fn behind(mut self, breaker: Arc<dyn Breaker>) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Reads the token again when the vendor does not know it.
    #[must_use]
    pub fn renewing(mut self, credentials: Arc<dyn Credentials>) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Returns the count of its calls.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Returns whether the vendor seems to be down, as the latest calls went.
    pub fn in_trouble(&self) -> bool {
        self.breaker.as_ref().is_some_and(|breaker| breaker.in_trouble())
    }

    /// Makes a call and reads its answer; an empty one reads as `null`.
    ///
    /// Whatever certainly had no effect is tried again before it is reported.
    pub async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<T, CallError> {
        let (lost, turned_away) = (AtomicBool::new(false), AtomicBool::new(false));
        (|| self.once(&call))
            .retry(retry::schedule())
            .when(|error| call.is_ready() && retry::again(error))
            .adjust(|error, planned| retry::pause(error, planned, self.deadline.left()))
            .notify(|error, pause| {
                lost.fetch_or(!error.is_certainly_undone(), Ordering::Relaxed);
                turned_away.fetch_or(error.is_turned_away(), Ordering::Relaxed);
                tracing::debug!(%error, ?pause, "trying again");
            })
            .await
            .inspect(|_| self.single.succeeded())
            .map_err(|error| {
                self.single.failed(&error, turned_away.load(Ordering::Relaxed));
                CallError { lost_before: lost.load(Ordering::Relaxed), ..error }
            })
    }

    /// As [`Self::send`], with `None` for 404.
    pub async fn find<T: DeserializeOwned>(&self, call: Call) -> Result<Option<T>, CallError> {
        match self.send(call).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn error(&self, call: &Call, problem: Problem) -> CallError {
        let safe = call.repeat == Repeat::Safe;
        CallError { vendor: self.api.vendor, call: call.name, problem, safe, lost_before: false }
    }

    /// Makes a call once; a second time when its token had to be read again.
    async fn once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, CallError> {
        let mut answer = self.attempt(call).await;
        if matches!(answer, Err(Problem::Unauthorized)) && call.is_ready() && self.renew().await {
            answer = self.attempt(call).await;
        }
        let was_made = !matches!(answer, Err(Problem::Deferred(_) | Problem::NoTime));
        if let Some(breaker) = self.breaker.as_ref().filter(|_| was_made) {
            breaker.note(Health::of(answer.as_ref().err())).await;
        }
        let body = answer.map_err(|problem| self.error(call, problem))?;
        let body = if body.is_empty() { b"null".as_slice() } else { &body };
        serde_json::from_slice(body).map_err(|error| {
            // The position, not serde's message: that may quote the answer.
            let at = format!("line {} column {}", error.line(), error.column());
            self.error(call, Problem::Malformed(at))
        })
    }

    async fn attempt(&self, call: &Call) -> Result<Vec<u8>, Problem> {
        self.permit(call.meter).await?;
        let request = self.request(call)?;
        self.calls.made.fetch_add(1, Ordering::Relaxed);
        // On the heap: the client's future is large, and whole events await it.
        let answer = Box::pin(async {
            let response = request.send().await.map_err(|error| not_answered(&error))?;
            Answer::read(response).await
        });
        let answer = if call.is_upload() { answer.await } else { self.watched(answer).await }?;
        self.tell(call, &answer).await;
        answer.body()
    }

    /// Waits for an answer, and tells the circuit breaker when it is late.
    async fn watched<T>(&self, mut answer: Waiting<'_, T>) -> T {
        let Some(breaker) = &self.breaker else { return answer.await };
        match timeout(LATE, &mut answer).await {
            Ok(answer) => answer,
            Err(_) => tokio::join!(answer, breaker.note_late()).0,
        }
    }

    /// Returns whether there is another token to try.
    async fn renew(&self) -> bool {
        let Some(credentials) = &self.credentials else { return false };
        if self.renewed.swap(true, Ordering::Relaxed) {
            return false;
        }
        let Some(token) = credentials.renew().await else { return false };
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
        true
    }

    /// Waits for the permit of the next call now, so that between what is done before it and
    /// the call itself nothing is waited for.
    pub async fn reserve(&self, call: &'static str) -> Result<(), CallError> {
        self.permit(Meter::Calls).await.map_err(|problem| CallError {
            vendor: self.api.vendor,
            call,
            problem,
            safe: true,
            lost_before: false,
        })?;
        self.reserved.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Waits for a permit: of the circuit breaker, and within the vendor's rate limit.
    async fn permit(&self, meter: Meter) -> Result<(), Problem> {
        if meter == Meter::Calls && self.reserved.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let admitted = async {
            if let Some(breaker) = &self.breaker {
                breaker.admit().await?;
            }
            match &self.budget {
                Some(budget) => budget.permit(meter).await,
                None => Ok(()),
            }
        };
        match admitted.await {
            Err(deferral) if !self.single.may_be_alone() => Err(Problem::Deferred(deferral)),
            _ => Ok(()),
        }
    }

    /// Tells what an answer says about the rate limit. Only a refusal is passed on at
    /// once: after any other answer its effect has to be recorded first.
    async fn tell(&self, call: &Call, answer: &Answer) {
        let refused = answer.rate.refused.is_some();
        if refused {
            self.calls.throttled.fetch_add(1, Ordering::Relaxed);
        }
        let Some(budget) = &self.budget else { return };
        budget.told(call.meter, &answer.rate);
        if refused {
            budget.pass_on(call.meter).await;
        }
    }

    fn request(&self, call: &Call) -> Result<RequestBuilder, Problem> {
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
