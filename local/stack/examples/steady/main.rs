//! A steady load: handoffs of many organisations at an even pace; how long each takes from its
//! sending to its outcome, and how the memory grows.
//! `cargo run --release -p bridge-local --example steady -- --minutes 10`

mod stand_ins;
#[path = "../support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use bridge_domain::time::Timestamp;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use clap::Parser;
use tokio::time::{MissedTickBehavior, interval};

use crate::stand_ins::StandIns;
use crate::support::{
    announce, drained, handoff, options_of_orgs, org, parked, percentile, report,
};

/// Longest time of 95 of 100 events.
const BOUND: Duration = Duration::from_secs(1);

/// Growth of the memory from the first minute to the end, in per cent, that is still flat.
const GROWTH: u64 = 10;

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
    /// Serves the stand-ins for another process.
    #[arg(long, hide = true)]
    stand_ins: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let steady = Steady::parse();
    if steady.stand_ins {
        stand_ins::serve(&steady).await?;
    }
    let stand_ins = StandIns::start(&steady).await?;
    let world = LocalEnvironment::start(EnvironmentOptions {
        hubspot: Source::At(stand_ins.hubspot.parse()?),
        opencx: Source::At(stand_ins.opencx.parse()?),
        dynamodb_url: Some(stand_ins.table.clone()),
        ..options_of_orgs(steady.orgs, steady.limit)
    })
    .await?;
    // The first handoff of a portal makes the bridge's properties.
    let first: Vec<_> = (0..steady.orgs).map(|of| handoff(&org(of), 0)).collect();
    announce(&world, &first).await?;
    drained(&world, steady.orgs).await;
    let minute = usize::try_from(steady.rate * 60)?;
    let events = minute * usize::try_from(steady.minutes)?;
    let mut tick = interval(Duration::from_secs(1) / steady.rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = HashMap::with_capacity(events);
    let mut before = None;
    for at in 0..events {
        tick.tick().await;
        let event = handoff(&org(at % steady.orgs), 1 + at / steady.orgs);
        let id = event["event_id"].as_str().unwrap_or_default().to_owned();
        sent.insert(id, Timestamp::now());
        announce(&world, &[event]).await?;
        if at % minute == 0 {
            eprintln!("  {at} of {events} events sent, {} MiB resident", resident_mib());
        }
        if at == minute {
            before = Some(resident_mib());
        }
    }
    // Before the outcomes are read, which fill it.
    let after = resident_mib();
    let outcomes = drained(&world, events + steady.orgs).await;
    let took = outcomes.iter().filter_map(|record| {
        let (sent, ended) = (sent.get(&record.event_id)?, Timestamp::parse_text(&record.at)?);
        Some(ended.since(*sent))
    });
    let mut took: Vec<Duration> = took.collect();
    took.sort_unstable();
    let parked = parked(&outcomes);
    println!("{} events of {} organisations, parked: {parked}", took.len(), steady.orgs);
    println!("median {:?}, 99th percentile {:?}", percentile(&took, 50), percentile(&took, 99));
    let before = before.unwrap_or(after);
    let is_flat = after * 100 <= before * (100 + GROWTH);
    let verdict = if is_flat { "within" } else { "BEYOND" };
    println!(
        "resident memory without the stand-ins: {before} MiB after a minute, {after} MiB at the \
         end, {verdict} the bound of {GROWTH} % more"
    );
    let keeps = report("95th percentile", percentile(&took, 95), BOUND);
    world.stop().await;
    Ok(if keeps && is_flat && parked == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the resident memory of this process; 0 where the system does not tell.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
