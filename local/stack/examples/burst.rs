//! A burst of handoffs against a portal's rate limit: how long it takes, against the
//! best that the limit allows, and what is refused on the way.
//! `cargo run --release -p bridge-local --example burst -- --limit 190`

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use bridge_local::{QUIET, demo};
use clap::Parser;
use hubspot_sim::{Portal, PortalOptions};
use opencx_sim::OpenCxOptions;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// HubSpot's window.
const WINDOW: Duration = Duration::from_secs(10);

/// A burst of handoffs of as many customers, all at once.
#[derive(Parser)]
struct Burst {
    /// Number of handoffs.
    #[arg(long, default_value_t = 1_000)]
    handoffs: usize,
    /// Calls that the portal takes in ten seconds.
    #[arg(long, default_value_t = 190)]
    limit: u32,
}

/// Counts the writes by which permits were acquired, and the permits.
#[derive(Clone, Default)]
struct Shares {
    writes: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Shares {
    fn forget(&self) {
        self.writes.store(0, Ordering::Relaxed);
        self.calls.store(0, Ordering::Relaxed);
    }
}

impl<S: Subscriber> Layer<S> for Shares {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().ends_with("rate_limiter::pool") {
            self.writes.fetch_add(1, Ordering::Relaxed);
            event.record(&mut self.clone());
        }
    }
}

impl Visit for Shares {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "acquired" {
            self.calls.fetch_add(usize::try_from(value).unwrap_or_default(), Ordering::Relaxed);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let burst = Burst::parse();
    let shares = Shares::default();
    let warnings = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let loud = Targets::new().with_default(LevelFilter::WARN);
    let warnings = warnings.with_filter(loud.with_target(QUIET, LevelFilter::ERROR));
    tracing_subscriber::registry().with(shares.clone()).with(warnings).init();
    let world = LocalEnvironment::start(options(burst.limit)).await?;
    let portal = world.portal.as_ref().ok_or("the portal did not start")?;
    // The first handoff of a portal makes the bridge's properties.
    announce(&world, &[handoff(0)]).await?;
    drained(&world, 1, Instant::now()).await;
    tokio::time::sleep(WINDOW).await;
    portal.reset_calls();
    shares.forget();
    let events: Vec<Value> = (1..=burst.handoffs).map(handoff).collect();
    let began = Instant::now();
    announce(&world, &events).await?;
    let outcomes = drained(&world, burst.handoffs + 1, began).await;
    report(&burst, portal, &outcomes, began.elapsed(), &shares);
    world.stop().await;
    Ok(())
}

async fn announce(world: &LocalEnvironment, events: &[Value]) -> Result<(), reqwest::Error> {
    let url = format!("{}/local/opencx-events", world.bridge.url());
    let http = reqwest::Client::new();
    for events in events.chunks(100) {
        http.post(&url).json(&events).send().await?.error_for_status()?;
    }
    Ok(())
}

fn options(limit: u32) -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions {
            rate_limit: limit,
            rate_window: WINDOW,
            ..PortalOptions::default()
        }),
        opencx: Source::Simulated(OpenCxOptions::default()),
        settings: vec![demo::settings()],
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: Duration::from_secs(65),
        dynamodb_url: None,
    }
}

fn handoff(number: usize) -> Value {
    json!({
        "event": "conversation.handoff_to_human",
        "event_id": format!("handoff-{number}"),
        "organization_id": "acme",
        "data": {
            "conversation_id": format!("s-{number}"),
            "channel": "whatsapp",
            "timestamp": "2026-11-21T20:48:00Z",
            "reason": "ai_decided_to_handoff_the_conversation",
            "summary": "Wants a refund.",
            "sentiment": "neutral",
            "language": "en",
            "custom_data": {},
            "ticketing_system": null,
            "contact": { "id": format!("c-{number}"), "name": format!("Customer {number}"), "email": format!("customer{number}@example.org") },
            "transcript": [{ "sender": "contact", "name": "Customer", "text": "I want a refund", "created_at": "2026-11-21T20:46:10Z" }],
        }
    })
}

/// Waits until every handoff has its outcome.
async fn drained(world: &LocalEnvironment, handoffs: usize, began: Instant) -> Vec<OutcomeRecord> {
    let mut told = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        // On a busy machine a look may take too long: the next one will do.
        let Ok(mut outcomes) = world.bridge.outcomes().await else { continue };
        outcomes.retain(|record| record.function == "handoff");
        if outcomes.len() >= handoffs {
            return outcomes;
        }
        if told.elapsed() > Duration::from_secs(20) {
            told = Instant::now();
            let seconds = began.elapsed().as_secs();
            eprintln!("after {seconds} s: {} of {handoffs} handoffs", outcomes.len());
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
fn report(
    burst: &Burst,
    portal: &Portal,
    outcomes: &[OutcomeRecord],
    took: Duration,
    shares: &Shares,
) {
    let calls = portal.calls();
    let refused = calls.iter().filter(|call| call.status == Some(429)).count();
    let useful = calls.len() - refused;
    // A full window at once, and another after each ten seconds.
    let windows = useful.div_ceil(burst.limit as usize).saturating_sub(1);
    let best = WINDOW * u32::try_from(windows).unwrap_or(u32::MAX);
    // The first one is not of the burst.
    let applied = outcomes.iter().filter(|record| record.outcome == Outcome::Applied).count() - 1;
    let mut tickets: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in portal.tickets() {
        *tickets.entry(ticket.get("opencx_session_id").to_owned()).or_default() += 1;
    }
    let twice = tickets.values().filter(|count| **count > 1).count();
    for record in outcomes.iter().filter(|record| record.outcome != Outcome::Applied).take(3) {
        println!("  not applied: {record:?}");
    }
    println!("{} handoffs, {} calls in ten seconds allowed:", burst.handoffs, burst.limit);
    println!("  applied {applied}, with a ticket {}, with two {twice}", tickets.len() - 1);
    let share = 100.0 * refused as f64 / calls.len() as f64;
    println!("  calls {}, refused with 429: {refused} ({share:.2} %)", calls.len());
    let writes = shares.writes.load(Ordering::Relaxed);
    println!("  table writes for it: {writes} ({:.2} a call)", writes as f64 / calls.len() as f64);
    let unused = shares.calls.load(Ordering::Relaxed).saturating_sub(calls.len());
    println!("  permits that were acquired and not used: {unused}");
    let ratio = took.as_secs_f64() / best.as_secs_f64();
    println!("  took {:.1} s, at best {} s: {ratio:.3} times", took.as_secs_f64(), best.as_secs());
}
