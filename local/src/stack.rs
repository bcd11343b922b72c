//! The running bridge: its start, its addresses, its end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::BuildError;
use bridge_domain::json::Unreadable;
use bridge_domain::outcome::OutcomeRecord;
use bridge_domain::settings::Settings;
use bridge_engine::{App, Clients, Environment};
use bridge_store::{Queue, Table};
use bridge_vendor_http::Url;
use serde_json::Value;
use sqs_sim::Sqs;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::aws::{Aws, TABLE};
use crate::handlers;
use crate::http::{Parts, router};
use crate::instances::Instances;
use crate::outcomes;
use crate::poller::poll;

/// What a stack is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of the HTTP routes; 0 takes any free one.
    pub port: u16,
    /// HubSpot's API.
    pub hubspot_url: Url,
    /// OpenCX's API.
    pub opencx_url: Url,
    /// The organisations' settings documents.
    pub settings: Vec<Value>,
    /// How long email waits; 5 s in AWS.
    pub email_delay: Duration,
    /// How long a close waits; 15 s in AWS.
    pub close_delay: Duration,
    /// How long a failed message stays away before it comes again; 65 s in AWS.
    pub visibility: Duration,
    /// Another `DynamoDB` for the table than the embedded one, e.g. DynamoDB Local.
    pub dynamodb_url: Option<String>,
}

/// A stack could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be had.
    #[error("cannot listen on 127.0.0.1: {0}; is the port taken? choose another with --port")]
    Listen(#[from] io::Error),
    /// The embedded table did not start.
    #[error("the embedded table did not start: {0}")]
    Table(String),
    /// The embedded queues did not start.
    #[error("the embedded queues did not start: {0}")]
    Queues(#[from] sqs_sim::ConfigError),
    /// A settings document is wrong.
    #[error("settings: {0}")]
    Settings(#[from] Unreadable),
    /// The documents could not be stored.
    #[error("the settings could not be stored: {0}")]
    Store(#[from] bridge_store::StoreError),
}

impl From<BuildError> for StartError {
    fn from(error: BuildError) -> Self {
        Self::Table(error.to_string())
    }
}

/// The whole bridge, running on this machine.
pub struct Stack {
    url: String,
    table: Table,
    sqs: Sqs,
    environment: Environment,
    clients: Clients,
    variables: Vec<(&'static str, String)>,
    killing: Arc<Notify>,
    functions_end: watch::Sender<bool>,
    aws_ends: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Stack {
    /// Starts everything. The options' settings are checked first.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let (functions_end, functions) = watch::channel(false);
        let (aws_ends, stand_ins) = watch::channel(false);
        let delays =
            [(Queue::EmailMessages, options.email_delay), (Queue::Closes, options.close_delay)];
        let aws = Aws::start(
            &delays.into(),
            options.visibility,
            options.dynamodb_url.as_deref(),
            &stand_ins,
        )
        .await?;
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let table = Table::new(aws.clients.dynamodb.clone(), TABLE);
        store_settings(&table, &options.settings).await?;
        let environment = Environment {
            table: TABLE.to_owned(),
            public_url: url.clone(),
            hubspot_url: options.hubspot_url,
            opencx_url: options.opencx_url,
            queues: aws.queue_urls.clone(),
        };
        let killing = Arc::new(Notify::new());
        let functions =
            Functions { killing: &killing, aws: &aws, environment: &environment, ends: functions };
        let tasks = functions.start(listener);
        let Aws { clients, sqs, variables, .. } = aws;
        Ok(Self {
            url,
            table,
            sqs,
            environment,
            clients,
            variables,
            killing,
            functions_end,
            aws_ends,
            tasks,
        })
    }

    /// Where the routes are.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The table, for looking into it and for changing settings.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The queues, for looking into them and for making trouble.
    pub fn sqs(&self) -> &Sqs {
        &self.sqs
    }

    /// What the functions were told at their start, and their clients, for others who
    /// look after this bridge.
    pub fn environment(&self) -> (Environment, Clients) {
        (self.environment.clone(), self.clients.clone())
    }

    /// The variables by which `bridgectl` finds this bridge.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let Environment { table, public_url, hubspot_url, opencx_url, queues } = &self.environment;
        let own = [
            ("TABLE_NAME", table.clone()),
            ("PUBLIC_URL", public_url.clone()),
            ("HUBSPOT_API_URL", hubspot_url.to_string()),
            ("OPENCX_API_URL", opencx_url.to_string()),
        ];
        let queues = queues.iter().map(|(queue, url)| (queue.variable(), url.clone()));
        own.into_iter().chain(queues).chain(self.variables.clone()).collect()
    }

    /// Every event so far and how it ended, oldest first.
    pub async fn outcomes(&self) -> Result<Vec<OutcomeRecord>, String> {
        outcomes::all(&self.clients.dynamodb).await
    }

    /// How many events wait in the queues or are worked on; parked ones do not count.
    pub fn waiting(&self) -> usize {
        let queues = Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked);
        let depths = queues.filter_map(|queue| Some(self.sqs.queue(queue.name())?.depth()));
        depths.map(|depth| depth.visible + depth.delayed + depth.in_flight).sum()
    }

    /// Kills every invocation that is running, as when Lambda ends one: what it was
    /// waiting for never comes, and its messages stay away until they come again.
    pub fn kill_invocations(&self) {
        self.killing.notify_waiters();
    }

    /// Stops taking anything new, and lets what runs come to its end.
    pub async fn stop(self) {
        let _ = self.functions_end.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        // The table and the queues last: what ran had to be recorded.
        let _ = self.aws_ends.send(true);
    }
}

async fn store_settings(table: &Table, documents: &[Value]) -> Result<(), StartError> {
    for document in documents {
        let text = document.to_string();
        let settings = Settings::from_json(&text)?;
        table.put_settings(&settings.org, &text).await?;
    }
    Ok(())
}

/// Starts the functions, each with its own state, as on Lambda.
struct Functions<'a> {
    killing: &'a Arc<Notify>,
    aws: &'a Aws,
    environment: &'a Environment,
    ends: watch::Receiver<bool>,
}

impl Functions<'_> {
    fn app(&self) -> Arc<App> {
        Arc::new(App::new(self.environment.clone(), self.aws.clients.clone()))
    }

    fn instances(&self) -> Arc<Instances> {
        Arc::new(Instances::new(self.environment.clone(), self.aws.clients.clone()))
    }

    fn start(&self, listener: TcpListener) -> Vec<JoinHandle<()>> {
        let mut tasks = vec![self.routes(listener)];
        for handler in handlers::all() {
            // The queues of a function share its instances.
            let instances = self.instances();
            let queues = handler.function.queues.iter();
            for queue in queues.filter_map(|queue| self.aws.sqs.queue(queue.name())) {
                tasks.push(poll(handler, &instances, queue, self.killing, self.ends.clone()));
            }
        }
        tasks
    }

    fn routes(&self, listener: TcpListener) -> JoinHandle<()> {
        let parts = Parts {
            webhook: self.app(),
            crm_context: self.app(),
            dynamodb: self.aws.clients.dynamodb.clone(),
        };
        let serve =
            axum::serve(listener, router(parts)).with_graceful_shutdown(ended(self.ends.clone()));
        tokio::spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the routes are not served");
            }
        })
    }
}

/// Comes to its end when the stack does.
pub(crate) async fn ended(mut ending: watch::Receiver<bool>) {
    let _ = ending.wait_for(|ended| *ended).await;
}
