//! Runs a simulated OpenCX alone, until Ctrl-C.

use std::error::Error;

use clap::Parser;
use opencx_sim::{OpenCxOptions, OpenCxSim};
use sim_kit::standalone::Arguments;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut options: OpenCxOptions = arguments.read_options()?;
    options.port = arguments.port.unwrap_or(options.port);
    let sim = OpenCxSim::start(options).await?;
    println!("ready: OpenCX at {0}, control routes at {0}/sim", sim.url());
    tokio::signal::ctrl_c().await?;
    sim.stop().await;
    Ok(())
}
