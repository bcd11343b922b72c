//! `cargo run`: the whole bridge on one machine.

use std::process::ExitCode;

use bridge_local::Log;
use bridge_local::environment::LocalEnvironment;
use bridge_story::cli::{Cli, Command, RunOptions};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Port of the bridge unless another is given.
const DEFAULT_PORT: u16 = 9000;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        None => run(&cli.run).await,
        Some(Command::Story(story)) => bridge_story::run(&cli.run, story).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bridge: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &RunOptions) -> Result<(), String> {
    bridge_local::start_logging(Log::Shown);
    let options = options.environment(DEFAULT_PORT)?;
    let environment = LocalEnvironment::start(options).await.map_err(|error| error.to_string())?;
    let bridge = environment.bridge.url();
    if let Some(portal) = &environment.portal {
        println!("simulated HubSpot  {0}  (state: {0}/sim/state, routes: {0}/sim)", portal.url());
    }
    if let Some(opencx) = &environment.opencx {
        println!("simulated OpenCX   {0}  (state: {0}/sim/state, routes: {0}/sim)", opencx.url());
    }
    println!("bridge             {bridge}  (outcomes: {bridge}/local/outcomes)");
    let variables = environment.bridge.variables().into_iter();
    let variables: Vec<_> = variables.map(|(name, value)| format!("{name}={value}")).collect();
    println!("operator           export {}", variables.join(" "));
    println!("console            {bridge}/  (open it in a browser)");
    println!("ready: {bridge}");
    let stopped = stop_requested().await;
    environment.stop().await;
    stopped.map_err(|error| format!("cannot wait for Ctrl-C: {error}"))
}

/// Waits for Ctrl-C, or until the process is told to end.
async fn stop_requested() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}
