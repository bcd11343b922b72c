//! The permits of a caller: of the circuit breaker, and within the vendor's rate limit.

use std::sync::atomic::Ordering;

use crate::answer::Answer;
use crate::budget::Meter;
use crate::call::Call;
use crate::caller::Caller;
use crate::error::{CallError, Problem};

impl Caller {
    /// Waits for the permit of the next call now, so that between what is done before it and
    /// the call itself nothing is waited for.
    pub async fn reserve(&self, call: &'static str) -> Result<(), CallError> {
        self.permit(Meter::Calls).await.map_err(|problem| CallError {
            vendor: self.api.vendor,
            call,
            problem,
            safe: true,
            lost_before: false,
        })?;
        self.reserved.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Waits for a permit: of the circuit breaker, and within the vendor's rate limit.
    pub(super) async fn permit(&self, meter: Meter) -> Result<(), Problem> {
        if meter == Meter::Calls && self.reserved.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let admitted = async {
            if let Some(breaker) = &self.breaker {
                breaker.admit().await?;
            }
            match &self.budget {
                Some(budget) => budget.permit(meter).await,
                None => Ok(()),
            }
        };
        match admitted.await {
            Err(deferral) if !self.single.may_be_alone() => Err(Problem::Deferred(deferral)),
            _ => Ok(()),
        }
    }

    /// Tells what an answer says about the rate limit. Only a refusal is passed on at
    /// once: after any other answer its effect has to be recorded first.
    pub(super) async fn tell(&self, call: &Call, answer: &Answer) {
        let refused = answer.rate.refused.is_some();
        if refused {
            self.calls.count_throttled();
        }
        let Some(budget) = &self.budget else { return };
        budget.told(call.meter, &answer.rate);
        if refused {
            budget.pass_on(call.meter).await;
        }
    }
}
