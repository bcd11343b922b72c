//! Lessons about the limit from HubSpot's answers.

use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{Table, now_us};
use bridge_vendor_http::{Meter, RateNews, TooMany};
use tokio::time::Instant;

use super::purse::{Purse, State};

/// The time for which a higher limit than the known one is not believed: some of
/// HubSpot's APIs have a lower one than others (docs/vendors/hubspot.md#rate-limits).
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// The pause after a refusal that names no time.
const PAUSE: Duration = Duration::from_secs(1);

/// The same for the limit of a day: asking again sooner would be in vain.
const PAUSE_OF_A_DAY: Duration = Duration::from_mins(1);

/// The longest pause that an answer can ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Lessons to be passed on to the others.
#[derive(Debug, Default)]
pub(super) struct News {
    limit: Option<RateLimit>,
    until: Option<u64>,
}

impl Purse {
    /// Takes in what an answer says. The others hear of it before the next call: between
    /// an answer and the record of its effect nothing is waited for.
    pub(super) fn told(&self, news: &RateNews) {
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
        match (&news.refused, news.remaining) {
            (Some(refused), _) => state.hold(pause(refused), now),
            // Somebody else calls with the same token.
            (None, Some(0)) => {
                let pause = state.limit.map_or(PAUSE, |(limit, _)| limit.a_little());
                state.hold(pause, now);
            }
            _ => {}
        }
    }

    /// Passes the news on. A failure is only logged: others have answers too.
    pub(super) async fn pass_on(&self, table: &Table) {
        let News { limit, until } = std::mem::take(&mut self.state().news);
        let told = async {
            if let Some(limit) = limit {
                table.learn_limit(&self.key, limit).await?;
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
            limit.interval_us() > told.interval_us() && since.elapsed() < BELIEVED_FOR
        });
        if believed || self.limit.is_some_and(|(limit, _)| limit == told) {
            return;
        }
        self.limit = Some((told, Instant::now()));
        self.news.limit = Some(told);
        // They were taken at another pace. So were the calls that were made: the new pace
        // makes up for them.
        self.slots.clear();
        self.hold(Duration::from_micros(told.made_up_us(made)), now);
    }

    /// Lets nobody call for a while.
    fn hold(&mut self, pause: Duration, now: u64) {
        let until = now + u64::try_from(pause.as_micros()).unwrap_or_default();
        if until <= now || self.held_until > now {
            return;
        }
        self.slots.retain(|(at, _)| *at >= until);
        self.held_until = until;
        self.next_at = self.next_at.max(until);
        self.news.until = Some(until);
    }
}

fn pause(refused: &TooMany) -> Duration {
    let unnamed = if refused.policy.as_deref() == Some("DAILY") { PAUSE_OF_A_DAY } else { PAUSE };
    refused.retry_after.unwrap_or(unnamed).min(LONGEST_PAUSE)
}
