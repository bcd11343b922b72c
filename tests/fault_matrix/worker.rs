//! A function's process, with proxies between it and everything outside.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_engine::{App, Environment};
use bridge_local::aws::clients;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::call::Service;
use crate::event::{Delivered, Event, INVOCATION, invoke};
use crate::fault_plan::Script;
use crate::gated_listener::{Door, Doors};
use crate::proxy::{Proxy, serve};
use crate::world::World;

/// A process that works on one event at a time.
pub struct Lane {
    pub script: Arc<Script>,
    doors: Doors,
    environment: Environment,
    key: String,
    app: Mutex<Arc<App>>,
    _servers: JoinSet<()>,
}

impl Lane {
    pub fn start(world: &World) -> Self {
        let script = Arc::new(Script::new());
        let mut servers = JoinSet::new();
        let doors: Doors = Service::ALL.map(|_| Door::new().expect("a port is free"));
        for service in Service::ALL {
            servers.spawn(serve(Proxy {
                service,
                behind: world.address(service),
                doors: doors.clone(),
                script: script.clone(),
                client: world.http.clone(),
            }));
        }
        let url = |service: Service| doors[service as usize].url();
        let environment = Environment {
            hubspot_url: url(Service::HubSpot).parse().expect("a URL"),
            opencx_url: url(Service::OpenCx).parse().expect("a URL"),
            ..world.environment()
        };
        let app = app(&environment, &doors, &world.key);
        Self {
            script,
            doors,
            environment,
            key: world.key.clone(),
            app: Mutex::new(app),
            _servers: servers,
        }
    }

    /// Delivers an event; it has its fault, if it is due. Lambda ends what takes too long.
    pub async fn deliver(&self, event: &Event, receives: u32) -> Delivered {
        let refusing = self.script.begin();
        for (service, door) in Service::ALL.into_iter().zip(&self.doors) {
            if Some(service) == refusing { door.close() } else { door.open().expect("it opens") }
        }
        let app = self.app.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // On the heap: a whole function is in it.
        let invoked = Box::pin(invoke(&app, event, receives, INVOCATION));
        let ended = tokio::select! {
            ended = timeout(INVOCATION, invoked) => ended.ok(),
            () = self.script.killed() => None,
        };
        if ended.is_none() {
            let fresh = self::app(&self.environment, &self.doors, &self.key);
            *self.app.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        ended.unwrap_or(Delivered::Again)
    }
}

fn app(environment: &Environment, doors: &Doors, key: &str) -> Arc<App> {
    let url = |service: Service| doors[service as usize].url();
    let clients = clients(&url(Service::Table), &url(Service::Queue), key);
    Arc::new(App::new(environment.clone(), clients))
}
