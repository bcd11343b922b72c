//! Runs a simulated HubSpot portal alone, until Ctrl-C.

use std::error::Error;

use clap::Parser;
use hubspot_sim::{Portal, PortalOptions};
use sim_kit::standalone::Arguments;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut options: PortalOptions = arguments.read_options()?;
    options.port = arguments.port.unwrap_or(options.port);
    let portal = Portal::start(options).await?;
    println!("ready: HubSpot portal at {0}, control routes at {0}/sim", portal.url());
    tokio::signal::ctrl_c().await?;
    portal.stop().await;
    Ok(())
}
