//! The start of a simulated OpenCX.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use sim_kit::{Server, Traffic, http_client};

use crate::options::OpenCxOptions;
use crate::outbox::Outbox;
use crate::sim::{Inner, OpenCxSim};
use crate::state::State;
use crate::{api, control, files};

/// Time that the receiver of an event has to answer.
const EVENT_TIMEOUT: Duration = Duration::from_secs(10);

impl OpenCxSim {
    /// Starts a server on 127.0.0.1. Must be called within a tokio runtime, which also runs the AI
    /// and the delivery of events.
    pub async fn start(options: OpenCxOptions) -> io::Result<OpenCxSim> {
        let state = State {
            outbox: Outbox { url: options.events_url.clone(), ..Outbox::default() },
            custom_data_patch: options.custom_data_patch,
            message_events: options.message_events,
            ..State::default()
        };
        let inner = Inner {
            http: http_client(EVENT_TIMEOUT)?,
            server: Server::bind(options.port).await?,
            options,
            traffic: Traffic::default(),
            state: Mutex::new(state),
        };
        let sim = OpenCxSim { inner: Arc::new(inner) };
        let routes = Router::new().nest("/sim", control::routes());
        let routes = routes.merge(files::routes()).merge(api::routes(&sim));
        sim.inner.server.serve(routes.with_state(sim.clone()));
        Ok(sim)
    }
}
