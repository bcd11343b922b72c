//! The running server and its handle.

use crate::line::{Cut, Lines};
use crate::options::OpenCxOptions;
use crate::state::State;
use crate::{api, control};
use axum::Router;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How long open connections may take to end when the server stops.
const FAREWELL: Duration = Duration::from_millis(500);

/// How long the receiver of events may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running simulated OpenCX. Clones are handles to the same one.
#[derive(Clone)]
pub struct OpenCx {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) options: OpenCxOptions,
    pub(crate) http: reqwest::Client,
    address: SocketAddr,
    state: Mutex<State>,
    runtime: Handle,
    tasks: Mutex<JoinSet<()>>,
    server: Mutex<Option<JoinHandle<()>>>,
    stopping: watch::Sender<bool>,
}

impl OpenCx {
    /// Starts a server on 127.0.0.1. Must be called within a tokio runtime, which also runs the AI
    /// and the delivery of events.
    pub async fn start(options: OpenCxOptions) -> io::Result<OpenCx> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let mut state = State::default();
        state.outbox.set_url(options.events_url.clone());
        let inner = Inner {
            http: event_client()?,
            options,
            address,
            state: Mutex::new(state),
            runtime: Handle::current(),
            tasks: Mutex::default(),
            server: Mutex::default(),
            stopping: watch::Sender::new(false),
        };
        let sim = OpenCx { inner: Arc::new(inner) };
        let server = tokio::spawn(serve(listener, sim.clone()));
        *lock(&sim.inner.server) = Some(server);
        Ok(sim)
    }

    /// The base URL of the API, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    /// Stops listening, lets calls that are under way end within half a second, and gives up what
    /// the AI thinks about and what is not delivered yet. What happened can still be looked at.
    pub async fn stop(&self) {
        self.inner.stopping.send_replace(true);
        lock(&self.inner.tasks).abort_all();
        let server = lock(&self.inner.server).take();
        if let Some(mut server) = server
            && tokio::time::timeout(FAREWELL, &mut server).await.is_err()
        {
            server.abort();
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }

    /// Runs `task` until it ends or the server stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if !*self.inner.stopping.borrow() {
            lock(&self.inner.tasks).spawn_on(task, &self.inner.runtime);
        }
    }
}

impl std::fmt::Debug for OpenCx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenCx").field("url", &self.url()).finish_non_exhaustive()
    }
}

async fn serve(listener: TcpListener, sim: OpenCx) {
    let mut stopping = sim.inner.stopping.subscribe();
    let routes = Router::new().merge(api::routes(&sim)).nest("/sim", control::routes(sim));
    let service = routes.into_make_service_with_connect_info::<Cut>();
    let stopped = async move {
        stopping.wait_for(|stop| *stop).await.ok();
    };
    if let Err(error) = axum::serve(Lines(listener), service).with_graceful_shutdown(stopped).await
    {
        tracing::error!(%error, "the simulated OpenCX stopped serving");
    }
}

fn event_client() -> io::Result<reqwest::Client> {
    // A second installation is refused and leaves the first in place, which serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
    client.map_err(io::Error::other)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
