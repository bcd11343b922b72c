//! A standard conversation: a chat in HubSpot's inbox that the AI answers twice, a handoff, a rep's
//! answer, a changed property, and the end.

use std::time::{Duration, Instant};

use bridge_local::demo::DEFAULT_REP;
use bridge_local::environment::LocalEnvironment;
use hubspot_sim::{Channel, CustomerMessage, Portal};
use opencx_sim::OpenCxSim;

/// Longest wait for the bridge to process an event.
const TIMEOUT: Duration = Duration::from_secs(30);

type Played<T> = Result<T, String>;

pub(crate) struct Conversation<'a> {
    environment: &'a LocalEnvironment,
    portal: &'a Portal,
    opencx: &'a OpenCxSim,
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(environment: &'a LocalEnvironment) -> Played<Self> {
        let portal = environment.portal.as_ref().ok_or("the simulated portal did not start")?;
        let opencx = environment.opencx.as_ref().ok_or("the simulated OpenCX did not start")?;
        Ok(Self { environment, portal, opencx })
    }

    /// Counts the requests to the webhook so far.
    pub(crate) fn webhook_requests(&self) -> usize {
        self.portal.deliveries().len()
    }

    /// Plays one conversation, each event after the one before.
    pub(crate) async fn play(&self, number: usize) -> Played<()> {
        let thread = self.customer(number, None, &first_words(number)).await?;
        self.customer(number, Some(&thread), "And when will it arrive?").await?;
        self.customer(number, Some(&thread), "I want to talk to a human.").await?;
        let session = self.session_of(number)?;
        let ticket = self.ticket_of(&session)?;
        said(self.portal.rep_replies(&thread, DEFAULT_REP, "It arrives on Monday.", None))?;
        self.idle().await?;
        said(self.portal.set_property(&ticket, "hs_ticket_priority", "HIGH", DEFAULT_REP))?;
        self.idle().await?;
        said(self.opencx.resolve(&session, true))?;
        self.idle().await
    }

    async fn customer(&self, number: usize, thread: Option<&str>, text: &str) -> Played<String> {
        let message = CustomerMessage {
            thread: thread.map(str::to_owned),
            channel: Channel::LiveChat,
            email: Some(format!("customer{number}@example.org")),
            text: text.to_owned(),
            ..CustomerMessage::default()
        };
        let written = said(self.portal.customer_writes(message))?;
        self.idle().await?;
        Ok(written.thread)
    }

    fn session_of(&self, number: usize) -> Played<String> {
        let words = first_words(number);
        let mut sessions = self.opencx.sessions().into_iter();
        let found = sessions.find(|session| {
            session.history.first().is_some_and(|entry| entry.text.contains(&words))
        });
        Ok(found.ok_or("no session was opened")?.id)
    }

    fn ticket_of(&self, session: &str) -> Played<String> {
        let mut tickets = self.portal.tickets().into_iter();
        let found = tickets.find(|ticket| ticket.get("opencx_session_id") == session);
        Ok(found.ok_or("the handoff made no ticket")?.id)
    }

    /// Waits until nothing has been in the queues for a moment, since one event leads to another.
    async fn idle(&self) -> Played<()> {
        let started = Instant::now();
        let mut idle_since = started;
        while idle_since.elapsed() < Duration::from_millis(300) {
            if self.environment.bridge.waiting() > 0 {
                idle_since = Instant::now();
            }
            if started.elapsed() > TIMEOUT {
                return Err(format!("{} events still wait", self.environment.bridge.waiting()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

fn first_words(number: usize) -> String {
    format!("Where is my order 4711/{number}?")
}

fn said<T>(done: Result<T, impl ToString>) -> Played<T> {
    done.map_err(|refused| refused.to_string())
}
