//! The stand-ins for AWS: a table, the queues, and clients for both.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_smithy_http_client::Builder;
use bridge_engine::MAX_RECEIVES;
use bridge_lambda::{Clients, aws_times};
use bridge_store::Queue;
use dynoxide::Database;
use sqs_sim::{QueueOptions, Sqs};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::error::StartError;
use crate::shutdown::stopped;

/// The table's name.
pub const TABLE: &str = "bridge";

/// The running stand-ins.
pub struct Aws {
    /// Clients of the stand-ins.
    pub clients: Clients,
    /// The queues, to be inspected.
    pub sqs: Sqs,
    /// The addresses of the queues.
    pub queue_urls: BTreeMap<Queue, String>,
    /// The variables by which the AWS SDK finds them.
    pub variables: Vec<(&'static str, String)>,
}

impl Aws {
    /// Starts both on free ports of 127.0.0.1, and creates the table; in another `DynamoDB` if one
    /// is given.
    pub async fn start(
        delays: &BTreeMap<Queue, Duration>,
        visibility: Duration,
        dynamodb: Option<&str>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self, StartError> {
        let table_url = match dynamodb {
            Some(url) => url.to_owned(),
            None => serve_table(stopped(stop.clone())).await?,
        };
        let sqs = Sqs::new(queues(delays, visibility))?;
        let sqs_url = serve_queues(sqs.clone(), stop.clone()).await?;
        // DynamoDB Local keeps a database for each access key: this one is ours.
        let key = format!("local{}", sqs_url.rsplit(':').next().unwrap_or_default());
        let clients = clients(&table_url, &sqs_url, &key);
        create_table(&clients.dynamodb).await?;
        let url = |queue: Queue| (queue, format!("{sqs_url}/000000000000/{}", queue.name()));
        let queue_urls = Queue::ALL.map(url).into();
        Ok(Self { clients, sqs, queue_urls, variables: variables(key, table_url, sqs_url) })
    }
}

fn variables(key: String, table_url: String, sqs_url: String) -> Vec<(&'static str, String)> {
    let local = |name| (name, "local".to_owned());
    vec![
        local("AWS_REGION"),
        ("AWS_ACCESS_KEY_ID", key),
        local("AWS_SECRET_ACCESS_KEY"),
        ("AWS_ENDPOINT_URL_DYNAMODB", table_url),
        ("AWS_ENDPOINT_URL_SQS", sqs_url),
    ]
}

/// Serves an empty table in memory on a free port of 127.0.0.1 until `shutdown` is ready, and
/// returns its address.
///
/// # Errors
/// When the table or its port cannot be had.
pub async fn serve_table(
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<String, StartError> {
    let database = Database::memory().map_err(|error| StartError::Table(error.to_string()))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, shutdown));
    Ok(url)
}

async fn serve_queues(sqs: Sqs, stop: watch::Receiver<bool>) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(sqs_sim::serve(listener, sqs, stopped(stop)));
    Ok(url)
}

fn queues(delays: &BTreeMap<Queue, Duration>, visibility: Duration) -> Vec<QueueOptions> {
    let options = |queue: Queue| {
        let options = QueueOptions::new(queue.name()).visibility(visibility);
        let options = options.delay(delays.get(&queue).copied().unwrap_or_default());
        match queue {
            Queue::Parked => options,
            _ => options.redrive(Queue::Parked.name(), MAX_RECEIVES),
        }
    };
    Queue::ALL.map(options).into()
}

/// Creates clients of a table and of queues at these addresses, with the timeouts that they have
/// in AWS.
pub fn clients(table_url: &str, sqs_url: &str, key: &str) -> Clients {
    let http = Builder::new().build_http();
    let keys = Credentials::new(key, "local", None, None, "local");
    let region = Region::new("local");
    let version = BehaviorVersion::latest;
    let dynamodb = aws_sdk_dynamodb::Config::builder()
        .behavior_version(version())
        .region(region.clone())
        .credentials_provider(keys.clone())
        .http_client(http.clone())
        .timeout_config(aws_times())
        .endpoint_url(table_url);
    let sqs = aws_sdk_sqs::Config::builder()
        .behavior_version(version())
        .region(region.clone())
        .credentials_provider(keys.clone())
        .http_client(http.clone())
        .timeout_config(aws_times())
        .endpoint_url(sqs_url);
    // There is no stand-in for Secrets Manager: on one machine secrets are written out.
    let secrets = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(version())
        .region(region)
        .credentials_provider(keys)
        .http_client(http)
        .endpoint_url("http://127.0.0.1:9");
    Clients {
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
        sqs: aws_sdk_sqs::Client::from_conf(sqs.build()),
        secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
    }
}

/// Creates the table as template.yaml does: two keys, two sparse indexes.
async fn create_table(client: &aws_sdk_dynamodb::Client) -> Result<(), StartError> {
    let mut table = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema("pk", "sk")?));
    for name in ["pk", "sk", "outcome_day", "outcome_at", "parked_org"] {
        table = table.attribute_definitions(text(name)?);
    }
    for (index, key) in [("outcomes", "outcome_day"), ("parked", "parked_org")] {
        let index = GlobalSecondaryIndex::builder()
            .index_name(index)
            .set_key_schema(Some(key_schema(key, "outcome_at")?))
            .projection(Projection::builder().projection_type(ProjectionType::All).build());
        table = table.global_secondary_indexes(index.build()?);
    }
    match table.send().await.map_err(aws_sdk_dynamodb::Error::from) {
        // A first try whose answer came too late made it: the database is this stack's alone.
        Ok(_) | Err(aws_sdk_dynamodb::Error::ResourceInUseException(_)) => Ok(()),
        Err(error) => Err(StartError::Table(format!("{error:?}"))),
    }
}

fn key_schema(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, StartError> {
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![part(partition, KeyType::Hash)?, part(sort, KeyType::Range)?])
}

fn text(name: &str) -> Result<AttributeDefinition, StartError> {
    let text = AttributeDefinition::builder().attribute_name(name);
    Ok(text.attribute_type(ScalarAttributeType::S).build()?)
}
