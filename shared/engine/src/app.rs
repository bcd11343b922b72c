//! The state of a function that calls the vendors.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_hubspot::HubSpot;
use bridge_lambda::{Clients, Environment, FunctionState, SettingsProblem};
use bridge_opencx::OpenCx;
use bridge_rate_limiter::{EventCalls, EventRateLimit, PermitPools, Priority};
use bridge_vendor_http::remote_file::FileSource;
use bridge_vendor_http::{Api, Caller, Deadline};
use secrecy::{ExposeSecret, SecretString};

use crate::circuit_breaker::{Breakers, CircuitBreaker};
use crate::credentials::OrgCredentials;

/// Everything a function needs for its events: its state and the vendors. One per process.
#[derive(Debug)]
pub struct App {
    /// The state that needs no vendor.
    pub state: Arc<FunctionState>,
    pools: PermitPools,
    breakers: Breakers,
    hubspot: Api,
    opencx: Api,
    pub(crate) files: FileSource,
}

/// Table, queues, settings and secrets are those of the state.
impl Deref for App {
    type Target = FunctionState;

    fn deref(&self) -> &FunctionState {
        &self.state
    }
}

/// Both vendors' APIs, for one event.
pub(crate) struct Vendors {
    pub(crate) hubspot: HubSpot,
    pub(crate) opencx: OpenCx,
}

impl App {
    /// The state of a function with this environment and these clients.
    pub fn new(environment: Environment, clients: Clients) -> Self {
        Self {
            pools: PermitPools::default(),
            breakers: Breakers::default(),
            hubspot: Api::new("HubSpot", environment.hubspot_url.clone()),
            opencx: Api::new("OpenCX", environment.opencx_url.clone()),
            files: FileSource::new(&[&environment.opencx_url]),
            state: Arc::new(FunctionState::new(environment, clients)),
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
        let Self { state, pools, breakers, .. } = self;
        let (table, org) = (&state.table, &settings.org);
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
        OrgCredentials { state: self.state.clone(), org: org.clone(), pick }
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
