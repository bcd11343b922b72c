//! Noisy neighbours: how long an organisation's message takes while another one drains a
//! backlog, and while the other's HubSpot or OpenCX hangs.
//! `cargo run --release -p bridge-local --example isolation`

mod support;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bridge_local::demo;
use bridge_local::environment::{LocalEnvironment, Source};
use clap::Parser;
use hubspot_sim::{Fault, FaultKind, Token};
use serde_json::Value;

use crate::support::{Arrivals, options, report, simulators, write};

const OTHER: &str = "other";
const OTHER_TOKEN: &str = "pat-na1-other-support";

/// Longest time that a message may be delayed by another organisation.
const BOUND: Duration = Duration::from_secs(2);

/// Tells how long an organisation's message takes while another one is in trouble.
#[derive(Clone, Copy, Parser)]
struct Isolation {
    /// Conversations of the organisation in trouble.
    #[arg(long, default_value_t = 60)]
    conversations: usize,
    /// Messages that it drains in them.
    #[arg(long, default_value_t = 600)]
    messages: usize,
    /// Calls that HubSpot takes of an organisation in ten seconds.
    #[arg(long, default_value_t = 190)]
    limit: u32,
    /// Measurements while the trouble lasts, a second apart.
    #[arg(long, default_value_t = 5)]
    probes: usize,
}

#[derive(Clone, Copy, Debug)]
enum Trouble {
    Backlog,
    HubSpotHangs,
    OpenCxHangs,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let asked = Isolation::parse();
    let mut all = true;
    for trouble in [Trouble::Backlog, Trouble::HubSpotHangs, Trouble::OpenCxHangs] {
        eprintln!("{trouble:?}: {} conversations", asked.conversations);
        all &= report(&format!("{trouble:?}"), longest(asked, trouble).await?, BOUND);
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn other() -> Value {
    let mut settings = demo::settings();
    settings["org"] = OTHER.into();
    settings["hubspot"]["access_token"] = OTHER_TOKEN.into();
    settings
}

/// Returns the longest time that a message of the other organisation took meanwhile.
async fn longest(asked: Isolation, trouble: Trouble) -> Result<Duration, Box<dyn Error>> {
    let mut options = options(vec![demo::settings(), other()], asked.limit);
    if let Source::Simulated(portal) = &mut options.hubspot {
        let support = portal.tokens.first().ok_or("the portal has no token")?;
        let app_id = Some(1);
        let token = Token { token: OTHER_TOKEN.to_owned(), app_id, ..support.clone() };
        portal.tokens.push(token);
    }
    let world = LocalEnvironment::start(options).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe(opencx);
    let mut threads = Vec::new();
    for at in 0..asked.conversations {
        threads.push(write(portal, None, &format!("first {at}"))?);
    }
    arrivals.wait_for("first", asked.conversations).await?;
    let sessions: Vec<String> = opencx.sessions().into_iter().map(|one| one.id).collect();
    deliver_to(&world, OTHER);
    let quiet = write(portal, None, "other's first")?;
    arrivals.wait_for("other's first", 1).await?;
    match trouble {
        Trouble::Backlog => {}
        Trouble::HubSpotHangs => threads.iter().for_each(|id| portal.fail(hanging(id))),
        Trouble::OpenCxHangs => sessions.iter().for_each(|id| opencx.fail(hanging(id))),
    }
    deliver_to(&world, demo::ORG);
    let messages = match trouble {
        Trouble::Backlog => asked.messages,
        _ => asked.conversations,
    };
    let delivered = portal.deliveries().len();
    for at in 0..messages {
        write(portal, threads.get(at % threads.len()).map(String::as_str), &format!("more {at}"))?;
    }
    eprintln!("  {messages} messages written");
    while portal.deliveries().len() == delivered {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    deliver_to(&world, OTHER);
    let mut longest = Duration::ZERO;
    for at in 0..asked.probes {
        let text = format!("probe {at}");
        let began = Instant::now();
        write(portal, Some(&quiet), &text)?;
        arrivals.wait_for(&text, 1).await?;
        let took = arrivals.of(&text).unwrap_or(began).saturating_duration_since(began);
        eprintln!("  probe {at}: {took:?}");
        longest = longest.max(took);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    world.stop().await;
    Ok(longest)
}

/// Lets the portal call an organisation's webhook from now on.
fn deliver_to(world: &LocalEnvironment, org: &str) {
    let path = demo::webhook_path().replace(demo::ORG, org);
    if let Some(portal) = &world.portal {
        portal.set_webhook_url(Some(format!("{}{path}", world.bridge.url())));
    }
}

/// A fault of all calls about something.
fn hanging(id: &str) -> Fault {
    let kind = FaultKind::HangBeforeEffect(Duration::from_mins(10));
    Fault { method: None, path_contains: id.to_owned(), times: 100_000, kind }
}
