//! A served account, and the unmodified AWS SDK as its client.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use fifo::{QueueOptions, Sqs};
use tokio::net::TcpListener;

/// A served account with `main.fifo` (redrive to `parked.fifo`) and a client for it.
pub(crate) struct Served {
    pub sqs: Sqs,
    pub client: Client,
    pub host: String,
    /// URL of `main.fifo`.
    pub url: String,
}

impl Served {
    pub(crate) async fn start() -> Self {
        let main = QueueOptions::new("main.fifo").redrive("parked.fifo", 3);
        let sqs = Sqs::new(vec![main, QueueOptions::new("parked.fifo")]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(fifo::serve(listener, sqs.clone(), std::future::pending()));
        let client = client(&format!("http://{host}"));
        let url = format!("http://{host}/000000000000/main.fifo");
        Self { sqs, client, host, url }
    }

    pub(crate) async fn send(&self, group: &str, body: &str) {
        let send = self.client.send_message().queue_url(&self.url).message_body(body);
        send.message_group_id(group).message_deduplication_id(body).send().await.unwrap();
    }
}

fn client(endpoint: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(endpoint);
    Client::from_conf(config.build())
}
