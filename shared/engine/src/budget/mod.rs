//! HubSpot's rate limit, shared by all functions of all organisations.
//!
//! The table says when an app's next call may leave ([`bridge_store::Taken`]). A
//! process takes a few calls at a time, about as many as will soon be wanted in it, and
//! hands them out by turn: conversations before the background, events that had to come again before
//! others, the ones begun first before the ones begun later, so that some come to
//! their end instead of all being late.

mod feedback;
mod lease;
mod purse;
mod turn;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge_store::{Key, Table};
use bridge_vendor_http::{Budget, Deadline, Deferral, Meter, RateNews, Waiting};

use self::purse::Purse;
pub(crate) use self::turn::Turn;
pub use self::turn::Urgency;

/// The calls that this process has taken, by app and meter.
#[derive(Debug, Default)]
pub(crate) struct Purses(Mutex<HashMap<(String, Meter), Arc<Purse>>>);

impl Purses {
    fn of(&self, token: &str, meter: Meter) -> Arc<Purse> {
        let name = match meter {
            Meter::Calls => "CALLS",
            Meter::Search => "SEARCH",
        };
        let key = Key::budget(token, name);
        let mut purses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let purse = purses.entry((key.pk.clone(), meter));
        purse.or_insert_with(|| Arc::new(Purse::new(key, meter))).clone()
    }
}

/// The budget of one event's calls.
#[derive(Debug)]
pub(crate) struct Share {
    table: Table,
    calls: Arc<Purse>,
    searches: Arc<Purse>,
    turn: Turn,
    /// True if a call was made: most likely it is not the last.
    calling: AtomicBool,
}

impl Share {
    pub(crate) fn new(purses: &Purses, table: &Table, token: &str, turn: Turn) -> Self {
        Self {
            table: table.clone(),
            calls: purses.of(token, Meter::Calls),
            searches: purses.of(token, Meter::Search),
            turn,
            calling: AtomicBool::new(false),
        }
    }

    fn purse(&self, meter: Meter) -> &Purse {
        match meter {
            Meter::Calls => &self.calls,
            Meter::Search => &self.searches,
        }
    }
}

impl Budget for Share {
    fn permit(&self, meter: Meter, deadline: Deadline) -> Waiting<'_, Result<(), Deferral>> {
        if !self.calling.swap(true, Ordering::Relaxed) {
            self.calls.state().callers += 1;
        }
        let reason = "the rate limit leaves no call for it in this invocation";
        Box::pin(async move {
            let permitted = self.purse(meter).permit(&self.table, self.turn, deadline).await;
            if permitted { Ok(()) } else { Err(Deferral { after: Duration::from_secs(2), reason }) }
        })
    }

    fn told(&self, meter: Meter, news: &RateNews) {
        self.purse(meter).told(news);
    }

    fn pass_on(&self, meter: Meter) -> Waiting<'_, ()> {
        Box::pin(self.purse(meter).pass_on(&self.table))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if *self.calling.get_mut() {
            self.calls.state().callers -= 1;
        }
    }
}
