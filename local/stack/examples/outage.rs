//! An outage: a customer writes in a chat once a minute while a vendor answers 503; how soon
//! after its return everything has arrived, in order and with nothing parked.
//! `cargo run --release -p bridge-local --example outage -- --minutes 14`

mod support;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bridge_local::demo;
use bridge_local::environment::LocalEnvironment;
use clap::{Parser, ValueEnum};

use crate::support::{Arrivals, options, parked, report, simulators, write};

/// Longest time after the return of a vendor that was away for minutes, and for hours.
const BOUND: Duration = Duration::from_mins(1);
const BOUND_AFTER_HOURS: Duration = Duration::from_mins(6);

/// Tells how soon after an outage everything has arrived.
#[derive(Clone, Copy, Parser)]
struct Outage {
    /// Length of the outage in minutes.
    #[arg(long, default_value_t = 14)]
    minutes: u64,
    /// Seconds between two messages.
    #[arg(long, default_value_t = 60)]
    every: u64,
    /// The vendor that is down.
    #[arg(long, value_enum, default_value = "hubspot")]
    vendor: Vendor,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Vendor {
    #[value(name = "hubspot")]
    HubSpot,
    #[value(name = "opencx")]
    OpenCx,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let outage = Outage::parse();
    let world = LocalEnvironment::start(options(vec![demo::settings()], 190)).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe(opencx);
    let thread = write(portal, None, "message 0")?;
    arrivals.wait_for("message", 1).await?;
    let set_down = |down| match outage.vendor {
        Vendor::HubSpot => portal.set_down(down),
        Vendor::OpenCx => opencx.set_down(down),
    };
    set_down(true);
    let (began, length) = (Instant::now(), Duration::from_secs(60 * outage.minutes));
    let mut written = vec!["message 0".to_owned()];
    while began.elapsed() < length {
        let text = format!("message {}", written.len());
        write(portal, Some(&thread), &text)?;
        written.push(text);
        eprintln!("  {} s: {} messages written", began.elapsed().as_secs(), written.len());
        let left = length.saturating_sub(began.elapsed());
        tokio::time::sleep(left.min(Duration::from_secs(outage.every.max(1)))).await;
    }
    set_down(false);
    let back = Instant::now();
    arrivals.wait_for("message", written.len()).await?;
    let took = back.elapsed();
    let outcomes = world.bridge.outcomes().await?;
    let parked = parked(&outcomes);
    let in_order = arrivals.texts("message") == written;
    world.stop().await;
    println!("{} messages, in order: {in_order}, parked: {parked}", written.len());
    let bound = if outage.minutes < 30 { BOUND } else { BOUND_AFTER_HOURS };
    let keeps = report("all arrived after the return", took, bound);
    Ok(if keeps && in_order && parked == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
