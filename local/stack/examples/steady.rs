//! A steady load: handoffs of many organisations at an even pace; how long each takes from its
//! sending to its outcome, and how the memory grows.
//! `cargo run --release -p bridge-local --example steady -- --minutes 10`

mod support;

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use bridge_domain::time::Timestamp;
use bridge_local::environment::LocalEnvironment;
use clap::Parser;
use tokio::time::{MissedTickBehavior, interval};

use crate::support::{
    announce, drained, handoff, options_of_orgs, org, parked, percentile, report,
};

/// Longest time of 95 of 100 events.
const BOUND: Duration = Duration::from_secs(1);

/// A steady load of many organisations.
#[derive(Parser)]
struct Steady {
    /// Number of organisations.
    #[arg(long, default_value_t = 20)]
    orgs: usize,
    /// Events in a second, of all of them together.
    #[arg(long, default_value_t = 20)]
    rate: u32,
    /// Length in minutes.
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// Calls that HubSpot takes of an organisation in ten seconds.
    #[arg(long, default_value_t = 190)]
    limit: u32,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let steady = Steady::parse();
    let world = LocalEnvironment::start(options_of_orgs(steady.orgs, steady.limit)).await?;
    let portal = world.portal.as_ref().ok_or("the portal did not start")?;
    // The first handoff of a portal makes the bridge's properties.
    let first: Vec<_> = (0..steady.orgs).map(|of| handoff(&org(of), 0)).collect();
    announce(&world, &first).await?;
    drained(&world, steady.orgs).await;
    let before = resident_mib();
    let events = usize::try_from(steady.rate * 60 * steady.minutes)?;
    let mut tick = interval(Duration::from_secs(1) / steady.rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = HashMap::new();
    for at in 0..events {
        tick.tick().await;
        let event = handoff(&org(at % steady.orgs), 1 + at / steady.orgs);
        let id = event["event_id"].as_str().unwrap_or_default().to_owned();
        sent.insert(id, Timestamp::now());
        announce(&world, &[event]).await?;
        if at % 1_000 == 0 {
            eprintln!("  {at} of {events} events sent, {} MiB resident", resident_mib());
        }
        portal.reset_calls();
    }
    let outcomes = drained(&world, events + steady.orgs).await;
    let after = resident_mib();
    let took = outcomes.iter().filter_map(|record| {
        let (sent, ended) = (sent.get(&record.event_id)?, Timestamp::parse_text(&record.at)?);
        Some(ended.since(*sent))
    });
    let mut took: Vec<Duration> = took.collect();
    took.sort_unstable();
    let parked = parked(&outcomes);
    println!("{} events of {} organisations, parked: {parked}", took.len(), steady.orgs);
    println!("median {:?}, 99th percentile {:?}", percentile(&took, 50), percentile(&took, 99));
    // The simulators and the table keep all records in the same process.
    println!(
        "resident memory: {before} MiB before, {after} MiB after, with the stand-ins' records"
    );
    let keeps = report("95th percentile", percentile(&took, 95), BOUND);
    world.stop().await;
    Ok(if keeps && parked == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the resident memory of this process; 0 where the system does not tell.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
