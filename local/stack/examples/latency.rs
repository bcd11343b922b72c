//! The time of a customer's chat message from the webhook's 200 to the send at OpenCX, on this
//! machine: `cargo run -p bridge-local --example latency`.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::{Channel, CustomerMessage, PortalOptions};
use opencx_sim::{Moment, OpenCxOptions};

const MESSAGES: usize = 300;

/// Longest wait for a message.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);

type Arrivals = Arc<Mutex<HashMap<String, Instant>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = LocalEnvironment::start(options()).await?;
    let (Some(portal), Some(opencx)) = (&world.portal, &world.opencx) else {
        return Err("the simulators did not start".into());
    };
    let arrivals = Arrivals::default();
    let noted = arrivals.clone();
    opencx.observe(move |call, moment| {
        let text = call.body.as_ref().and_then(|body| body.pointer("/message/text")?.as_str());
        if let (Moment::BeforeEffect, Some(text)) = (moment, text) {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.entry(text.to_owned()).or_insert_with(Instant::now);
        }
    });
    let mut thread = None;
    let mut times = Vec::with_capacity(MESSAGES);
    for at in 0..=MESSAGES {
        let text = format!("message {at}");
        let taken = portal.deliveries().len();
        let message = CustomerMessage {
            thread: thread.clone(),
            channel: Channel::LiveChat,
            text: text.clone(),
            ..CustomerMessage::default()
        };
        thread = Some(portal.customer_writes(message)?.thread);
        let accepted = answered(|| (portal.deliveries().len() > taken).then(Instant::now)).await?;
        let arrived = answered(|| {
            arrivals.lock().unwrap_or_else(PoisonError::into_inner).get(&text).copied()
        })
        .await?;
        // The first opens the session; it is not what is measured.
        if at > 0 {
            times.push(arrived.saturating_duration_since(accepted));
        }
    }
    times.sort_unstable();
    let of = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("from the webhook's 200 to the send, {MESSAGES} messages one by one:");
    println!("median {:?}, 99th percentile {:?}, most {:?}", of(50), of(99), of(100));
    world.stop().await;
    Ok(())
}

fn options() -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions {
            rate_limit: 1_000_000,
            ..PortalOptions::default()
        }),
        opencx: Source::Simulated(OpenCxOptions {
            rate_limit_per_minute: 1_000_000,
            ai_delay: Duration::from_hours(1),
            ..OpenCxOptions::default()
        }),
        settings: vec![demo::settings()],
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: Duration::from_mins(1),
        dynamodb_url: None,
    }
}

/// Waits until something can be told; looks often, since it is timed.
async fn answered<T>(look: impl Fn() -> Option<T>) -> Result<T, &'static str> {
    let began = Instant::now();
    while began.elapsed() < MESSAGE_TIMEOUT {
        if let Some(found) = look() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Err("a message did not arrive")
}
