//! The state of a function between invocations.

use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_hubspot::HubSpot;
use bridge_opencx::OpenCx;
use bridge_rate_limiter::{EventCalls, EventRateLimit, PermitPools, Priority};
use bridge_store::{Queues, Table};
use bridge_vendor_http::remote_file::FileSource;
use bridge_vendor_http::{Api, Caller, Deadline};
use secrecy::{ExposeSecret, SecretString};

use crate::activity::Activity;
use crate::circuit_breaker::{Breakers, CircuitBreaker};
use crate::credentials::OrgCredentials;
use crate::environment::Environment;
use crate::secrets::Secrets;
use crate::settings_cache::{SettingsCache, SettingsProblem};
use crate::trust_store;

/// The time that a connection to AWS may take.
pub const AWS_CONNECT: Duration = Duration::from_millis(500);

/// The time that one try of a call to AWS may take.
pub const AWS_TRY: Duration = Duration::from_secs(1);

/// The time that a call to AWS may take with all its tries. A table that does not answer must
/// be known before HubSpot's five seconds are over.
pub const AWS_CALL: Duration = Duration::from_secs(2);

/// Everything a function needs for its events. One per process.
#[derive(Debug)]
pub struct App {
    /// The environment of the function.
    pub environment: Environment,
    /// The table.
    pub table: Table,
    /// The queues.
    pub queues: Queues,
    pub(crate) secrets: Secrets,
    pub(crate) settings: SettingsCache,
    pub(crate) activity: Activity,
    pools: PermitPools,
    breakers: Breakers,
    hubspot: Api,
    opencx: Api,
    pub(crate) files: FileSource,
}

/// Both vendors' APIs, for one event.
pub(crate) struct Vendors {
    pub(crate) hubspot: HubSpot,
    pub(crate) opencx: OpenCx,
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

/// Returns the time that a call to AWS may take: a table that does not answer must be known before
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

impl App {
    /// The state of a function with this environment and these clients.
    pub fn new(environment: Environment, clients: Clients) -> Self {
        Self {
            table: Table::new(clients.dynamodb, &environment.table),
            queues: Queues::new(clients.sqs, environment.queues.clone()),
            secrets: Secrets::new(clients.secrets),
            settings: SettingsCache::default(),
            activity: Activity::default(),
            pools: PermitPools::default(),
            breakers: Breakers::default(),
            hubspot: Api::new("HubSpot", environment.hubspot_url.clone()),
            opencx: Api::new("OpenCX", environment.opencx_url.clone()),
            files: FileSource::new(&[&environment.opencx_url]),
            environment,
        }
    }

    /// Returns the time until the next probe of a vendor that is down for the organisation.
    pub(crate) fn until_probe(&self, org: &OrgId) -> Option<Duration> {
        self.breakers.until_probe(org)
    }

    /// Returns both vendors' APIs for an event of an organisation.
    pub(crate) async fn vendors(
        &self,
        settings: &Settings,
        deadline: Deadline,
        event: EventCalls,
    ) -> Result<Vendors, SettingsProblem> {
        let Self { pools, table, breakers, .. } = self;
        let org = &settings.org;
        let token = self.secret(&settings.hubspot.access_token).await?;
        let limit = EventRateLimit::hubspot(pools, table, token.expose_secret(), event);
        let breaker = CircuitBreaker::new(breakers, table, org, "hubspot");
        let credentials = self.credentials(org, |settings| Some(&settings.hubspot.access_token));
        let hubspot = self.hubspot.caller(token, deadline).within(Arc::new(limit));
        let hubspot = hubspot.behind(Arc::new(breaker)).renewing(Arc::new(credentials));
        let key = self.secret(&settings.opencx.api_key).await?;
        let limit = EventRateLimit::opencx(pools, table, key.expose_secret(), event);
        let breaker = CircuitBreaker::new(breakers, table, org, "opencx");
        let credentials = self.credentials(org, |settings| Some(&settings.opencx.api_key));
        let opencx = self.opencx.caller(key, deadline).within(Arc::new(limit));
        let opencx = opencx.behind(Arc::new(breaker)).renewing(Arc::new(credentials));
        Ok(Vendors { hubspot: HubSpot::new(hubspot), opencx: OpenCx::new(opencx) })
    }

    fn credentials(&self, org: &OrgId, pick: fn(&Settings) -> Option<&Secret>) -> OrgCredentials {
        let (table, settings) = (self.table.clone(), self.settings.clone());
        OrgCredentials { table, settings, secrets: self.secrets.clone(), org: org.clone(), pick }
    }

    /// HubSpot's API with this token, until this deadline.
    pub fn hubspot(&self, token: SecretString, deadline: Deadline) -> HubSpot {
        HubSpot::new(self.hubspot_caller(token, deadline))
    }

    /// HubSpot's API with an organisation's CRM token, which is read again when HubSpot does
    /// not know it. `None` for an organisation without a CRM connection.
    pub async fn crm(
        &self,
        settings: &Settings,
        deadline: Deadline,
    ) -> Result<Option<HubSpot>, SettingsProblem> {
        let pick: fn(&Settings) -> Option<&Secret> =
            |settings| settings.crm.as_ref().map(|connection| &connection.access_token);
        let Some(secret) = pick(settings) else { return Ok(None) };
        let caller = self.hubspot_caller(self.secret(secret).await?, deadline);
        let credentials = self.credentials(&settings.org, pick);
        Ok(Some(HubSpot::new(caller.renewing(Arc::new(credentials)))))
    }

    fn hubspot_caller(&self, token: SecretString, deadline: Deadline) -> Caller {
        let event = EventCalls { priority: Priority::Interactive, age: Duration::ZERO, typical: 2 };
        let limit = EventRateLimit::hubspot(&self.pools, &self.table, token.expose_secret(), event);
        self.hubspot.caller(token, deadline).within(Arc::new(limit))
    }

    /// OpenCX's API with this key, until this deadline.
    pub fn opencx(&self, key: SecretString, deadline: Deadline) -> OpenCx {
        OpenCx::new(self.opencx.caller(key, deadline))
    }
}
