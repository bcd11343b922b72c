//! The bridge together with the vendors: simulators, as far as they are not replaced.

use std::time::Duration;

use bridge_vendor_http::Url;
use hubspot_sim::{DEMO_CHANNEL, Portal, PortalOptions};
use opencx_sim::{OpenCxOptions, OpenCxSim};
use serde_json::Value;

use crate::console::Vendors;
use crate::demo;
use crate::error::StartError;
use crate::stack::{Stack, StackOptions};

/// Visibility timeout of the queues, as in template.yaml.
pub const VISIBILITY: Duration = Duration::from_secs(65);

/// A stack and its simulators.
pub struct LocalEnvironment {
    /// The bridge.
    pub bridge: Stack,
    /// The simulated portal, unless another HubSpot is used.
    pub portal: Option<Portal>,
    /// The simulated OpenCX, unless another one is used.
    pub opencx: Option<OpenCxSim>,
}

/// The options of a local environment.
#[derive(Debug, Clone)]
pub struct EnvironmentOptions {
    /// Port of the bridge's routes; 0 takes any free one.
    pub port: u16,
    /// The simulated portal, or another HubSpot.
    pub hubspot: Source<PortalOptions>,
    /// The simulated OpenCX, or another one.
    pub opencx: Source<OpenCxOptions>,
    /// The organisations' settings documents.
    pub settings: Vec<Value>,
    /// Delay of email.
    pub email_delay: Duration,
    /// Delay of a close.
    pub close_delay: Duration,
    /// Visibility timeout of the queues.
    pub visibility: Duration,
    /// Another `DynamoDB` for the table than the embedded one.
    pub dynamodb_url: Option<String>,
}

/// A vendor: simulated here, or at another address.
#[derive(Debug, Clone)]
pub enum Source<O> {
    /// Simulated, with these options.
    Simulated(O),
    /// At this address.
    At(Url),
}

impl LocalEnvironment {
    /// Starts the simulators, then the bridge, then tells the simulators its address.
    pub async fn start(options: EnvironmentOptions) -> Result<Self, StartError> {
        let (portal, hubspot_url) = match options.hubspot {
            Source::At(url) => (None, url),
            Source::Simulated(portal) => {
                let portal = Portal::start(portal).await?;
                let url = parse(portal.url())?;
                (Some(portal), url)
            }
        };
        let (opencx, opencx_url) = match options.opencx {
            Source::At(url) => (None, url),
            Source::Simulated(opencx) => {
                let opencx = OpenCxSim::start(opencx).await?;
                let url = parse(opencx.url())?;
                (Some(opencx), url)
            }
        };
        let bridge = Stack::start(StackOptions {
            port: options.port,
            hubspot_url,
            opencx_url,
            settings: options.settings,
            email_delay: options.email_delay,
            close_delay: options.close_delay,
            visibility: options.visibility,
            dynamodb_url: options.dynamodb_url,
            vendors: Vendors { portal: portal.clone(), opencx: opencx.clone() },
        })
        .await?;
        if let Some(portal) = &portal {
            let url = format!("{}{}", bridge.url(), demo::webhook_path());
            let of_channel = Some(format!("{url}/channel"));
            // The demo channel is there from the start.
            portal.set_channel_webhook_url(DEMO_CHANNEL, of_channel).ok();
            portal.set_webhook_url(Some(url));
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

fn parse(url: String) -> Result<Url, StartError> {
    url.parse().map_err(|_| StartError::SimulatorUrl(url))
}
