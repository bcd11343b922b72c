//! The running portal: its start, its end, and the lock around its state.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::calls::Call;
use crate::gate::Hook;
use crate::line::{Cutter, Lines};
use crate::options::{PortalOptions, Token};
use crate::state::State;
use crate::webhooks::{self, Courier, Delivery, Event};

/// How long [`Portal::stop`] waits for calls that are being answered.
const PATIENCE: Duration = Duration::from_millis(500);

/// A running portal. Clones are the same portal. It runs until [`Portal::stop`], or until its
/// runtime ends.
#[derive(Clone)]
pub struct Portal {
    core: Arc<Core>,
}

struct Core {
    address: SocketAddr,
    state: Mutex<State>,
    hook: Mutex<Option<Hook>>,
    outbox: UnboundedSender<Event>,
    ending: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Portal {
    /// Starts a portal on 127.0.0.1. Fails if the port is taken.
    pub async fn start(options: PortalOptions) -> io::Result<Self> {
        let client = webhooks::client().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let (outbox, events) = mpsc::unbounded_channel();
        let (ending, ended) = watch::channel(false);
        let portal = Self {
            core: Arc::new(Core {
                address: listener.local_addr()?,
                state: Mutex::new(State::new(options)),
                hook: Mutex::new(None),
                outbox,
                ending,
                tasks: Mutex::new(Vec::new()),
            }),
        };
        let server = tokio::spawn(serve(portal.clone(), listener, ended));
        let courier = tokio::spawn(Courier::new(portal.clone(), client).run(events));
        lock(&portal.core.tasks).extend([server, courier]);
        Ok(portal)
    }

    /// Its address: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.core.address)
    }

    /// Ends it: takes no more calls and sends no more webhooks. A second time does nothing.
    pub async fn stop(&self) {
        self.core.ending.send_replace(true);
        let tasks = std::mem::take(&mut *lock(&self.core.tasks));
        let mut tasks = tasks.into_iter();
        if let Some(mut server) = tasks.next()
            && tokio::time::timeout(PATIENCE, &mut server).await.is_err()
        {
            server.abort();
        }
        tasks.for_each(|task| task.abort());
    }

    /// Sends webhooks to another place from now on, or to none.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.with(|state| state.options.webhook_url = url);
    }

    /// Lets another token do what a known one may, for the same app.
    pub fn grant(&self, token: &str, like: &str) {
        self.with(|state| {
            let known = state.options.tokens.iter().find(|known| known.token == like).cloned();
            let new = known.map(|known| Token { token: token.to_owned(), ..known });
            state.options.tokens.extend(new);
        });
    }

    /// Every call to the API so far, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.all().to_vec())
    }

    /// Forgets the calls so far. The rate limit still remembers them.
    pub fn reset_calls(&self) {
        self.with(|state| state.calls.clear());
    }

    /// Every attempt to deliver a webhook so far, by the time at which it ended.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.with(|state| state.deliveries.clone())
    }

    /// Runs an act under the lock, and hands what it has to tell to the courier.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.core.state);
        let result = act(&mut state);
        for event in state.events.take() {
            // The receiver is gone only after `stop`: then nobody is told any more.
            let _ = self.core.outbox.send(event);
        }
        result
    }

    pub(crate) fn options<T>(&self, read: impl FnOnce(&PortalOptions) -> T) -> T {
        read(&lock(&self.core.state).options)
    }

    pub(crate) fn delivered(&self, delivery: Delivery) {
        self.with(|state| state.deliveries.push(delivery));
    }

    pub(crate) fn set_hook(&self, hook: Option<Hook>) {
        *lock(&self.core.hook) = hook;
    }

    pub(crate) fn hook(&self) -> Option<Hook> {
        lock(&self.core.hook).clone()
    }
}

async fn serve(portal: Portal, listener: TcpListener, mut ended: watch::Receiver<bool>) {
    let app = crate::server::router(portal).into_make_service_with_connect_info::<Cutter>();
    let end = async move {
        // An error means that the portal is gone, which is an end too.
        let _ = ended.wait_for(|ending| *ending).await;
    };
    if let Err(error) = axum::serve(Lines(listener), app).with_graceful_shutdown(end).await {
        tracing::error!(%error, "the simulated portal stopped serving");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
