//! Shared helpers of the load tools.

#![allow(dead_code, reason = "each tool uses some of it")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, LocalEnvironment, Source};
use hubspot_sim::{Channel, CustomerMessage, Portal, PortalOptions, Token};
use opencx_sim::{Moment, OpenCxOptions, OpenCxSim};
use serde_json::{Value, json};

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_mins(30);

/// Longest wait for a single message.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// The interval between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);

/// The number of tries of a sender whose event is not taken.
const TRIES: usize = 20;

/// Returns the options of a stack with these organisations and this limit of calls to HubSpot in
/// ten seconds, and the app's subscriptions; OpenCX takes all, and its AI is silent.
pub fn options(settings: Vec<Value>, rate_limit: u32) -> EnvironmentOptions {
    EnvironmentOptions {
        port: 0,
        hubspot: Source::Simulated(PortalOptions {
            rate_limit,
            subscribed_properties: Some(demo::SUBSCRIBED_PROPERTIES.map(str::to_owned).into()),
            ..PortalOptions::default()
        }),
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

/// Returns the name of an organisation by its number; the first is the demo organisation.
pub fn org(number: usize) -> String {
    if number == 0 { demo::ORG.to_owned() } else { format!("org-{number}") }
}

/// Returns the HubSpot token of an organisation.
pub fn token(number: usize) -> String {
    let suffix = if number == 0 { "demo".to_owned() } else { number.to_string() };
    format!("pat-na1-{suffix}-support")
}

/// Returns the options of a stack with so many organisations, each with a limit of its own.
pub fn options_of_orgs(orgs: usize, rate_limit: u32) -> EnvironmentOptions {
    let settings = |number| {
        let mut settings = demo::settings();
        settings["org"] = org(number).into();
        settings["hubspot"]["access_token"] = token(number).into();
        settings
    };
    let mut options = options((0..orgs).map(settings).collect(), rate_limit);
    if let Source::Simulated(portal) = &mut options.hubspot
        && let Some(first) = portal.tokens.first().cloned()
    {
        let app_id = |number| Some(u64::try_from(number).unwrap_or_default());
        let granted =
            |number| Token { token: token(number), app_id: app_id(number), ..first.clone() };
        portal.tokens.extend((1..orgs).map(granted));
    }
    options
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
        Self::observe_at(opencx, Moment::AfterEffect)
    }

    /// Notes all sends from now on at a moment of theirs.
    pub fn observe_at(opencx: &OpenCxSim, noted_at: Moment) -> Self {
        let arrivals = Self::default();
        let noted = arrivals.clone();
        opencx.observe(move |call, moment| {
            let text = call.body.as_ref().and_then(|body| body.pointer("/message/text")?.as_str());
            if let Some(text) = text
                && moment == noted_at
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

/// Waits until something can be told; looks often, since it is timed.
pub async fn answered<T>(look: impl Fn() -> Option<T>) -> Result<T, &'static str> {
    let began = Instant::now();
    while began.elapsed() < LONGEST_ANSWER {
        if let Some(found) = look() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    Err("a message did not arrive")
}

/// Prints how long something took, and returns its median and its 99th percentile.
pub fn print_percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let of = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("median {:?}, 99th percentile {:?}, most {:?}", of(50), of(99), of(100));
    (of(50), of(99))
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

/// Returns the handoff of a customer of an organisation.
pub fn handoff(org: &str, number: usize) -> Value {
    let mut event = demo::handoff_event(&format!("{org}-{number}"));
    event["organization_id"] = org.into();
    event["data"]["contact"] = json!({
        "id": format!("c-{org}-{number}"),
        "name": format!("Customer {number}"),
        "email": format!("customer{number}@{org}.example.org"),
    });
    event
}

/// Sends events as OpenCX does: again, while they are not taken.
pub async fn announce(world: &LocalEnvironment, events: &[Value]) -> Result<(), String> {
    let url = format!("{}/local/opencx-events", world.bridge.url());
    // Only the first in a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    for events in events.chunks(100) {
        for at in 1.. {
            let sent = http.post(&url).json(&events).send().await;
            match sent.and_then(reqwest::Response::error_for_status) {
                Ok(_) => break,
                Err(error) if at == TRIES => return Err(error.to_string()),
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    }
    Ok(())
}

/// Waits until so many handoffs have their outcome.
pub async fn drained(world: &LocalEnvironment, handoffs: usize) -> Vec<OutcomeRecord> {
    let (began, mut told) = (Instant::now(), Instant::now());
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        // On a busy machine a look may take too long: the next one will do.
        let Ok(mut outcomes) = world.bridge.outcomes().await else { continue };
        outcomes.retain(|record| record.function == "handoff");
        if outcomes.len() >= handoffs {
            return outcomes;
        }
        if told.elapsed() > PROGRESS * 2 {
            told = Instant::now();
            let seconds = began.elapsed().as_secs();
            eprintln!("  {seconds} s: {} of {handoffs} handoffs", outcomes.len());
        }
    }
}

/// Counts parked events.
pub fn parked(outcomes: &[OutcomeRecord]) -> usize {
    outcomes.iter().filter(|record| record.outcome == Outcome::Parked).count()
}

/// Returns the value below which this share of the sorted durations lies.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// Prints a figure beside its bound, and returns whether it keeps to it.
pub fn report(what: &str, figure: Duration, bound: Duration) -> bool {
    let keeps = figure <= bound;
    let verdict = if keeps { "within" } else { "BEYOND" };
    println!("{what}: {:.2} s, {verdict} the bound of {bound:?}", figure.as_secs_f64());
    keeps
}
