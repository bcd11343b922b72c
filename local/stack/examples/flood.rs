//! Many messages at once for OpenCX, whose answers name no limit: how many calls are refused until
//! it is learned.
//! `cargo run --release -p bridge-local --example flood`

mod support;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use bridge_local::demo;
use bridge_local::environment::{LocalEnvironment, Source};
use clap::Parser;

use crate::support::{Arrivals, options, parked, simulators, write};

/// Most refusals, in a hundred calls.
const BOUND: usize = 10;

/// Messages of as many customers, all at once.
#[derive(Parser)]
struct Flood {
    /// Number of messages.
    #[arg(long, default_value_t = 800)]
    messages: usize,
    /// Calls that OpenCX takes in a minute.
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Calls that HubSpot takes in ten seconds.
    #[arg(long, default_value_t = 190)]
    hubspot_limit: u32,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let flood = Flood::parse();
    let mut options = options(vec![demo::settings()], flood.hubspot_limit);
    if let Source::Simulated(opencx) = &mut options.opencx {
        opencx.rate_limit_per_minute = flood.limit;
    }
    let world = LocalEnvironment::start(options).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe(opencx);
    let began = Instant::now();
    for at in 0..flood.messages {
        write(portal, None, &format!("message {at}"))?;
    }
    arrivals.wait_for("message", flood.messages).await?;
    let took = began.elapsed();
    let calls = opencx.calls();
    let refused = calls.iter().filter(|call| call.status == Some(429)).count();
    let parked = parked(&world.bridge.outcomes().await?);
    let twice = opencx.sessions().iter().filter(|session| session.history.len() > 1).count();
    world.stop().await;
    println!("{} messages, parked: {parked}, twice: {twice}, {} s", flood.messages, took.as_secs());
    let keeps = refused * 100 <= calls.len() * BOUND;
    let verdict = if keeps { "within" } else { "BEYOND" };
    println!("refused with 429: {refused} of {} calls, {verdict} {BOUND} %", calls.len());
    Ok(if keeps && parked + twice == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
