//! A burst of handoffs against a portal's rate limit: how long it takes, against the
//! best that the limit allows, and what is refused on the way.
//! `cargo run --release -p bridge-local --example burst -- --limit 190`

mod support;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_domain::time::Timestamp;
use bridge_local::QUIET;
use bridge_local::environment::{LocalEnvironment, Source};
use clap::Parser;
use hubspot_sim::{Call, Portal};
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::{announce, drained, handoff, options_of_orgs, org, token};

/// HubSpot's window.
const WINDOW: Duration = Duration::from_secs(10);

/// A burst of handoffs of as many customers, all at once.
#[derive(Parser)]
struct Burst {
    /// Number of handoffs of each organisation.
    #[arg(long, default_value_t = 1_000)]
    handoffs: usize,
    /// Number of organisations.
    #[arg(long, default_value_t = 1)]
    orgs: usize,
    /// Calls that HubSpot takes of an organisation in ten seconds.
    #[arg(long, default_value_t = 190)]
    limit: u32,
}

impl Burst {
    /// Returns how many times the best time of an organisation it may take.
    fn bound(&self) -> f64 {
        if self.orgs == 1 { 1.05 } else { 1.1 }
    }
}

/// Counts the writes by which permits were acquired, and the permits.
#[derive(Clone, Default)]
struct Permits {
    writes: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Permits {
    fn reset(&self) {
        self.writes.store(0, Ordering::Relaxed);
        self.calls.store(0, Ordering::Relaxed);
    }
}

impl<S: Subscriber> Layer<S> for Permits {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().ends_with("rate_limiter::pool") {
            self.writes.fetch_add(1, Ordering::Relaxed);
            event.record(&mut self.clone());
        }
    }
}

impl Visit for Permits {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "acquired" {
            self.calls.fetch_add(usize::try_from(value).unwrap_or_default(), Ordering::Relaxed);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let burst = Burst::parse();
    let permits = Permits::default();
    let warnings = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let loud = Targets::new().with_default(LevelFilter::WARN);
    let warnings = warnings.with_filter(loud.with_target(QUIET, LevelFilter::ERROR));
    tracing_subscriber::registry().with(permits.clone()).with(warnings).init();
    let mut options = options_of_orgs(burst.orgs, burst.limit);
    if let Source::Simulated(portal) = &mut options.hubspot {
        portal.rate_window = WINDOW;
    }
    let world = LocalEnvironment::start(options).await?;
    let portal = world.portal.as_ref().ok_or("the portal did not start")?;
    // The first handoff of a portal makes the bridge's properties.
    let first: Vec<Value> = (0..burst.orgs).map(|of| handoff(&org(of), 0)).collect();
    announce(&world, &first).await?;
    drained(&world, burst.orgs).await;
    tokio::time::sleep(WINDOW).await;
    portal.reset_calls();
    permits.reset();
    let numbers = 1..=burst.handoffs;
    let of_all = |number| (0..burst.orgs).map(move |of| handoff(&org(of), number));
    let events: Vec<Value> = numbers.flat_map(of_all).collect();
    let began = Timestamp::now();
    announce(&world, &events).await?;
    let outcomes = drained(&world, (burst.handoffs + 1) * burst.orgs).await;
    let keeps = report(&burst, portal, &outcomes, began, &permits);
    world.stop().await;
    Ok(if keeps { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn is_refused(call: &Call) -> bool {
    call.status == Some(429)
}

/// Prints the figures, and returns whether they keep to the bounds.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
fn report(
    burst: &Burst,
    portal: &Portal,
    outcomes: &[OutcomeRecord],
    began: Timestamp,
    permits: &Permits,
) -> bool {
    let Burst { handoffs, orgs, limit } = burst;
    println!("{orgs} times {handoffs} handoffs, {limit} calls in ten seconds allowed to each:");
    // The first ones are not of the burst.
    let is_applied = |record: &&OutcomeRecord| record.outcome == Outcome::Applied;
    let applied = outcomes.iter().filter(is_applied).count() - orgs;
    let mut tickets: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in portal.tickets() {
        *tickets.entry(ticket.get("opencx_session_id").to_owned()).or_default() += 1;
    }
    let twice = tickets.values().filter(|count| **count > 1).count();
    for record in outcomes.iter().filter(|record| record.outcome != Outcome::Applied).take(3) {
        println!("  not applied: {record:?}");
    }
    println!("  applied {applied}, with a ticket {}, with two {twice}", tickets.len() - orgs);
    let calls = portal.calls();
    let refused = calls.iter().filter(|call| is_refused(call)).count();
    let share = 100.0 * refused as f64 / calls.len() as f64;
    println!("  calls {}, refused with 429: {refused} ({share:.2} %)", calls.len());
    let writes = permits.writes.load(Ordering::Relaxed);
    println!("  table writes for it: {writes} ({:.2} a call)", writes as f64 / calls.len() as f64);
    let unused = permits.calls.load(Ordering::Relaxed).saturating_sub(calls.len());
    println!("  permits that were acquired and not used: {unused}");
    let mut worst: f64 = 0.0;
    for of in 0..*orgs {
        let (name, token) = (org(of), token(of));
        let ends = outcomes.iter().filter(|record| record.org == name);
        let last = ends.filter_map(|record| Timestamp::parse_text(&record.at)).max();
        let took = last.map_or(0.0, |last| last.since(began).as_secs_f64());
        let own = calls.iter().filter(|call| call.token.as_deref() == Some(&token));
        let useful = own.filter(|call| !is_refused(call)).count();
        // The rate that the limit allows in the long run.
        let best = WINDOW.as_secs_f64() * useful as f64 / f64::from(*limit);
        worst = worst.max(took / best);
        println!("  {name}: took {took:.1} s, at best {best:.1} s: {:.3} times", took / best);
    }
    let bound = burst.bound();
    let keeps = worst <= bound && share <= 1.0 && applied == handoffs * orgs && twice == 0;
    let verdict = if keeps { "within" } else { "BEYOND" };
    println!("longest {worst:.3} times, {verdict} the bounds of {bound} and 1 % of 429");
    keeps
}
