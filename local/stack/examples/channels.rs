//! The time of a rep's reply on a Custom Channel from HubSpot's webhook to the send at OpenCX, on
//! this machine: `cargo run --release -p bridge-local --example channels`.

mod support;

use std::error::Error;
use std::time::{Duration, Instant};

use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::MessageKind;
use opencx_sim::{Channel, Contact, ContactMessage, Moment};

use support::{Arrivals, answered, print_percentiles, simulators};

const REPLIES: usize = 300;

/// The bounds that the bridge keeps: of the median, and of the 99th percentile.
const BOUNDS: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(10));

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = LocalEnvironment::start(options()).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe_at(opencx, Moment::BeforeEffect);
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
        let arrived = answered(|| arrivals.of(&text)).await?;
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

/// The number of deliveries to the channel's own address.
fn of_channel(deliveries: &[hubspot_sim::Delivery]) -> usize {
    deliveries.iter().filter(|delivery| delivery.url.ends_with("/channel")).count()
}

fn report(times: Vec<Duration>) {
    let (median, most) = BOUNDS;
    println!("from the channel webhook's 200 to the send, {REPLIES} replies one by one:");
    let found = print_percentiles(times);
    println!("bound: median {median:?}, 99th percentile {most:?}");
    let holds = found.0 <= median && found.1 <= most;
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

/// The usual options, but for an AI that hands over at once.
fn options() -> EnvironmentOptions {
    let settings = vec![demo::with_channels(demo::settings(), &["whatsapp"])];
    let mut options = support::options(settings, 1_000_000);
    if let Source::Simulated(opencx) = &mut options.opencx {
        opencx.ai_delay = Duration::ZERO;
    }
    options
}
