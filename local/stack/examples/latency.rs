//! The time of a customer's chat message from the webhook's 200 to the send at OpenCX, on this
//! machine: `cargo run -p bridge-local --example latency`.

mod support;

use std::error::Error;
use std::time::Instant;

use bridge_local::demo;
use bridge_local::environment::LocalEnvironment;
use opencx_sim::Moment;

use support::{Arrivals, answered, options, print_percentiles, simulators, write};

const MESSAGES: usize = 300;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = LocalEnvironment::start(options(vec![demo::settings()], 1_000_000)).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe_at(opencx, Moment::BeforeEffect);
    let mut thread: Option<String> = None;
    let mut times = Vec::with_capacity(MESSAGES);
    for at in 0..=MESSAGES {
        let text = format!("message {at}");
        let taken = portal.deliveries().len();
        thread = Some(write(portal, thread.as_deref(), &text)?);
        let accepted = answered(|| (portal.deliveries().len() > taken).then(Instant::now)).await?;
        let arrived = answered(|| arrivals.of(&text)).await?;
        // The first opens the session; it is not what is measured.
        if at > 0 {
            times.push(arrived.saturating_duration_since(accepted));
        }
    }
    println!("from the webhook's 200 to the send, {MESSAGES} messages one by one:");
    print_percentiles(times);
    world.stop().await;
    Ok(())
}
