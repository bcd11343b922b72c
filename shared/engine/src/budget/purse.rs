//! The calls that a process has taken of an app's budget, and who waits for them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{Key, Table, now_us};
use bridge_vendor_http::{Deadline, Meter};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::feedback::News;
use super::lease::Leased;
use super::turn::Turn;

/// The time by which calls may be made late that were taken while there was no rush. In a rush
/// it is what the burst's share of the window allows.
const NO_RUSH: Duration = Duration::from_secs(5);

/// The number of calls that are taken at once while there is no rush: most events need no more.
const BLOCK: u32 = 5;

/// The same before the limit is known: it may be a low one.
const FIRST_BLOCK: u32 = 2;

/// The most calls that are taken at once: who takes more than a second's hands out its
/// turns too early.
const LARGEST_BLOCK: u32 = 25;

/// This process's share of one budget.
#[derive(Debug)]
pub(crate) struct Purse {
    pub(super) key: Key,
    pub(super) meter: Meter,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// The known limit, and the moment at which it was learned.
    pub(super) limit: Option<(RateLimit, Instant)>,
    /// True if others were asked for it.
    pub(super) looked_up: bool,
    /// Calls that were taken: when each may leave, and until when (epoch microseconds).
    pub(super) slots: VecDeque<(u64, u64)>,
    /// The next slot that others left, as far as is known; it only moves on.
    pub(super) next_at: u64,
    /// Until then there is a rush.
    pub(super) rush_until: u64,
    /// Nobody calls before this.
    pub(super) held_until: u64,
    /// Lessons that the others do not know yet.
    pub(super) news: News,
    /// The number of events that are under way that make calls.
    pub(super) callers: usize,
    waiting: BTreeSet<(Turn, u64)>,
    asked: u64,
    leasing: bool,
}

enum Next {
    /// The call may leave.
    Go,
    /// The next call that was taken may leave at this moment (epoch microseconds).
    At(u64),
    /// So many calls have to be taken.
    Take(u32),
    /// It is not its turn.
    Wait,
}

impl Purse {
    pub(super) fn new(key: Key, meter: Meter) -> Self {
        Self { key, meter, state: Mutex::default(), changed: Notify::new() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a call of this turn. Whether it may be made before the deadline.
    pub(super) async fn permit(&self, table: &Table, turn: Turn, deadline: Deadline) -> bool {
        self.pass_on(table).await;
        let mut place = Place::take(self, turn);
        loop {
            let changed = self.changed.notified();
            let until = match place.next() {
                Next::Go => return true,
                Next::At(at) => Some(at),
                Next::Wait => None,
                Next::Take(calls) => {
                    let leased = self.lease(table, calls, turn, deadline).await;
                    place.leased();
                    match leased {
                        Leased::Some => continue,
                        Leased::TooLate => return false,
                        Leased::Later(at) => {
                            sleep_until(at).await;
                            continue;
                        }
                    }
                }
            };
            match until {
                None => changed.await,
                Some(at) => tokio::select! { () = sleep_until(at) => {}, () = changed => {} },
            }
        }
    }
}

/// A place among those who wait, given up when the wait ends, however it ends.
struct Place<'a> {
    purse: &'a Purse,
    turn: (Turn, u64),
    leasing: bool,
}

impl<'a> Place<'a> {
    fn take(purse: &'a Purse, turn: Turn) -> Self {
        let mut state = purse.state();
        state.asked += 1;
        let turn = (turn, state.asked);
        state.waiting.insert(turn);
        Self { purse, turn, leasing: false }
    }

    fn next(&mut self) -> Next {
        let mut state = self.purse.state();
        if state.leasing || state.waiting.first() != Some(&self.turn) {
            return Next::Wait;
        }
        let now = now_us();
        state.slots.retain(|(_, until)| *until > now);
        // Handed out no sooner than it is due: until then, somebody whose turn is before
        // may come.
        match state.slots.front() {
            Some((at, _)) if *at > now => return Next::At(*at),
            Some(_) => {
                state.slots.pop_front();
                return Next::Go;
            }
            None => {}
        }
        state.leasing = true;
        self.leasing = true;
        Next::Take(state.block(now))
    }

    /// Lets others take calls.
    fn leased(&mut self) {
        self.purse.state().leasing = false;
        self.leasing = false;
        self.purse.changed.notify_waiters();
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.purse.state();
        state.waiting.remove(&self.turn);
        if self.leasing {
            state.leasing = false;
        }
        drop(state);
        self.purse.changed.notify_waiters();
    }
}

impl State {
    /// Returns the number of calls that wait.
    pub(super) fn waiting(&self) -> u32 {
        count(self.waiting.len())
    }

    /// Returns the number of calls to take: one for each who waits, and some for those who will come
    /// next. While there is no rush these are the next calls of the event; else those of
    /// the other events under way, of which some will need none.
    fn block(&self, now: u64) -> u32 {
        let waiting = self.waiting();
        let Some((limit, _)) = self.limit else { return waiting.clamp(1, FIRST_BLOCK) };
        let soon =
            if self.next_at <= now { BLOCK.min(limit.burst()) } else { count(self.callers) / 3 };
        waiting.max(soon).clamp(1, limit.a_second().min(LARGEST_BLOCK))
    }

    /// Puts calls in that were taken: the first at this moment, the others one interval
    /// after another.
    pub(super) fn put(&mut self, first: u64, calls: u32, limit: RateLimit) {
        let now = now_us();
        let late = if first <= now { NO_RUSH } else { limit.a_little() };
        let late = u64::try_from(late.as_micros()).unwrap_or_default();
        let mut at = first;
        for _ in 0..calls {
            self.slots.push_back((at, at.max(now) + late));
            at += limit.interval_us();
        }
        self.next_at = self.next_at.max(at);
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

async fn sleep_until(at: u64) {
    tokio::time::sleep(Duration::from_micros(at.saturating_sub(now_us()))).await;
}
