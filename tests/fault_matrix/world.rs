//! The two vendors, the table and the queues, for a few runs of the same case at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_engine::App;
use bridge_lambda::Environment;
use bridge_local::aws::{Aws, TABLE};
use bridge_store::Table;
use hubspot_sim::{AssigneeApi, Portal, PortalOptions};
use opencx_sim::{OpenCxOptions, OpenCxSim};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Duration;

use crate::call::Service;
use crate::cases::PortalIs;
use crate::fault::Fault;
use crate::sabotage::Sabotage;
use crate::stage::Stage;
use crate::worker::Worker;

/// Everything outside of the functions, without a function that runs by itself.
pub struct World {
    pub portal: Portal,
    pub opencx: OpenCxSim,
    pub aws: Aws,
    pub table: Table,
    pub http: reqwest::Client,
    /// The access key of the table.
    pub key: String,
    /// A process with which nobody meddles.
    pub app: Arc<App>,
    /// Processes that have nothing to do.
    workers: Mutex<Vec<Worker>>,
    _ending: watch::Sender<bool>,
}

impl World {
    pub async fn start(portal: PortalIs) -> Self {
        let many = 1_000_000;
        // All runs are those of one app.
        let mut options =
            PortalOptions { rate_limit: many, search_limit: many, ..PortalOptions::default() };
        if portal == PortalIs::Older {
            options.assignee = AssigneeApi::Older;
        }
        let portal = Portal::start(options).await.expect("the portal starts");
        let opencx = OpenCxSim::start(OpenCxOptions {
            rate_limit_per_minute: many,
            // Its AI has no part in this.
            ai_delay: Duration::from_hours(1),
            ..OpenCxOptions::default()
        });
        let opencx = opencx.await.expect("OpenCX starts");
        let (ending, ended) = watch::channel(false);
        let dynamodb = std::env::var("DYNAMODB_LOCAL_URL").ok().filter(|url| !url.is_empty());
        let longest = Duration::from_hours(1);
        let no_delays = BTreeMap::new();
        let aws = Aws::start(&no_delays, longest, dynamodb.as_deref(), &ended);
        let aws = aws.await.expect("the table and the queues start");
        let environment = environment(&aws, &portal.url(), &opencx.url());
        let app = Arc::new(App::new(environment, aws.clients.clone()));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let table = Table::new(aws.clients.dynamodb.clone(), TABLE);
        let key = variable(&aws, "AWS_ACCESS_KEY_ID");
        Self {
            portal,
            opencx,
            aws,
            table,
            http,
            key,
            app,
            workers: Mutex::default(),
            _ending: ending,
        }
    }

    /// Lets the portal get the properties that its first handoff makes.
    pub async fn warm(self: &Arc<Self>) {
        let stage = Stage::set(self.clone(), "first".to_owned(), |_| {}).await;
        let first = crate::cases::handoff(&stage, &stage.id("s"), &Value::Null);
        stage.before(first).await;
    }

    /// A process for a run.
    pub fn worker(&self, faults: Vec<Fault>, sabotage: &Arc<Sabotage>) -> Worker {
        let free = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let worker = free.unwrap_or_else(|| Worker::start(self));
        worker.plan.reset(faults, sabotage.clone());
        worker
    }

    /// The run is over.
    pub fn give_back(&self, worker: Worker) {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }

    /// Returns the address of a service.
    pub fn address(&self, service: Service) -> String {
        match service {
            Service::Table => variable(&self.aws, "AWS_ENDPOINT_URL_DYNAMODB"),
            Service::Queue => variable(&self.aws, "AWS_ENDPOINT_URL_SQS"),
            Service::HubSpot => self.portal.url(),
            Service::OpenCx => self.opencx.url(),
        }
    }

    pub fn environment(&self) -> Environment {
        environment(&self.aws, &self.portal.url(), &self.opencx.url())
    }

    pub async fn stop(&self) {
        self.portal.stop().await;
        self.opencx.stop().await;
    }
}

fn variable(aws: &Aws, name: &str) -> String {
    let found = aws.variables.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn environment(aws: &Aws, hubspot: &str, opencx: &str) -> Environment {
    Environment {
        table: TABLE.to_owned(),
        public_url: "http://127.0.0.1".to_owned(),
        hubspot_url: hubspot.parse().expect("a URL"),
        opencx_url: opencx.parse().expect("a URL"),
        queues: aws.queue_urls.clone(),
        deployed: false,
    }
}
