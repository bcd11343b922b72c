//! A function's process, with proxies between it and everything outside.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_engine::App;
use bridge_lambda::Environment;
use bridge_local::aws::clients;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::call::Service;
use crate::event::{Attempt, Delivered, Event, invoke};
use crate::fault_plan::FaultPlan;
use crate::gated_listener::{GatedListener, GatedListeners};
use crate::proxy::{Proxy, serve};
use crate::world::World;

/// A process that works on one event at a time.
pub struct Worker {
    pub plan: Arc<FaultPlan>,
    listeners: GatedListeners,
    environment: Environment,
    /// The address of OpenCX itself, which files have in an event.
    opencx: String,
    key: String,
    app: Mutex<Arc<App>>,
    _servers: JoinSet<()>,
}

impl Worker {
    pub fn start(world: &World) -> Self {
        let plan = Arc::new(FaultPlan::new());
        let mut servers = JoinSet::new();
        let listeners: GatedListeners =
            Service::ALL.map(|_| GatedListener::new().expect("a port is free"));
        for service in Service::ALL {
            servers.spawn(serve(Proxy {
                service,
                behind: world.address(service),
                listeners: listeners.clone(),
                plan: plan.clone(),
                client: world.http.clone(),
            }));
        }
        let url = |service: Service| listeners[service as usize].url();
        let environment = Environment {
            hubspot_url: url(Service::HubSpot).parse().expect("a URL"),
            opencx_url: url(Service::OpenCx).parse().expect("a URL"),
            ..world.environment()
        };
        let app = app(&environment, &listeners, &world.key);
        Self {
            plan,
            listeners,
            environment,
            opencx: world.address(Service::OpenCx),
            key: world.key.clone(),
            app: Mutex::new(app),
            _servers: servers,
        }
    }

    /// Delivers an event; it has its fault, if it is due. Lambda ends what takes too long.
    pub async fn deliver(&self, event: &Event, attempt: Attempt) -> Delivered {
        let refusing = self.plan.begin();
        for (service, listener) in Service::ALL.into_iter().zip(&self.listeners) {
            if Some(service) == refusing {
                listener.close();
            } else {
                listener.open().expect("it opens");
            }
        }
        let app = self.app.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // On the heap: a whole function is in it.
        let event = self.as_proxied(event);
        let invoked = Box::pin(invoke(&app, &event, attempt, attempt.length));
        let ended = tokio::select! {
            ended = timeout(attempt.length, invoked) => ended.ok(),
            () = self.plan.killed() => None,
        };
        if ended.is_none() {
            self.restart();
        }
        ended.unwrap_or(Delivered::Cut)
    }

    /// Begins another process, which remembers nothing.
    pub fn restart(&self) {
        let fresh = app(&self.environment, &self.listeners, &self.key);
        *self.app.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// Lets files of OpenCX be fetched through its proxy.
    fn as_proxied(&self, event: &Event) -> Event {
        let mut event = event.clone();
        if let Event::Message(message) = &mut event {
            let proxy = self.listeners[Service::OpenCx as usize].url();
            message.body = message.body.replace(&self.opencx, &proxy);
        }
        event
    }
}

fn app(environment: &Environment, listeners: &GatedListeners, key: &str) -> Arc<App> {
    let url = |service: Service| listeners[service as usize].url();
    let clients = clients(&url(Service::Table), &url(Service::Queue), key);
    Arc::new(App::new(environment.clone(), clients))
}
