//! The running portal: start, end, and the lock around its state.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use sim_kit::{Call, Fault, Moment, Server, Simulator, Traffic, gate, http_client, lock};
use tokio::sync::mpsc::{self, UnboundedSender};

use crate::access::Caller;
use crate::error::ApiError;
use crate::options::{PortalOptions, Token};
use crate::state::State;
use crate::webhooks::{Courier, Delivery, Outgoing};
use crate::{api, control};

/// Time that a webhook's receiver has to answer (docs/vendors/hubspot.md#webhooks).
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// A running portal. Clones are handles to the same one. It runs until [`Portal::stop`], or until
/// its runtime ends.
#[derive(Clone)]
pub struct Portal {
    core: Arc<Core>,
}

struct Core {
    server: Server,
    traffic: Traffic,
    state: Mutex<State>,
    outbox: UnboundedSender<Outgoing>,
}

impl Portal {
    /// Starts a portal on 127.0.0.1. Fails if the port is taken.
    pub async fn start(options: PortalOptions) -> io::Result<Self> {
        let client = http_client(WEBHOOK_TIMEOUT)?;
        let server = Server::bind(options.port).await?;
        let (outbox, events) = mpsc::unbounded_channel();
        let state = Mutex::new(State::new(options));
        let core = Core { server, traffic: Traffic::default(), state, outbox };
        let portal = Self { core: Arc::new(core) };
        portal.core.server.serve(routes(portal.clone()));
        portal.core.server.spawn(Courier::new(portal.clone(), client).run(events));
        Ok(portal)
    }

    /// Returns the control routes, without their prefix, to be served elsewhere, too.
    pub fn control_routes(&self) -> Router {
        control::routes().with_state(self.clone())
    }

    pub fn url(&self) -> String {
        self.core.server.url()
    }

    /// Ends it: it takes no more calls and sends no more webhooks. A second time does nothing.
    pub async fn stop(&self) {
        self.core.server.stop().await;
    }

    /// Sends webhooks to another URL from now on, or to none.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.with(|state| state.options.webhook_url = url);
    }

    /// Signs webhooks with another client secret from now on.
    pub fn set_client_secret(&self, secret: Option<String>) {
        self.with(|state| state.options.client_secret = secret);
    }

    /// Gives another token the app and scopes of a known one.
    pub fn grant(&self, token: &str, like: &str) {
        self.with(|state| {
            let tokens = &mut state.options.tokens;
            let known = tokens.iter().find(|known| known.token == like).cloned();
            tokens.extend(known.map(|known| Token { token: token.to_owned(), ..known }));
        });
    }

    /// Replaces a token by another one: the old one is answered 401 from now on.
    pub fn rotate_token(&self, old: &str, new: &str) {
        self.grant(new, old);
        self.with(|state| state.options.tokens.retain(|known| known.token != old));
    }

    /// Returns all calls to the API since the start or the last [`Portal::reset_calls`].
    pub fn calls(&self) -> Vec<Call> {
        self.core.traffic.calls()
    }

    /// Empties the log of calls. The rate limit still remembers them.
    pub fn reset_calls(&self) {
        self.core.traffic.reset_calls();
    }

    /// Schedules a fault for coming calls.
    pub fn fail(&self, fault: Fault) {
        self.core.traffic.fail(fault);
    }

    pub fn clear_faults(&self) {
        self.core.traffic.clear_faults();
    }

    /// Starts or ends an outage: every call is answered 503; people still act in the portal.
    pub fn set_down(&self, down: bool) {
        self.core.traffic.set_down(down);
    }

    /// Calls `observer` before and after the effect of every call; see [`Traffic::observe`].
    pub fn on_call(&self, observer: impl Fn(&Call, Moment) + Send + Sync + 'static) {
        self.core.traffic.observe(observer);
    }

    pub fn clear_hook(&self) {
        self.core.traffic.clear_observer();
    }

    /// Returns every attempt to deliver a webhook so far, by the time at which it ended.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.with(|state| state.deliveries.clone())
    }

    /// Runs an action under the lock, and passes its events on to the courier.
    pub(crate) fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.core.state);
        let result = action(&mut state);
        for event in state.events.take() {
            // The receiver is gone only after `stop`: then no webhooks are sent any more.
            let _ = self.core.outbox.send(event);
        }
        result
    }

    pub(crate) fn options<T>(&self, read: impl FnOnce(&PortalOptions) -> T) -> T {
        read(&lock(&self.core.state).options)
    }

    /// Runs a task until the portal stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.core.server.spawn(task);
    }
}

fn routes(portal: Portal) -> Router {
    let hubspot = api::routes().layer(from_fn_with_state(portal.clone(), gate::<Portal>));
    let signed = api::signed_routes();
    Router::new().nest("/sim", control::routes()).merge(signed).merge(hubspot).with_state(portal)
}

impl Simulator for Portal {
    type Caller = Caller;
    type Error = ApiError;

    fn traffic(&self) -> &Traffic {
        &self.core.traffic
    }

    fn error(&self, status: StatusCode) -> ApiError {
        ApiError::of_status(status)
    }

    fn authenticate(&self, call: &Call) -> Result<Caller, ApiError> {
        self.options(|options| Caller::of(call, options))
    }

    fn authorize(&self, caller: &Caller, call: &Call) -> Result<(), ApiError> {
        self.with(|state| state.quota.admit(caller, &state.options))?;
        caller.check_scopes(call)
    }

    fn finish(&self, caller: &Caller, answer: Response) -> Response {
        self.with(|state| state.quota.mark(answer, caller, &state.options))
    }
}
