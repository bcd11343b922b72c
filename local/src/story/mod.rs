//! `cargo run -- story`: one email conversation from the first mail to the closed
//! ticket, and a `WhatsApp` conversation that only gets a ticket; each step is told
//! and checked against what the two vendors see.

mod afterwards;
mod cast;
mod check;
mod email;
mod narrator;
mod outage;
mod probe;
mod stage;
mod whatsapp;

use crate::cli::Run;
use crate::demo;
use crate::world::{World, WorldOptions};

use outage::TWO_MINUTES;
use stage::Stage;

pub use outage::{Vendor, outage};

/// Plays and tells the story; with a vendor, that of an outage of theirs.
///
/// # Errors
/// The step that failed, and what was expected there.
pub async fn tell(run: &Run, down: Option<Vendor>) -> Result<(), String> {
    if run.hubspot_url.is_some() || run.opencx_url.is_some() || run.settings.is_some() {
        return Err("the story plays on the two simulators and the demo organisation: \
                    leave out --hubspot-url, --opencx-url and --settings"
            .to_owned());
    }
    crate::start_logging();
    let options = WorldOptions::from_command_line(run, 0)?;
    let world = World::start(options).await.map_err(|error| error.to_string())?;
    let told = match down {
        Some(vendor) => outage(&world, vendor, TWO_MINUTES).await,
        None => play(&world).await,
    };
    world.stop().await;
    told
}

async fn play(world: &World) -> Result<(), String> {
    let mut stage = Stage::set(world)?;
    let conversation = email::until_resolved(&mut stage).await?;
    whatsapp::play(&mut stage).await?;
    email::ticket_closes(&mut stage, &conversation).await?;
    check::whole_story(&mut stage).await?;
    stage.narrator.ending(demo::ORG);
    Ok(())
}
