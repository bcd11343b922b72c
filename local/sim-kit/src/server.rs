//! The HTTP server of a simulator, on 127.0.0.1, and the tasks that run beside it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use reqwest::redirect::Policy;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::droppable_connection::{ConnectionHandle, DroppableListener};

/// Time that open calls have to end when the server stops.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);

/// A server on 127.0.0.1 and its background tasks.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    listener: Mutex<Option<TcpListener>>,
    serving: Mutex<Option<JoinHandle<()>>>,
    tasks: Mutex<JoinSet<()>>,
    stopping: watch::Sender<bool>,
    runtime: Handle,
}

impl Server {
    /// Takes a port; 0 takes any free one. Must be called within a tokio runtime, which then runs
    /// the server and its tasks.
    pub async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listener: Mutex::new(Some(listener)),
            serving: Mutex::default(),
            tasks: Mutex::default(),
            stopping: watch::Sender::new(false),
            runtime: Handle::current(),
        })
    }

    /// Starts to serve; a second call does nothing.
    pub fn serve(&self, routes: Router) {
        let Some(listener) = lock(&self.listener).take() else { return };
        let mut stopping = self.stopping.subscribe();
        let stopped = async move {
            // An error means that the server is gone, which is an end too.
            stopping.wait_for(|stop| *stop).await.ok();
        };
        let service = routes.into_make_service_with_connect_info::<ConnectionHandle>();
        let serving = axum::serve(DroppableListener(listener), service);
        let serving = async move {
            if let Err(error) = serving.with_graceful_shutdown(stopped).await {
                tracing::error!(%error, "a simulator stopped serving");
            }
        };
        *lock(&self.serving) = Some(self.runtime.spawn(serving));
    }

    /// Returns the base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Runs a task until it ends or the server stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if *self.stopping.borrow() {
            return;
        }
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn_on(task, &self.runtime);
    }

    /// Takes no more calls, gives open ones half a second, and ends the background tasks. A second
    /// call does nothing.
    pub async fn stop(&self) {
        self.stopping.send_replace(true);
        lock(&self.tasks).abort_all();
        let serving = lock(&self.serving).take();
        if let Some(mut serving) = serving
            && tokio::time::timeout(SHUTDOWN_GRACE, &mut serving).await.is_err()
        {
            serving.abort();
        }
    }
}

/// Makes the client with which a simulator sends webhooks, over HTTP or HTTPS. It follows no
/// redirects.
pub fn http_client(timeout: Duration) -> io::Result<reqwest::Client> {
    // A second installation is refused and leaves the first in place, which serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = reqwest::Client::builder().no_proxy().timeout(timeout).redirect(Policy::none());
    client.build().map_err(io::Error::other)
}

/// Locks a mutex, also after a panic of another holder.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
