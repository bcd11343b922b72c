//! The feedback of answers on the limit.

use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{Table, now_us};
use bridge_vendor_http::{Meter, RateNews, TooMany};
use tokio::time::Instant;

use crate::pool::{PermitPool, State};

/// The time for which a higher limit than the known one is not believed: some of
/// HubSpot's APIs have a lower one than others (docs/vendors/hubspot.md#rate-limits).
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// The pause after a refusal that names no time; it doubles with each one in a row.
const PAUSE: Duration = Duration::from_secs(1);

/// The same for the limit of a day: asking again sooner would be in vain.
const PAUSE_OF_A_DAY: Duration = Duration::from_mins(1);

/// The longest pause that an answer can ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// The time after which more calls are tried where answers never name the limit.
const GROWS_AFTER: Duration = Duration::from_mins(5);

/// The least calls and the most calls a window that are believed of OpenCX.
const OPENCX_CALLS: (u32, u32) = (20, 6_000);

impl PermitPool {
    /// Takes in what an answer says. The others hear of it before the next call: between
    /// an answer and the record of its effect nothing is waited for.
    pub(crate) fn told(&self, news: &RateNews) {
        let now = now_us();
        let mut state = self.state();
        // A window that is no window would bring everything to a stand.
        if self.meter == Meter::Calls
            && let (Some(calls @ 1..), Some(window_ms @ 1_000..=60_000)) =
                (news.max, news.window_ms)
        {
            let made = calls.saturating_sub(news.remaining.unwrap_or(calls));
            state.learn(RateLimit { calls, window_ms }, made, now);
        }
        let Some(refused) = &news.refused else {
            state.refusals_end();
            // Somebody else calls with the same token.
            if news.remaining == Some(0) {
                let pause = state.limit.map_or(PAUSE, |(limit, _)| limit.grace());
                state.hold(pause, now);
            }
            return;
        };
        if self.assumed.is_none() {
            state.shrink();
        }
        // Those that left together count as one.
        if state.held_until <= now {
            let pause = state.pause(refused);
            state.hold(pause, now);
            state.refused = Some(Instant::now());
        }
    }

    /// Passes the news on. A failure is only logged: others have answers too.
    pub(crate) async fn pass_on(&self, table: &Table) {
        let (limit, refusals, untold, until) = {
            let mut state = self.state();
            let untold = std::mem::take(&mut state.untold);
            let until = std::mem::take(&mut state.hold_untold).then_some(state.held_until);
            (state.limit.map(|(limit, _)| limit), state.refusals, untold, until)
        };
        let told = async {
            if untold {
                table.record_limit(&self.key, limit, refusals).await?;
            }
            match until {
                Some(until) => table.hold_calls(&self.key, until).await,
                None => Ok(()),
            }
        };
        if let Err(error) = told.await {
            tracing::warn!(%error, "the news of the rate limit is not passed on");
        }
    }
}

impl State {
    fn learn(&mut self, told: RateLimit, made: u32, now: u64) {
        let believed = self.limit.is_some_and(|(limit, since)| {
            limit.emission_interval_us() > told.emission_interval_us()
                && since.elapsed() < BELIEVED_FOR
        });
        if believed || self.limit.is_some_and(|(limit, _)| limit == told) {
            return;
        }
        self.set_limit(told);
        // The calls that were made, too, were made at another pace: the new one makes up for them.
        self.hold(Duration::from_micros(told.made_up_us(made)), now);
    }

    fn set_limit(&mut self, limit: RateLimit) {
        self.limit = Some((limit, Instant::now()));
        self.untold = true;
        // They were acquired at another pace.
        self.permits.clear();
    }

    /// Lowers a limit that no answer names, once for all refusals of a window.
    fn shrink(&mut self) {
        match self.limit {
            None => self.set_limit(RateLimit::OPENCX),
            Some((limit, since)) if since.elapsed().as_millis() > limit.window_ms.into() => {
                let lower = limit.scaled(3, 4);
                self.set_limit(RateLimit { calls: lower.calls.max(OPENCX_CALLS.0), ..lower });
            }
            Some(_) => {}
        }
    }

