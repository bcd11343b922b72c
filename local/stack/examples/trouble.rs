//! Trouble under load: an outage of a second, a pause, tokens and secrets that are replaced; how
//! long messages take meanwhile, and whether each arrives once and in order.
//! `cargo run --release -p bridge-local --example trouble -- second`

mod support;

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bridge_domain::settings::Settings;
use bridge_local::demo;
use bridge_local::environment::LocalEnvironment;
use clap::{Parser, ValueEnum};
use hubspot_sim::Portal;
use opencx_sim::OpenCxSim;
use serde_json::Value;
use tokio::time::interval;

use crate::support::{Arrivals, options, parked, report, simulators, token, write};

/// Conversations.
const THREADS: usize = 10;

/// The interval between two messages.
const EVERY: Duration = Duration::from_millis(200);

/// The time before the trouble, and after it.
const BEFORE: Duration = Duration::from_secs(5);

/// Trouble under load.
#[derive(Parser)]
struct Cli {
    #[arg(value_enum)]
    trouble: Trouble,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Trouble {
    /// HubSpot answers 503 for a second.
    Second,
    /// HubSpot's access token is replaced, and two seconds later in the settings.
    Token,
    /// The same with OpenCX's API key.
    OpencxKey,
    /// The same with HubSpot's client secret. HubSpot delivers again what was refused meanwhile, in
    /// no order.
    ClientSecret,
    /// The organisation is paused for a minute.
    Paused,
}

impl Trouble {
    fn length(self) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            Self::Token | Self::ClientSecret | Self::OpencxKey => Duration::from_secs(2),
            Self::Paused => Duration::from_mins(1),
        }
    }

    /// Returns the longest time that a message may take.
    fn bound(self) -> Duration {
        match self {
            Self::Second => Duration::from_secs(3),
            // Until the next probe after the right one is stored.
            Self::Token | Self::OpencxKey => Duration::from_secs(30),
            // Until HubSpot delivers again.
            Self::ClientSecret => Duration::from_mins(5),
            // Settings are read again after two seconds, and events come back after ten.
            Self::Paused => self.length() + Duration::from_secs(30),
        }
    }

    fn begin(self, portal: &Portal, opencx: &OpenCxSim, settings: &mut Value) {
        match self {
            Self::Second => portal.set_down(true),
            Self::Token => portal.rotate_token(&token(0), "pat-na1-replaced"),
            Self::ClientSecret => portal.set_client_secret(Some("replaced-secret".to_owned())),
            Self::OpencxKey => {
                let old = settings["opencx"]["api_key"].as_str().unwrap_or_default();
                opencx.rotate_key(old, "replaced-key");
            }
            Self::Paused => settings["paused"] = true.into(),
        }
    }

    fn end(self, portal: &Portal, settings: &mut Value) {
        match self {
            Self::Second => portal.set_down(false),
            Self::Token => settings["hubspot"]["access_token"] = "pat-na1-replaced".into(),
            Self::ClientSecret => settings["hubspot"]["client_secret"] = "replaced-secret".into(),
            Self::OpencxKey => settings["opencx"]["api_key"] = "replaced-key".into(),
            Self::Paused => settings["paused"] = false.into(),
        }
    }
}

/// Messages that are written at an even pace, turn by turn in some conversations.
struct Load<'a> {
    portal: &'a Portal,
    threads: Vec<String>,
    written: HashMap<String, Instant>,
    counts: Vec<usize>,
}

impl Load<'_> {
    fn write_next(&mut self) -> Result<(), String> {
        let thread = self.written.len() % THREADS;
        let text = format!("t{thread} m{}", self.counts[thread]);
        let known = self.threads.get(thread).map(String::as_str);
        let id = write(self.portal, known, &text)?;
        if known.is_none() {
            self.threads.push(id);
        }
        self.counts[thread] += 1;
        self.written.insert(text, Instant::now());
        Ok(())
    }

    async fn run(&mut self, length: Duration) -> Result<(), String> {
        let (began, mut tick) = (Instant::now(), interval(EVERY));
        while began.elapsed() < length {
            tick.tick().await;
            self.write_next()?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Cli { trouble } = Cli::parse();
    let mut settings = demo::settings();
    let world = LocalEnvironment::start(options(vec![settings.clone()], 190)).await?;
    let (portal, opencx) = simulators(&world)?;
    let arrivals = Arrivals::observe(opencx);
    let counts = vec![0; THREADS];
    let mut load = Load { portal, threads: Vec::new(), written: HashMap::new(), counts };
    load.run(BEFORE).await?;
    trouble.begin(portal, opencx, &mut settings);
    store(&world, &settings).await?;
    load.run(trouble.length()).await?;
    trouble.end(portal, &mut settings);
    store(&world, &settings).await?;
    load.run(BEFORE).await?;
    arrivals.wait_for("t", load.written.len()).await?;
    let delay = |(text, written): (&String, &Instant)| {
        arrivals.of(text).unwrap_or(*written).saturating_duration_since(*written)
    };
    let longest = load.written.iter().map(delay).max().unwrap_or_default();
    let is_right = (0..THREADS).all(|thread| {
        let expected: Vec<_> =
            (0..load.counts[thread]).map(|at| format!("t{thread} m{at}")).collect();
        let of_thread = |session: &&opencx_sim::SessionView| {
            session.history.first().is_some_and(|first| first.text == expected[0])
        };
        let sessions = opencx.sessions();
        let Some(session) = sessions.iter().find(of_thread) else { return false };
        let mut heard: Vec<_> = session.history.iter().map(|one| &one.text).collect();
        if trouble == Trouble::ClientSecret {
            heard.sort_by_key(|text| (text.len(), text.as_str()));
        }
        heard.into_iter().eq(&expected)
    });
    let parked = parked(&world.bridge.outcomes().await?);
    let count = load.written.len();
    world.stop().await;
    println!("{trouble:?}: {count} messages, once and in order: {is_right}, parked: {parked}");
    let keeps = report("the longest took", longest, trouble.bound());
    Ok(if keeps && is_right && parked == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn store(world: &LocalEnvironment, settings: &Value) -> Result<(), Box<dyn Error>> {
    let text = settings.to_string();
    let org = Settings::from_json(&text)?.org;
    Ok(world.bridge.table().put_settings(&org, &text).await?)
}
