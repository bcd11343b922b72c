//! Runs a simulated HubSpot portal alone, until Ctrl-C.

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use hubspot_sim::{Portal, PortalOptions};

/// A simulated HubSpot portal on 127.0.0.1.
#[derive(Parser)]
struct Arguments {
    /// TCP port, instead of the options' one; 0 takes any free one.
    #[arg(long)]
    port: Option<u16>,
    /// JSON file with the portal's options; the demo portal without it.
    #[arg(long)]
    options: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut options = match &arguments.options {
        Some(path) => read(path)?,
        None => PortalOptions::default(),
    };
    options.port = arguments.port.unwrap_or(options.port);
    let portal = Portal::start(options).await?;
    println!("ready: HubSpot portal at {0}, control routes at {0}/sim", portal.url());
    tokio::signal::ctrl_c().await?;
    portal.stop().await;
    Ok(())
}

fn read(path: &PathBuf) -> Result<PortalOptions, Box<dyn Error>> {
    let at = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{at}: {error}"))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{at}: {error}"))?)
}
