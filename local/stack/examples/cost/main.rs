//! The cost of a standard conversation on AWS: its table request units, queue requests, invocations,
//! GB-seconds and log bytes, counted on this machine and priced as in us-east-1.
//! `cargo run --release -p bridge-local --example cost`

mod conversation;
mod prices;
mod table_meter;

use std::error::Error;
use std::time::Duration;

use bridge_domain::outcome::OutcomeRecord;
use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source, VISIBILITY};
use clap::Parser;
use hubspot_sim::PortalOptions;
use opencx_sim::OpenCxOptions;

use crate::conversation::Conversation;
use crate::prices::{Bill, Usage, as_f64};
use crate::table_meter::{TableMeter, TableUsage};

/// The cost of a standard conversation: a chat of 12 events with one handoff.
#[derive(Parser)]
struct Cost {
    /// Conversations to play, of which the mean is priced; the first of a portal, which creates the
    /// bridge's properties, is not counted.
    #[arg(long, default_value_t = 20)]
    conversations: usize,
    /// Time of a vendor's answer, in milliseconds: the simulators answer at once.
    #[arg(long, default_value_t = 150.0)]
    vendor_ms: f64,
    /// Time of a table or queue request inside AWS, in milliseconds.
    #[arg(long, default_value_t = 5.0)]
    aws_ms: f64,
    /// Memory of a function, in MB, as in template.yaml.
    #[arg(long, default_value_t = 256.0)]
    memory_mb: f64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Cost::parse();
    let meter = TableMeter::start().await?;
    let environment = LocalEnvironment::start(local(meter.url())).await?;
    let played = Conversation::new(&environment)?;
    played.play(0).await?;
    let before = environment.bridge.outcomes().await?.len();
    let webhooks_before = played.webhook_requests();
    meter.reset();
    for number in 1..=options.conversations {
        eprintln!("conversation {number} of {}", options.conversations);
        played.play(number).await?;
    }
    let table = meter.reset();
    let outcomes = environment.bridge.outcomes().await?.split_off(before);
    let webhooks = played.webhook_requests() - webhooks_before;
    let usage = Usage::of(&outcomes, webhooks, &table, &options);
    print_events(&outcomes, options.conversations);
    print_items(&table, options.conversations);
    Bill::of(&usage).print(&usage, options.conversations);
    environment.stop().await;
    Ok(())
}

fn local(table_url: &str) -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions {
            rate_limit: 1_000_000,
            subscribed_properties: Some(demo::SUBSCRIBED_PROPERTIES.map(str::to_owned).into()),
            ..PortalOptions::default()
        }),
        opencx: Source::Simulated(OpenCxOptions {
            rate_limit_per_minute: 1_000_000,
            ai_delay: Duration::ZERO,
            ..OpenCxOptions::default()
        }),
        settings: vec![demo::settings()],
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: VISIBILITY,
        dynamodb_url: Some(table_url.to_owned()),
    }
}

fn print_items(table: &TableUsage, conversations: usize) {
    println!("\ntable requests of a conversation:");
    for ((operation, item), used) in table {
        let each = as_f64(used.requests) / as_f64(conversations);
        println!("  {each:>6.1} {operation} {item}");
    }
}

fn print_events(outcomes: &[OutcomeRecord], conversations: usize) {
    let mut names: Vec<String> = outcomes
        .iter()
        .map(|record| {
            let reason = record.reason.as_deref().map(|reason| format!(" ({reason})"));
            format!("{:14} {}{}", record.function, record.event, reason.unwrap_or_default())
        })
        .collect();
    names.sort_unstable();
    println!("events of a conversation:");
    for events in names.chunk_by(|one, other| one == other) {
        println!("  {:>4} {}", events.len() / conversations, events[0]);
    }
}
