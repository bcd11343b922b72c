//! The places of deferred events, which come back at the pace of events instead of calls.

use bridge_domain::rate_limit::RateLimit;
use bridge_store::{Acquired, Contention, Line, Request, StoreError, Table};

use crate::pool::PermitPool;

impl PermitPool {
    /// Returns the moment at which a deferred event comes back, behind those that were deferred
    /// before it and not before `earliest`; acquires as many places as wait for one.
    pub(crate) async fn place(
        &self,
        table: &Table,
        limit: RateLimit,
        line: Line,
        earliest: u64,
    ) -> Result<u64, StoreError> {
        let wanted = self.wanted_places.add(1);
        let _alone = self.acquiring.lock().await;
        let all = u64::from(wanted.all());
        let eighths = {
            let mut state = self.state();
            let found = state.places.iter().position(|(of, at)| *of == line && *at >= earliest);
            if let Some((_, at)) = found.and_then(|found| state.places.remove(found)) {
                return Ok(at);
            }
            state.eighths
        };
        // A little less than the calls that it makes, so that those who come back are never too
        // few to use all permits.
        let each = u64::from(eighths) * limit.emission_interval_us() * 7 / 64;
        let (cost, latest) = (each * all, u64::MAX / 2);
        let contention = Contention::Normal;
        let request = Request { line, cost, earliest, latest, contention, idle: false };
        let acquired = table.acquire(&self.key, request).await?;
        tracing::debug!(acquired = 0, "places of the rate limit");
        let Acquired::At(first, _) = acquired else { return Ok(earliest) };
        let places = (1..all).map(|at| (line, first + at * each));
        self.state().places = places.collect();
        Ok(first)
    }
}
