//! The rate limit of a token, shared by all functions: the theoretical arrival times of GCRA.
//!
//! Each time says when the next may leave; whoever acquires moves it on by the cost. There is
//! one for calls, and one for each class of events that wait for theirs.

use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use serde::Deserialize;

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{TTL, Table, number, read, ttl_after};
use crate::update::{Update, Updated};

/// The meter of all calls of a token, in [`Key::budget`].
pub const CALLS: &str = "CALLS";

/// The meter of its searches, which have a limit of their own besides.
pub const SEARCH: &str = "SEARCH";

/// The time for which a limit that nobody uses is remembered; it is learned anew.
const LIFETIME: Duration = Duration::from_hours(24);

/// The state of a rate limit. Moments are epoch microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RateState {
    /// When the next call may leave.
    pub next_at: u64,
    /// When the next deferred event that somebody waits for may come back.
    pub queued_until: u64,
    /// Until when those that yield wait for calls that somebody reserves.
    pub reserved_until: u64,
    /// When the next deferred event that nobody waits for may come back.
    pub background_until: u64,
    /// Refusals in a row.
    pub refusals: u32,
    calls: Option<u32>,
    window_ms: Option<u32>,
}

impl RateState {
    /// Returns the limit, as somebody learned it.
    pub fn limit(&self) -> Option<RateLimit> {
        Some(RateLimit { calls: self.calls?, window_ms: self.window_ms? })
    }

    /// Returns when the next call may leave of an event that yields to others.
    pub fn next_for_yielding(&self) -> u64 {
        self.next_at.max(self.queued_until).max(self.reserved_until)
    }

    fn of(&self, line: Line) -> u64 {
        match line {
            Line::Calls => self.next_at,
            Line::Queue => self.queued_until,
            Line::Background => self.background_until,
        }
    }
}

/// A theoretical arrival time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Of calls.
    Calls,
    /// Of deferred events that somebody waits for.
    Queue,
    /// Of deferred events that nobody waits for.
    Background,
}

impl Line {
    fn field(self) -> &'static str {
        match self {
            Self::Calls => "next_at",
            Self::Queue => "queued_until",
            Self::Background => "background_until",
        }
    }
}

/// The contention with the calls of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contention {
    /// None to speak of.
    Normal,
    /// More calls follow, and those that yield wait until this moment (epoch microseconds).
    Reserve(u64),
    /// Refused while somebody reserves, or events wait in [`Line::Queue`], up to `latest`.
    Yield,
}

/// A request for time in a line. Moments are epoch microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The line.
    pub line: Line,
    /// By how much it moves on, in microseconds.
    pub cost: u64,
    /// The moment from which it begins after a pause.
    pub earliest: u64,
    /// When its turn has to be at the latest.
    pub latest: u64,
    /// The contention with the calls of others.
    pub contention: Contention,
    /// True if the line is expected to have paused; a wrong guess costs a write.
    pub idle: bool,
}

/// The answer to a request, with the state after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// Its turn is at this moment (epoch microseconds).
    At(u64, RateState),
    /// Not now.
    Later(RateState),
}

impl Acquired {
    /// Returns the state after the answer.
    pub fn state(&self) -> &RateState {
        let (Self::At(_, state) | Self::Later(state)) = self;
        state
    }
}

impl Table {
    /// Acquires time in a line of a limit.
    pub async fn acquire(&self, key: &Key, request: Request) -> Result<Acquired, StoreError> {
        let mut seen = RateState::default();
        // The one that is more likely goes first.
        for after_pause in [request.idle, !request.idle] {
            let update = self.rate_update(key, request, after_pause);
            seen = match update.send("acquiring a permit of the rate limit").await? {
                Updated::Written(item) => {
                    let state: RateState = read(item)?;
                    let turn = state.of(request.line).saturating_sub(request.cost);
                    return Ok(Acquired::At(turn, state));
                }
                Updated::Refused(item) => read(item)?,
            };
            let yields = request.contention == Contention::Yield;
            let waits = yields && seen.next_for_yielding() > request.latest;
            if waits || seen.of(request.line).max(request.earliest) > request.latest {
                break;
            }
        }
        // Or somebody was quicker, and the next turn is known now.
        Ok(Acquired::Later(seen))
    }

    /// Begins the write that moves a line on: from where it is, or after a pause from where it
    /// may begin.
    fn rate_update(&self, key: &Key, request: Request, after_pause: bool) -> Update {
        let field = request.line.field();
        let Request { cost, earliest, latest, .. } = request;
        let update = self.update(key).set(TTL, number(ttl_after(LIFETIME)));
        let update = update.value(":earliest", number(earliest));
        let update = if after_pause {
            update
                .set(field, number(earliest + cost))
                .only_if(&format!("attribute_not_exists(#{field}) OR #{field} < :earliest"))
        } else {
            update
                .add(field, number(cost))
                .only_if(&format!("#{field} >= :earliest AND #{field} <= :latest"))
                .value(":latest", number(latest))
        };
        match request.contention {
            Contention::Normal => update,
            Contention::Reserve(until) => update.set("reserved_until", number(until)),
            Contention::Yield => update
                .only_if("attribute_not_exists(#queued_until) OR #queued_until <= :until")
                .only_if("attribute_not_exists(#reserved_until) OR #reserved_until <= :until")
                .value(":until", number(latest)),
        }
    }

    /// Reads the state of a limit.
    pub async fn rate_state(&self, key: &Key) -> Result<RateState, StoreError> {
        Ok(self.get(key).await?.unwrap_or_default())
    }

    /// Records what answers told: the limit, and the refusals in a row.
    pub async fn record_limit(
        &self,
        key: &Key,
        limit: Option<RateLimit>,
        refusals: u32,
    ) -> Result<(), StoreError> {
        let update = self.update(key).set(TTL, number(ttl_after(LIFETIME)));
        let update = update.set("refusals", number(refusals.into()));
        let update = match limit {
            Some(RateLimit { calls, window_ms }) => {
                update.set("calls", number(calls.into())).set("window_ms", number(window_ms.into()))
            }
            None => update,
        };
        update.send("recording the rate limit").await.map(|_| ())
    }

    /// Lets nobody call before a moment (epoch microseconds).
    pub async fn hold_calls(&self, key: &Key, until: u64) -> Result<(), StoreError> {
        let hold = self
            .update(key)
            .set("next_at", number(until))
            .set(TTL, number(ttl_after(LIFETIME)))
            .only_if("attribute_not_exists(#next_at) OR #next_at < :next_at");
        hold.send("holding calls").await.map(|_| ())
    }
}
