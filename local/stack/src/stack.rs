//! The running bridge: its start, its addresses, its stop.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_domain::settings::Settings;
use bridge_lambda::{Clients, Environment};
use bridge_store::{Queue, Table};
use bridge_vendor_http::Url;
use serde_json::Value;
use sqs_sim::Sqs;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::aws::{Aws, TABLE};
use crate::console::Vendors;
use crate::error::StartError;
use crate::functions::Functions;
use crate::outcomes;
use crate::variables::variables;

/// The options of a stack.
#[derive(Clone)]
pub struct StackOptions {
    /// Port of the HTTP routes; 0 takes any free one.
    pub port: u16,
    /// HubSpot's API.
    pub hubspot_url: Url,
    /// OpenCX's API.
    pub opencx_url: Url,
    /// The organisations' settings documents.
    pub settings: Vec<Value>,
    /// Delay of email; 5 s in AWS.
    pub email_delay: Duration,
    /// Delay of a close; 15 s in AWS.
    pub close_delay: Duration,
    /// Visibility timeout of the queues; 65 s in AWS.
    pub visibility: Duration,
    /// Another `DynamoDB` for the table than the embedded one, such as DynamoDB Local.
    pub dynamodb_url: Option<String>,
    /// The simulators in which people act by the console.
    pub vendors: Vendors,
}

/// The whole bridge, running on this machine.
pub struct Stack {
    url: String,
    table: Table,
    sqs: Sqs,
    environment: Environment,
    clients: Clients,
    variables: Vec<(&'static str, String)>,
    kill_signal: Arc<Notify>,
    stop_functions: watch::Sender<bool>,
    stop_aws: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Stack {
    /// Starts everything, and stores the settings.
    pub async fn start(options: StackOptions) -> Result<Self, StartError> {
        let (stop_functions, functions_stopped) = watch::channel(false);
        let (stop_aws, aws_stopped) = watch::channel(false);
        let delays =
            [(Queue::EmailMessages, options.email_delay), (Queue::Closes, options.close_delay)];
        let aws = Aws::start(
            &delays.into(),
            options.visibility,
            options.dynamodb_url.as_deref(),
            &aws_stopped,
        )
        .await?;
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await;
        let listener = listener.map_err(|error| StartError::Port { port: options.port, error })?;
        let url = format!("http://{}", listener.local_addr()?);
        let table = Table::new(aws.clients.dynamodb.clone(), TABLE);
        store_settings(&table, &options.settings).await?;
        let environment = Environment {
            table: TABLE.to_owned(),
            public_url: url.clone(),
            hubspot_url: options.hubspot_url,
            opencx_url: options.opencx_url,
            queues: aws.queue_urls.clone(),
            deployed: false,
        };
        let kill_signal = Arc::new(Notify::new());
        let functions = Functions {
            kill_signal: &kill_signal,
            aws: &aws,
            environment: &environment,
            vendors: options.vendors,
            stop: functions_stopped,
        };
        let tasks = functions.start(listener);
        let Aws { clients, sqs, variables, .. } = aws;
        Ok(Self {
            url,
            table,
            sqs,
            environment,
            clients,
            variables,
            kill_signal,
            stop_functions,
            stop_aws,
            tasks,
        })
    }

    /// Returns the base URL of the routes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the table, to inspect it and to change settings.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Returns the queues, to inspect them and to make them fail.
    pub fn sqs(&self) -> &Sqs {
        &self.sqs
    }

    /// Returns the environment and the clients of the functions, for an operator's tools.
    pub fn environment(&self) -> (Environment, Clients) {
        (self.environment.clone(), self.clients.clone())
    }

    /// Returns the environment variables by which `bridgectl` finds this bridge.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        variables(&self.environment, &self.variables)
    }

    /// Returns the outcome records of all events so far, oldest first.
    pub async fn outcomes(&self) -> Result<Vec<OutcomeRecord>, String> {
        outcomes::all(&self.clients.dynamodb).await
    }

    /// Counts the events that wait in the queues or are in an invocation; parked ones do not
    /// count.
    pub fn waiting(&self) -> usize {
        let queues = Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked);
        let depths = queues.filter_map(|queue| Some(self.sqs.queue(queue.name())?.depth()));
        depths.map(|depth| depth.visible + depth.delayed + depth.in_flight).sum()
    }

    /// Kills every running invocation, as Lambda may: what it was waiting for never comes, and its
    /// messages stay invisible until their visibility timeout ends.
    pub fn kill_invocations(&self) {
        self.kill_signal.notify_waiters();
    }

    /// Takes nothing new, and lets running invocations end.
    pub async fn stop(self) {
        let _ = self.stop_functions.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        // The table and the queues last: outcomes had to be recorded.
        let _ = self.stop_aws.send(true);
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
