//! What HubSpot's answers say about the limit.

use std::time::Duration;

use bridge_domain::rate_limit::RateLimit;
use bridge_http::{Meter, RateNews, TooMany};
use bridge_store::{StoreError, Table, now_us};
use tokio::time::Instant;

use super::purse::Purse;

/// How long a higher limit than the one that is known is not believed: some of
/// HubSpot's APIs have a lower one than others (HUBSPOT.md F).
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// How long nobody calls after a refusal that names no time.
const PAUSE: Duration = Duration::from_secs(1);

/// The same for the limit of a day: asking again sooner would be in vain.
const PAUSE_OF_A_DAY: Duration = Duration::from_mins(1);

/// The longest pause that an answer can ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

impl Purse {
    /// Takes in what an answer says. A failure to pass it on is only logged: others
    /// have answers too.
    pub(super) async fn told(&self, table: &Table, news: RateNews) {
        let learned = self.learn(table, &news).await;
        let held = match (&news.refused, news.remaining) {
            (Some(refused), _) => self.hold(table, pause(refused)).await,
            // Somebody else calls with the same token.
            (None, Some(0)) => self.hold(table, self.limit().a_little()).await,
            _ => Ok(()),
        };
        if let Err(error) = learned.and(held) {
            tracing::warn!(%error, "the news of the rate limit is not passed on");
        }
    }

    async fn learn(&self, table: &Table, news: &RateNews) -> Result<(), StoreError> {
        let (Meter::Calls, Some(calls @ 1..), Some(window_ms @ 1..)) =
            (self.meter, news.max, news.window_ms)
        else {
            return Ok(());
        };
        let told = RateLimit { calls, window_ms };
        {
            let mut state = self.state();
            let believed = state.limit.is_some_and(|(limit, since)| {
                limit.interval_us() > told.interval_us() && since.elapsed() < BELIEVED_FOR
            });
            if believed || state.limit.is_some_and(|(limit, _)| limit == told) {
                return Ok(());
            }
            state.limit = Some((told, Instant::now()));
            // They were taken at another pace.
            state.slots.clear();
        }
        table.learn_limit(&self.key, told).await?;
        // So were the calls that were made: the new pace makes up for them.
        let made = calls.saturating_sub(news.remaining.unwrap_or(calls));
        self.hold(table, Duration::from_micros(told.made_up_us(made))).await
    }

    /// Lets nobody call for a while.
    async fn hold(&self, table: &Table, pause: Duration) -> Result<(), StoreError> {
        let now = now_us();
        let until = now + u64::try_from(pause.as_micros()).unwrap_or_default();
        {
            let mut state = self.state();
            if until <= now || state.held_until > now {
                return Ok(());
            }
            state.slots.retain(|(at, _)| *at >= until);
            state.held_until = until;
            state.next_at = state.next_at.max(until);
        }
        table.hold_calls(&self.key, until).await
    }
}

fn pause(refused: &TooMany) -> Duration {
    let unnamed = if refused.policy.as_deref() == Some("DAILY") { PAUSE_OF_A_DAY } else { PAUSE };
    refused.retry_after.unwrap_or(unnamed).min(LONGEST_PAUSE)
}
