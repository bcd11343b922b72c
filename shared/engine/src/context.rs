//! The work on one event: whose it is, whom to call, how far it got.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_domain::ids::{OrgId, SessionId, ThreadId, TicketId};
use bridge_domain::outcome::OutcomeRecord;
use bridge_domain::settings::Settings;
use bridge_hubspot::HubSpot;
use bridge_lambda::SettingsProblem;
use bridge_opencx::OpenCx;
use bridge_rate_limiter::EventCalls;
use bridge_store::{EventClaim, Key, Lock, Queues, Table};
use bridge_vendor_http::Deadline;
use bridge_vendor_http::remote_file::{NotFetched, RemoteFile};
use tokio::time::Instant;

use crate::app::App;
use crate::delivery::Delivery;
use crate::retry::Failure;
use crate::steps::Announced;

/// The interval at which a lock that somebody else has is asked for.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// The time for which a lock is waited for; whoever waits longer is deferred.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The time after which a deferred event asks for the lock again.
const LOCK_RETRY: Duration = Duration::from_secs(1);

/// The work on one event.
#[derive(Debug)]
pub struct EventContext<'a> {
    app: &'a App,
    /// The organisation's settings.
    pub settings: Arc<Settings>,
    /// HubSpot, with the ticketing token.
    pub hubspot: HubSpot,
    /// OpenCX.
    pub opencx: OpenCx,
    age: Duration,
    deadline: Deadline,
    started: Instant,
    pub(crate) claim: Mutex<EventClaim>,
    announced: Mutex<BTreeMap<String, Announced>>,
    record: Mutex<OutcomeRecord>,
}

impl<'a> EventContext<'a> {
    pub(crate) async fn new(
        app: &'a App,
        settings: Arc<Settings>,
        claim: EventClaim,
        record: OutcomeRecord,
        delivery: &Delivery<'_>,
        calls: EventCalls,
    ) -> Result<Self, SettingsProblem> {
        let vendors = app.vendors(&settings, delivery.deadline, calls).await?;
        Ok(Self {
            app,
            hubspot: vendors.hubspot,
            opencx: vendors.opencx,
            settings,
            age: delivery.age(),
            deadline: delivery.deadline,
            started: Instant::now(),
            claim: Mutex::new(claim),
            announced: Mutex::default(),
            record: Mutex::new(record),
        })
    }

    /// Returns the organisation of the event.
    pub fn org(&self) -> &OrgId {
        &self.settings.org
    }

    /// Returns the table.
    pub fn table(&self) -> &Table {
        &self.app.table
    }

    /// Opens a file at an address that somebody else names.
    pub async fn open_file(&self, address: &str) -> Result<RemoteFile, NotFetched> {
        self.app.files.open(address, self.deadline).await
    }

    /// Returns the queues.
    pub fn queues(&self) -> &Queues {
        &self.app.queues
    }

    /// Returns the identity among the function's events: the same for all deliveries of one.
    pub fn identity(&self) -> String {
        self.record().identity().to_owned()
    }

    /// Returns the time since SQS first got the event. A rule that waits for something
    /// ends in a skip when it is long enough.
    pub fn age(&self) -> Duration {
        self.age + self.started.elapsed()
    }

    /// Returns the time that is left for calls in this invocation.
    pub fn time_left(&self) -> Duration {
        self.deadline.left()
    }

    /// Takes the lock on something that several events change, for the length of a
    /// lease; waits a moment for it. Another delivery of the same event has the lock as well: the
    /// claim keeps it away.
    pub async fn lock(&self, thing: &str, lease: Duration) -> Result<Lock, Failure> {
        self.take_claim().await?;
        let key = Key::lock(self.org(), thing);
        let me = {
            let record = self.record();
            format!("{}:{}", record.function, record.identity())
        };
        let asked = Instant::now();
        loop {
            if let Some(lock) = self.table().lock(key.clone(), &me, lease).await? {
                return Ok(lock);
            }
            if asked.elapsed() > LOCK_PATIENCE {
                let error = format!("another event has the lock on {thing}");
                return Err(Failure::RetryAfter { delay: LOCK_RETRY, error });
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }

    /// Names the session in the outcome.
    pub fn about_session(&self, session: &SessionId) {
        self.record().session = Some(session.clone());
    }

    /// Names the thread in the outcome.
    pub fn about_thread(&self, thread: &ThreadId) {
        self.record().thread = Some(thread.clone());
    }

    /// Names the ticket in the outcome.
    pub fn about_ticket(&self, ticket: &TicketId) {
        self.record().ticket = Some(ticket.clone());
    }

    /// Says in the outcome what was done differently than asked.
    pub fn remark(&self, remark: impl Into<String>) {
        self.record().notes.push(remark.into());
    }

    fn record(&self) -> MutexGuard<'_, OutcomeRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn claim(&self) -> MutexGuard<'_, EventClaim> {
        self.claim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn announced(&self) -> MutexGuard<'_, BTreeMap<String, Announced>> {
        self.announced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claim and the record, with what was counted meanwhile.
    pub(crate) fn into_parts(self) -> (EventClaim, OutcomeRecord) {
        for name in self.announced().keys() {
            // Its turn did not come.
            self.forget_step(name);
        }
        let mut record = self.record.into_inner().unwrap_or_else(PoisonError::into_inner);
        record.hubspot_calls = self.hubspot.calls().count();
        record.hubspot_throttled = self.hubspot.calls().throttled();
        record.opencx_calls = self.opencx.calls().count();
        record.elapsed_ms = millis(self.started.elapsed());
        (self.claim.into_inner().unwrap_or_else(PoisonError::into_inner), record)
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
