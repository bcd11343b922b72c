//! The story of the local stack, `cargo run -- story`: an email conversation from the first mail
//! to the closed ticket, a conversation by text messages that only gets a ticket, one on
//! `WhatsApp` that a rep holds in HubSpot's inbox, and a conversation of several people. Each step is told, and checked against the state of both vendors.

pub mod cli;
mod context;
mod email;
mod final_checks;
mod narrator;
pub mod outage;
mod outage_checks;
mod participants;
mod several_people;
mod sms;
mod webhook_latency;
mod whatsapp;

use std::time::Duration;

use bridge_local::environment::LocalEnvironment;
use bridge_local::{Log, demo};

use cli::{RunOptions, StoryOptions};
use context::Context;

/// Length of an outage that is played from the command line.
const OUTAGE: Duration = Duration::from_mins(2);

/// Plays the story, or an outage.
///
/// # Errors
/// The step that failed, and the expectation that was not met.
pub async fn run(run: &RunOptions, story: &StoryOptions) -> Result<(), String> {
    if run.hubspot_url.is_some() || run.opencx_url.is_some() || run.settings.is_some() {
        return Err("the story plays on the two simulators and the demo organisation: \
                    leave out --hubspot-url, --opencx-url and --settings"
            .to_owned());
    }
    if story.log {
        bridge_local::start_logging(Log::Shown);
    }
    let mut options = run.environment(0)?;
    if story.fast {
        options.email_delay = Duration::ZERO;
        options.close_delay = Duration::from_secs(1);
    }
    if story.outage.is_none() {
        options.settings = vec![demo::with_channels(demo::settings(), &["whatsapp"])];
    }
    let (email_delay, close_delay) = (options.email_delay, options.close_delay);
    let environment = LocalEnvironment::start(options).await.map_err(|error| error.to_string())?;
    let result = match story.outage {
        Some(vendor) => outage::outage(&environment, vendor, OUTAGE).await,
        None => conversations(&environment, email_delay, close_delay).await,
    };
    environment.stop().await;
    result
}

async fn conversations(
    environment: &LocalEnvironment,
    email_delay: Duration,
    close_delay: Duration,
) -> Result<(), String> {
    let mut story = Context::new(environment)?;
    story.opencx.set_message_events(true);
    let conversation = email::until_resolved(&mut story, email_delay, close_delay).await?;
    sms::conversation(&mut story).await?;
    whatsapp::conversation(&mut story).await?;
    several_people::conversation(&mut story).await?;
    email::ticket_closes(&mut story, &conversation).await?;
    final_checks::check(&mut story).await?;
    story.narrator.end(demo::ORG);
    Ok(())
}
