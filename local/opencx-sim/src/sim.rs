//! The handle of a running simulated OpenCX.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::StatusCode;
use sim_kit::{Call, Fault, Moment, Server, Simulator, Traffic, lock};
use std::time::Duration;

use crate::error::ApiError;
use crate::options::OpenCxOptions;
use crate::state::State;

/// The window of OpenCX's rate limit.
const RATE_WINDOW: Duration = Duration::from_mins(1);

/// A running simulated OpenCX. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct OpenCxSim {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) options: OpenCxOptions,
    pub(crate) http: reqwest::Client,
    pub(crate) server: Server,
    pub(crate) traffic: Traffic,
    pub(crate) state: Mutex<State>,
}

/// The organisation whose key a call carries, by its id.
#[derive(Clone, Debug)]
pub struct Organization(pub(crate) String);

impl OpenCxSim {
    /// Returns the base URL of the API, without a slash at the end.
    /// Returns the control routes, without their prefix, to be served elsewhere, too.
    pub fn control_routes(&self) -> axum::Router {
        crate::control::routes().with_state(self.clone())
    }

    pub fn url(&self) -> String {
        self.inner.server.url()
    }

    /// Stops listening, lets open calls end within half a second, and gives up what the AI has not
    /// answered and what is not delivered yet. The state can still be read.
    pub async fn stop(&self) {
        self.inner.server.stop().await;
    }

    /// Returns all calls of the API since the start or the last [`Self::reset_calls`], oldest
    /// first, rejected ones included.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.traffic.calls()
    }

    /// Empties the log of calls; the rate limit still remembers them.
    pub fn reset_calls(&self) {
        self.inner.traffic.reset_calls();
    }

    pub fn fail(&self, fault: Fault) {
        self.inner.traffic.fail(fault);
    }

    pub fn clear_faults(&self) {
        self.inner.traffic.clear_faults();
    }

    /// Starts or ends an outage: during it every call is answered 503 and has no effect.
    pub fn set_down(&self, down: bool) {
        self.inner.traffic.set_down(down);
    }

    /// Calls `observer` before and after the effect of each admitted call; the answer waits for it.
    pub fn observe(&self, observer: impl Fn(&Call, Moment) + Send + Sync + 'static) {
        self.inner.traffic.observe(observer);
    }

    /// Makes a further API key of the first organisation.
    pub fn grant(&self, key: &str) {
        self.state().granted_keys.insert(key.to_owned());
    }

    /// Replaces an API key of the first organisation: the old one is answered 401 from now on.
    pub fn rotate_key(&self, old: &str, new: &str) {
        let mut state = self.state();
        state.granted_keys.insert(new.to_owned());
        state.granted_keys.remove(old);
        state.revoked_keys.insert(old.to_owned());
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }
}

impl Simulator for OpenCxSim {
    type Caller = Organization;
    type Error = ApiError;

    fn traffic(&self) -> &Traffic {
        &self.inner.traffic
    }

    fn error(&self, status: StatusCode) -> ApiError {
        ApiError::new(status, status.canonical_reason().unwrap_or("Error"))
    }

    fn authenticate(&self, call: &Call) -> Result<Organization, ApiError> {
        let key = call.token.as_deref().unwrap_or_default();
        let options = &self.inner.options;
        let is_granted = self.state().granted_keys.contains(key);
        let own = is_granted.then_some(options.organization_id.as_str());
        let organization = options.organization(key).or(own);
        let is_revoked = self.state().revoked_keys.contains(key);
        let organization = organization.filter(|_| !is_revoked);
        let organization = organization.ok_or_else(|| self.error(StatusCode::UNAUTHORIZED))?;
        Ok(Organization(organization.to_owned()))
    }

    /// Enforces the rate limit; a refused call does not count.
    fn authorize(&self, organization: &Organization, _call: &Call) -> Result<(), ApiError> {
        let state = &mut *self.state();
        let calls = state.calls.entry(organization.0.clone()).or_default();
        if calls.count(RATE_WINDOW) >= self.inner.options.rate_limit_per_minute as usize {
            return Err(self.error(StatusCode::TOO_MANY_REQUESTS));
        }
        calls.add();
        Ok(())
    }
}
