//! A caller of a vendor's API, with a token and a deadline.

mod permit;
mod request;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::Retryable;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::answer::{Answer, not_answered};
use crate::api::Api;
use crate::breaker::{Breaker, Credentials, Health};
use crate::budget::{Budget, Waiting};
use crate::call::{Call, Repeat};
use crate::calls::Calls;
use crate::deadline::Deadline;
use crate::error::{CallError, Problem};
use crate::retry;
use crate::single_call::SingleCall;

/// The time after which an answer counts as late.
const LATE: Duration = Duration::from_millis(1_500);

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

impl Api {
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
        self.calls.count_one();
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
}
