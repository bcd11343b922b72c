//! The bridge with whom it talks to: the simulators, as far as they are not replaced.

use std::time::Duration;

use hubspot_sim::{Portal, PortalOptions};
use opencx_sim::{OpenCxOptions, OpenCxSim};
use serde_json::Value;

use crate::cli::{Run, read_settings};
use crate::demo;
use crate::stack::{Options, Stack, StartError};

/// How long a failed message stays away; with ten tries, an outage of ten minutes
/// parks nothing.
pub const VISIBILITY: Duration = Duration::from_secs(65);

/// A stack and its simulators.
pub struct World {
    /// The bridge.
    pub bridge: Stack,
    /// The simulated portal, unless somebody else's HubSpot is used.
    pub portal: Option<Portal>,
    /// The simulated OpenCX, unless somebody else's is used.
    pub opencx: Option<OpenCxSim>,
}

/// A world to be started.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// Port of the bridge's routes; 0 takes any free one.
    pub port: u16,
    /// The simulated portal, or where another HubSpot is.
    pub hubspot: Source<PortalOptions>,
    /// The simulated OpenCX, or where another is.
    pub opencx: Source<OpenCxOptions>,
    /// The organisations' settings documents.
    pub settings: Vec<Value>,
    /// How long email waits.
    pub email_delay: Duration,
    /// How long a close waits.
    pub close_delay: Duration,
    /// How long a failed message stays away.
    pub visibility: Duration,
    /// Another `DynamoDB` for the table than the embedded one.
    pub dynamodb_url: Option<String>,
}

/// A vendor: simulated here, or somewhere else.
#[derive(Debug, Clone)]
pub enum Source<O> {
    /// Simulated, with these options.
    Simulated(O),
    /// At this address.
    At(bridge_vendor_http::Url),
}

impl<O: Default> Source<O> {
    fn of(url: Option<&bridge_vendor_http::Url>) -> Self {
        url.map_or_else(|| Self::Simulated(O::default()), |url| Self::At(url.clone()))
    }
}

impl WorldOptions {
    /// As the command line says; `default_port` where it names none.
    ///
    /// # Errors
    /// What is wrong with the settings file.
    pub fn from_command_line(run: &Run, default_port: u16) -> Result<Self, String> {
        let settings = match &run.settings {
            Some(file) => read_settings(file)?,
            None => vec![demo::settings()],
        };
        Ok(Self {
            port: run.port.unwrap_or(default_port),
            hubspot: Source::of(run.hubspot_url.as_ref()),
            opencx: Source::of(run.opencx_url.as_ref()),
            settings,
            email_delay: run.email_delay,
            close_delay: run.close_delay,
            visibility: VISIBILITY,
            dynamodb_url: None,
        })
    }
}

impl World {
    /// Starts the simulators, then the bridge, then tells the simulators where it is.
    pub async fn start(options: WorldOptions) -> Result<Self, StartError> {
        let (portal, hubspot_url) = match options.hubspot {
            Source::At(url) => (None, url),
            Source::Simulated(portal) => {
                let portal = Portal::start(portal).await?;
                let url = simulated(&portal.url())?;
                (Some(portal), url)
            }
        };
        let (opencx, opencx_url) = match options.opencx {
            Source::At(url) => (None, url),
            Source::Simulated(opencx) => {
                let opencx = OpenCxSim::start(opencx).await?;
                let url = simulated(&opencx.url())?;
                (Some(opencx), url)
            }
        };
        let bridge = Stack::start(Options {
            port: options.port,
            hubspot_url,
            opencx_url,
            settings: options.settings,
            email_delay: options.email_delay,
            close_delay: options.close_delay,
            visibility: options.visibility,
            dynamodb_url: options.dynamodb_url,
        })
        .await?;
        if let Some(portal) = &portal {
            portal.set_webhook_url(Some(format!("{}{}", bridge.url(), demo::webhook_path())));
        }
        if let Some(opencx) = &opencx {
            opencx.set_events_url(Some(format!("{}/local/opencx-events", bridge.url())));
        }
        Ok(Self { bridge, portal, opencx })
    }

    /// Stops everything, the bridge first.
    pub async fn stop(self) {
        self.bridge.stop().await;
        if let Some(portal) = self.portal {
            portal.stop().await;
        }
        if let Some(opencx) = self.opencx {
            opencx.stop().await;
        }
    }
}

fn simulated(url: &str) -> Result<bridge_vendor_http::Url, StartError> {
    url.parse().map_err(|_| StartError::Table(format!("a simulator is at {url}, which is no URL")))
}
