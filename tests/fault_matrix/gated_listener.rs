//! A port that can be closed, so that connections are refused, and opened again.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A port on 127.0.0.1. It stays ours while it is closed: a socket is bound to it that
/// never listens.
pub struct GatedListener {
    address: SocketAddr,
    _bound: TcpSocket,
    entrance: Mutex<Entrance>,
}

/// A door for each service, in the order of [`crate::call::Service::ALL`].
pub type GatedListeners = [Arc<GatedListener>; 4];

#[derive(Default)]
struct Entrance {
    listener: Option<TcpListener>,
    waiting: Option<Waker>,
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl GatedListener {
    /// A closed door on a free port.
    pub fn new() -> io::Result<Arc<Self>> {
        let socket = bound((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        Ok(Arc::new(Self { address, _bound: socket, entrance: Mutex::default() }))
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on connections are taken.
    pub fn open(&self) -> io::Result<()> {
        let mut entrance = self.entrance();
        if entrance.listener.is_none() {
            entrance.listener = Some(bound(self.address)?.listen(128)?);
            if let Some(waiting) = entrance.waiting.take() {
                waiting.wake();
            }
        }
        Ok(())
    }

    /// From now on connections are refused.
    pub fn close(&self) {
        self.entrance().listener = None;
    }

    fn entrance(&self) -> MutexGuard<'_, Entrance> {
        self.entrance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The inside of a door.
pub struct Accepting(pub Arc<GatedListener>);

impl Listener for Accepting {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        poll_fn(|context| {
            let mut entrance = self.0.entrance();
            entrance.waiting = Some(context.waker().clone());
            match entrance.listener.as_ref().map(|listener| listener.poll_accept(context)) {
                Some(Poll::Ready(Ok(came))) => Poll::Ready(came),
                // A connection that was given up before it was taken: the next one.
                Some(Poll::Ready(Err(_))) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                Some(Poll::Pending) | None => Poll::Pending,
            }
        })
        .await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0.address)
    }
}
