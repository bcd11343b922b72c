//! The AWS SDK's clients of a function.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};

use crate::trust_store;

/// The time that a connection to AWS may take.
pub const AWS_CONNECT: Duration = Duration::from_millis(500);

/// The time that one try of a call to AWS may take.
pub const AWS_TRY: Duration = Duration::from_secs(1);

/// The time that a call to AWS may take with all its tries. A table that does not answer must
/// be known before HubSpot's five seconds are over.
pub const AWS_CALL: Duration = Duration::from_secs(2);

/// The AWS SDK's clients.
#[derive(Clone, Debug)]
pub struct Clients {
    /// For the table.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// For the queues.
    pub sqs: aws_sdk_sqs::Client,
    /// For the secrets.
    pub secrets: aws_sdk_secretsmanager::Client,
}

/// Returns the times that a call to AWS may take.
pub fn aws_times() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(AWS_CONNECT)
        .operation_attempt_timeout(AWS_TRY)
        .operation_timeout(AWS_CALL)
        .build()
}

impl Clients {
    /// Clients configured as the AWS SDK always is: region, credentials and
    /// endpoints from the environment. TLS is rustls with ring, as for the vendors.
    pub async fn from_process() -> Self {
        // With a trust store it is always complete (aws-smithy-http-client 1.5 checks nothing).
        let tls = TlsContext::builder().with_trust_store(trust_store::of_process()).build();
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
        let http = http.tls_context(tls.unwrap_or_default()).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest());
        let config = config.http_client(http).timeout_config(aws_times()).load().await;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
        }
    }
}
