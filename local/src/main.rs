//! `cargo run`: the whole bridge on one machine.

use std::process::ExitCode;

use bridge_local::cli::{Cli, Command, Run};
use bridge_local::story;
use bridge_local::world::{World, WorldOptions};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Where the bridge is unless it is told otherwise.
const DEFAULT_PORT: u16 = 9000;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        None => run(&cli.run).await,
        Some(Command::Story { outage }) => story::tell(&cli.run, outage).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bridge: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Run) -> Result<(), String> {
    bridge_local::start_logging();
    let options = WorldOptions::from_command_line(options, DEFAULT_PORT)?;
    let world = World::start(options).await.map_err(|error| error.to_string())?;
    let bridge = world.bridge.url();
    if let Some(portal) = &world.portal {
        println!("simulated HubSpot  {0}  (look: {0}/sim/state)", portal.url());
    }
    if let Some(opencx) = &world.opencx {
        println!("simulated OpenCX   {0}  (look: {0}/sim/state)", opencx.url());
    }
    println!("bridge             {bridge}  (look: {bridge}/local/outcomes)");
    let variables = world.bridge.variables().into_iter();
    let variables: Vec<_> = variables.map(|(name, value)| format!("{name}={value}")).collect();
    println!("operator           export {}", variables.join(" "));
    println!("ready: {bridge}");
    let stopped = stop_wanted().await;
    world.stop().await;
    stopped.map_err(|error| format!("cannot wait for Ctrl-C: {error}"))
}

/// Comes to its end at Ctrl-C, or when the process is told to end.
async fn stop_wanted() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}