    /// Raises a limit that no answer names, after a while without a refusal in a rush.
    pub(crate) fn grow(&mut self, assumed: Option<RateLimit>) {
        let Some((limit, since)) = self.limit.filter(|_| assumed.is_none() && self.rush) else {
            return;
        };
        let refused = self.refused.is_some_and(|at| at.elapsed() < GROWS_AFTER);
        if since.elapsed() > GROWS_AFTER && !refused && limit.calls < OPENCX_CALLS.1 {
            self.limit = Some((limit.scaled(5, 4), Instant::now()));
            self.untold = true;
        }
    }

    fn refusals_end(&mut self) {
        self.untold |= self.refusals > 0;
        self.refusals = 0;
    }

    /// Lets nobody call for a while.
    fn hold(&mut self, pause: Duration, now: u64) {
        let until = now + u64::try_from(pause.as_micros()).unwrap_or_default();
        if until <= now || self.held_until > now {
            return;
        }
        self.permits.retain(|(at, _)| *at >= until);
        self.held_until = until;
        self.hold_untold = true;
    }

    /// Counts a refusal, and returns the pause after it.
    fn pause(&mut self, refused: &TooMany) -> Duration {
        let doubled = PAUSE * 2_u32.pow(self.refusals.min(5));
        self.refusals += 1;
        self.untold = true;
        let is_daily = refused.policy.as_deref() == Some("DAILY");
        let unnamed = if is_daily { PAUSE_OF_A_DAY } else { doubled };
        refused.retry_after.unwrap_or(unnamed).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use bridge_store::Key;

    use super::*;

    fn refusal(seconds: Option<u64>) -> RateNews {
        let retry_after = seconds.map(Duration::from_secs);
        RateNews { refused: Some(TooMany { retry_after, policy: None }), ..RateNews::default() }
    }

    fn opencx() -> PermitPool {
        PermitPool::new(Key::budget("key", "CALLS"), Meter::Calls, None, 1)
    }

    /// Returns the pause after a refusal once the one before is over, in seconds.
    fn pause_after(pool: &PermitPool, news: &RateNews) -> u64 {
        pool.state().held_until = 0;
        let before = now_us();
        pool.told(news);
        (pool.state().held_until - before) / 1_000_000
    }

    #[test]
    fn a_key_without_a_named_limit_is_free_until_it_is_refused() {
        let pool = opencx();
        pool.told(&RateNews::default());
        assert_eq!(pool.limit(), None);
        pool.told(&refusal(None));
        assert_eq!(pool.limit(), Some(RateLimit::OPENCX));
    }

    #[test]
    fn each_refusal_in_a_row_doubles_the_pause_and_those_that_left_together_are_one() {
        let pool = opencx();
        for expected in [1, 2, 4, 8, 16, 32, 32] {
            assert_eq!(pause_after(&pool, &refusal(None)), expected);
            let held_until = pool.state().held_until;
            pool.told(&refusal(None));
            assert_eq!(pool.state().held_until, held_until, "it had left before");
        }
        assert_eq!(pause_after(&pool, &refusal(Some(7))), 7, "the vendor knows better");
        pool.told(&RateNews::default());
        assert_eq!(pause_after(&pool, &refusal(None)), 1, "a good answer ends the row");
    }

    #[test]
    fn a_limit_that_an_answer_names_replaces_the_assumed_one() {
        let key = Key::budget("token", "CALLS");
        let pool = PermitPool::new(key, Meter::Calls, Some(RateLimit::LEAST), 2);
        let told = |max| RateNews {
            max: Some(max),
            window_ms: Some(10_000),
            remaining: Some(max - 1),
            refused: None,
        };
        pool.told(&told(190));
        assert_eq!(pool.limit().map(|limit| limit.calls), Some(190));
        pool.told(&told(100));
        assert_eq!(pool.limit().map(|limit| limit.calls), Some(100), "a lower one at once");
        pool.told(&told(190));
        assert_eq!(pool.limit().map(|limit| limit.calls), Some(100), "a higher one after a while");
    }
}
