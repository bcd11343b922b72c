//! The time of a rep's reply on a Custom Channel from HubSpot's webhook to the send at OpenCX, on
//! this machine: `cargo run --release -p bridge-local --example channels`.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::{MessageKind, PortalOptions};
use opencx_sim::{Channel, Contact, ContactMessage, Moment, OpenCxOptions, OpenCxSim};

const REPLIES: usize = 300;

/// Longest wait for a reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// The bounds that the bridge keeps: of the median, and of the 99th percentile.
const BOUNDS: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(10));

type Arrivals = Arc<Mutex<HashMap<String, Instant>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = LocalEnvironment::start(options()).await?;
    let (Some(portal), Some(opencx)) = (&world.portal, &world.opencx) else {
        return Err("the simulators did not start".into());
    };
    let arrivals = observe(opencx);
    opencx.customer_writes(plea())?;
    let thread = answered(|| {
        let assigned = |thread: &hubspot_sim::Thread| thread.assigned_to.is_some();
        portal.threads().into_iter().find(assigned).map(|thread| thread.id)
    })
    .await?;
    let mut times = Vec::with_capacity(REPLIES);
    for at in 0..=REPLIES {
        let text = format!("reply {at}");
        let taken = of_channel(&portal.deliveries());
        portal.rep_replies(&thread, demo::DEFAULT_REP, &text, None)?;
        let accepted =
            answered(|| (of_channel(&portal.deliveries()) > taken).then(Instant::now)).await?;
        let arrived = answered(|| {
            arrivals.lock().unwrap_or_else(PoisonError::into_inner).get(&text).copied()
        })
        .await?;
        // For the first the rep's name is asked; it is not what is measured.
        if at > 0 {
            times.push(arrived.saturating_duration_since(accepted));
        }
    }
    report(times);
    let shown = portal.messages(&thread);
    let sent = shown.iter().filter(|one| one.kind == MessageKind::Message && one.status.is_some());
    println!("{} of {} messages of the thread have a status", sent.count(), shown.len());
    world.stop().await;
    Ok(())
}

/// Notes when each text arrives at OpenCX.
fn observe(opencx: &OpenCxSim) -> Arrivals {
    let arrivals = Arrivals::default();
    let noted = arrivals.clone();
    opencx.observe(move |call, moment| {
        let text = call.body.as_ref().and_then(|body| body.pointer("/message/text")?.as_str());
        if let (Moment::BeforeEffect, Some(text)) = (moment, text) {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.entry(text.to_owned()).or_insert_with(Instant::now);
        }
    });
    arrivals
}

/// The number of deliveries to the channel's own address.
fn of_channel(deliveries: &[hubspot_sim::Delivery]) -> usize {
    deliveries.iter().filter(|delivery| delivery.url.ends_with("/channel")).count()
}

fn report(mut times: Vec<Duration>) {
    times.sort_unstable();
    let of = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    let (median, most) = BOUNDS;
    println!("from the channel webhook's 200 to the send, {REPLIES} replies one by one:");
    println!("median {:?}, 99th percentile {:?}, most {:?}", of(50), of(99), of(100));
    println!("bound: median {median:?}, 99th percentile {most:?}");
    let holds = of(50) <= median && of(99) <= most;
    println!("{}", if holds { "the bound holds" } else { "THE BOUND DOES NOT HOLD" });
}

fn plea() -> ContactMessage {
    ContactMessage {
        channel: Channel::Whatsapp,
        contact: Contact {
            name: Some("Dana Silva".to_owned()),
            phone_number: Some("+351912345678".to_owned()),
            ..Contact::default()
        },
        text: "A human, please.".to_owned(),
        ..ContactMessage::default()
    }
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
            ai_delay: Duration::ZERO,
            ..OpenCxOptions::default()
        }),
        settings: vec![demo::with_channels(demo::settings(), &["whatsapp"])],
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: Duration::from_mins(1),
        dynamodb_url: None,
    }
}

/// Waits until something can be told; looks often, since it is timed.
async fn answered<T>(look: impl Fn() -> Option<T>) -> Result<T, &'static str> {
    let began = Instant::now();
    while began.elapsed() < REPLY_TIMEOUT {
        if let Some(found) = look() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Err("a reply did not arrive")
}
