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
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use crate::stand_ins::StandIns;
use crate::support::{
    announce, drained, handoff, options_of_orgs, org, parked, percentile, report,
};

/// Longest time of 95 of 100 events.
const BOUND: Duration = Duration::from_secs(1);

/// Growth of the memory from the first minute to the end, in MiB, that is still flat: some hundred
/// bytes an event.
const GROWTH: u64 = 5;

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
        return stand_ins::serve(&steady).await.map(|()| ExitCode::SUCCESS);
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
    let Sent { at: sent, memory: (before, after) } = send(&world, &steady).await?;
    let outcomes = drained(&world, sent.len() + steady.orgs).await;
    let took = outcomes.iter().filter_map(|record| {
        let (sent, ended) = (sent.get(&record.event_id)?, Timestamp::parse_text(&record.at)?);
        Some(ended.since(*sent))
    });
    let mut took: Vec<Duration> = took.collect();
    took.sort_unstable();
    let parked = parked(&outcomes);
    println!("{} events of {} organisations, parked: {parked}", took.len(), steady.orgs);
    println!("median {:?}, 99th percentile {:?}", percentile(&took, 50), percentile(&took, 99));
    let is_flat = after <= before + GROWTH;
    let verdict = if is_flat { "within" } else { "BEYOND" };
    println!(
        "resident memory without the stand-ins: {before} MiB after a minute, {after} MiB at the \
         end, {verdict} the bound of {GROWTH} MiB more"
    );
    let keeps = report("95th percentile", percentile(&took, 95), BOUND);
    world.stop().await;
    Ok(if keeps && is_flat && parked == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The events by their ids, when each was sent, and the resident memory after a minute and at the
/// end, in MiB.
struct Sent {
    at: HashMap<String, Timestamp>,
    memory: (u64, u64),
}

async fn send(world: &LocalEnvironment, steady: &Steady) -> Result<Sent, Box<dyn Error>> {
    let minute = usize::try_from(steady.rate * 60)?;
    let events = minute * usize::try_from(steady.minutes)?;
    // All of them are noted at the start: the memory of this is there before it is looked at.
    let mut sent: HashMap<String, Timestamp> =
        (0..events).map(|number| (id(&event(steady, number)), Timestamp::now())).collect();
    let mut tick = interval(Duration::from_secs(1) / steady.rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut after_a_minute = None;
    for number in 0..events {
        tick.tick().await;
        let event = event(steady, number);
        sent.insert(id(&event), Timestamp::now());
        announce(world, &[event]).await?;
        if number % minute == 0 {
            eprintln!("  {number} of {events} events sent, {} MiB resident", resident_mib());
        }
        if number == minute {
            after_a_minute = Some(resident_mib());
        }
    }
    let at_the_end = resident_mib();
    Ok(Sent { at: sent, memory: (after_a_minute.unwrap_or(at_the_end), at_the_end) })
}

fn event(steady: &Steady, number: usize) -> Value {
    handoff(&org(number % steady.orgs), 1 + number / steady.orgs)
}

fn id(event: &Value) -> String {
    event["event_id"].as_str().unwrap_or_default().to_owned()
}

/// Returns the resident memory of this process; 0 where the system does not tell.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
