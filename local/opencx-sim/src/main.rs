//! A simulated OpenCX on its own, for people with curl.

use clap::Parser;
use opencx_sim::{OpenCx, OpenCxOptions};
use std::error::Error;
use std::path::PathBuf;

/// A simulated OpenCX on 127.0.0.1
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port; 0 takes any free one [default: that of the options, else any]
    #[arg(long)]
    port: Option<u16>,
    /// The options, a JSON document
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut options = read(arguments.options)?;
    if let Some(port) = arguments.port {
        options.port = port;
    }
    let api_key = options.api_key.clone();
    let sim = OpenCx::start(options).await?;
    println!("OpenCX (simulated) at {}, API key {api_key}, control under /sim", sim.url());
    tokio::signal::ctrl_c().await?;
    sim.stop().await;
    Ok(())
}

fn read(file: Option<PathBuf>) -> Result<OpenCxOptions, Box<dyn Error>> {
    let Some(file) = file else { return Ok(OpenCxOptions::default()) };
    let name = file.display();
    let text = std::fs::read(&file).map_err(|error| format!("cannot read {name}: {error}"))?;
    Ok(serde_json::from_slice(&text).map_err(|error| format!("in {name}: {error}"))?)
}
