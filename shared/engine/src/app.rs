//! What a function holds between invocations.

use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bridge_hubspot::HubSpot;
use bridge_opencx::OpenCx;
use bridge_store::{Queues, Table};
use bridge_vendor_http::{Api, Deadline};
use secrecy::{ExposeSecret, SecretString};

use crate::activity::Activity;
use crate::budget::{Purses, Share, Turn, Urgency};
use crate::environment::Environment;
use crate::secrets::Secrets;
use crate::settings_cache::SettingsCache;

/// How long a connection to AWS may take.
pub const AWS_CONNECT: Duration = Duration::from_millis(500);

/// How long one try of a call to AWS may take.
pub const AWS_TRY: Duration = Duration::from_secs(1);

/// How long a call to AWS may take with all its tries. A table that does not answer must
/// be known before HubSpot's five seconds are over.
pub const AWS_CALL: Duration = Duration::from_secs(2);

/// Everything a function needs for its events. One per process.
#[derive(Debug)]
pub struct App {
    /// What it was told at its start.
    pub environment: Environment,
    /// What the bridge remembers.
    pub table: Table,
    /// What it passes on.
    pub queues: Queues,
    pub(crate) secrets: Secrets,
    pub(crate) settings: SettingsCache,
    pub(crate) activity: Activity,
    purses: Purses,
    hubspot: Api,
    opencx: Api,
}

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

/// How long a call to AWS may take: a table that does not answer must be known before
/// HubSpot's five seconds are over.
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
        let tls = Provider::Rustls(CryptoMode::Ring);
        let http = Builder::new().tls_provider(tls).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest());
        let config = config.http_client(http).timeout_config(aws_times()).load().await;
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
        }
    }
}

impl App {
    /// The state of a function with this environment and these clients.
    pub fn new(environment: Environment, clients: Clients) -> Self {
        Self {
            table: Table::new(clients.dynamodb, &environment.table),
            queues: Queues::new(clients.sqs, environment.queues.clone()),
            secrets: Secrets::new(clients.secrets),
            settings: SettingsCache::default(),
            activity: Activity::default(),
            purses: Purses::default(),
            hubspot: Api::new("HubSpot", environment.hubspot_url.clone()),
            opencx: Api::new("OpenCX", environment.opencx_url.clone()),
            environment,
        }
    }

    /// HubSpot's API with this token, until this deadline.
    pub fn hubspot(&self, token: SecretString, deadline: Deadline) -> HubSpot {
        self.hubspot_in_turn(token, deadline, Turn::new(Urgency::Conversation, 1))
    }

    /// The same for an event, whose calls wait for its turn in the portal's rate limit.
    pub(crate) fn hubspot_in_turn(
        &self,
        token: SecretString,
        deadline: Deadline,
        turn: Turn,
    ) -> HubSpot {
        let share = Share::new(&self.purses, &self.table, token.expose_secret(), turn);
        HubSpot::new(self.hubspot.caller(token, deadline).within(Arc::new(share)))
    }

    /// OpenCX's API with this key, until this deadline.
    pub fn opencx(&self, key: SecretString, deadline: Deadline) -> OpenCx {
        OpenCx::new(self.opencx.caller(key, deadline))
    }
}
