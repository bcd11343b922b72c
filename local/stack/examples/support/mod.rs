//! Shared helpers of the load tools.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::{Channel, CustomerMessage, Portal, PortalOptions};
use opencx_sim::{Moment, OpenCxOptions, OpenCxSim};
use serde_json::Value;

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_mins(30);

/// The interval between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);

/// Returns the options of a stack with these organisations and this limit of calls to HubSpot in
/// ten seconds; OpenCX takes all, and its AI is silent.
pub fn options(settings: Vec<Value>, rate_limit: u32) -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions { rate_limit, ..PortalOptions::default() }),
        opencx: Source::Simulated(OpenCxOptions {
            rate_limit_per_minute: 1_000_000,
            ai_delay: Duration::from_hours(24),
            ..OpenCxOptions::default()
        }),
        settings,
        email_delay: Duration::ZERO,
        close_delay: Duration::ZERO,
        visibility: Duration::from_secs(65),
        dynamodb_url: None,
    }
}

/// Returns both simulators of a stack.
pub fn simulators(world: &LocalEnvironment) -> Result<(&Portal, &OpenCxSim), &'static str> {
    match (&world.portal, &world.opencx) {
        (Some(portal), Some(opencx)) => Ok((portal, opencx)),
        _ => Err("the simulators did not start"),
    }
}

/// The texts that reached OpenCX, in their order, and when each did for the first time.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Mutex<Vec<(String, Instant)>>>);

impl Arrivals {
    /// Notes all sends from now on that have their effect.
    pub fn observe(opencx: &OpenCxSim) -> Self {
        let arrivals = Self::default();
        let noted = arrivals.clone();
        opencx.observe(move |call, moment| {
            let text = call.body.as_ref().and_then(|body| body.pointer("/message/text")?.as_str());
            if let (Moment::AfterEffect, Some(text)) = (moment, text)
                && noted.of(text).is_none()
            {
                noted.lock().push((text.to_owned(), Instant::now()));
            }
        });
        arrivals
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when a text arrived.
    pub fn of(&self, text: &str) -> Option<Instant> {
        self.lock().iter().find(|(known, _)| known == text).map(|(_, at)| *at)
    }

    /// Returns the texts that arrived and begin with this, in order.
    pub fn texts(&self, prefix: &str) -> Vec<String> {
        let all = self.lock();
        let texts = all.iter().map(|(text, _)| text);
        texts.filter(|text| text.starts_with(prefix)).cloned().collect()
    }

    /// Waits until so many texts have arrived that begin with this, and tells the progress.
    pub async fn wait_for(&self, prefix: &str, count: usize) -> Result<(), String> {
        let (began, mut told) = (Instant::now(), Instant::now());
        loop {
            let there = self.texts(prefix).len();
            if there >= count {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("only {there} of {count} messages {prefix}… arrived"));
            }
            if told.elapsed() > PROGRESS {
                told = Instant::now();
                eprintln!("  {} s: {there} of {count} arrived", began.elapsed().as_secs());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Writes a customer's chat message, in a thread or in a new one, and returns the thread.
pub fn write(portal: &Portal, thread: Option<&str>, text: &str) -> Result<String, String> {
    let message = CustomerMessage {
        thread: thread.map(str::to_owned),
        channel: Channel::LiveChat,
        text: text.to_owned(),
        ..CustomerMessage::default()
    };
    portal.customer_writes(message).map(|sent| sent.thread).map_err(|error| error.to_string())
}

/// Prints a figure beside its bound, and returns whether it keeps to it.
pub fn report(what: &str, figure: Duration, bound: Duration) -> bool {
    let keeps = figure <= bound;
    let verdict = if keeps { "within" } else { "BEYOND" };
    println!("{what}: {:.2} s, {verdict} the bound of {bound:?}", figure.as_secs_f64());
    keeps
}
