//! The steps of a handoff that could not be done, and what becomes of the event then.

use std::time::Duration;

use bridge_domain::outcome::ParkReason;
use bridge_engine::{EventContext, Failure, Handled};
use bridge_vendor_http::CallError;

/// Time for which trouble that passes stops a handoff; after that it goes on with its
/// other steps, so that the customer gets a human meanwhile.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The steps that could not be done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    missing: Vec<(&'static str, Failure)>,
}

impl Progress {
    /// Goes on without a step that was refused, or that fails for long. The event does not
    /// end before the step is done.
    pub(crate) fn needed<T>(
        &mut self,
        context: &EventContext<'_>,
        step: &'static str,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        match result {
            Ok(done) => Ok(Some(done)),
            Err(failure) if stops(context, &failure) => Err(failure),
            Err(failure) => {
                context.remark(format!("the {step} is missing: {failure}"));
                self.missing.push((step, failure));
                Ok(None)
            }
        }
    }

    /// As [`Self::needed`], for a step that the handoff can do without.
    pub(crate) fn optional<T>(
        &mut self,
        context: &EventContext<'_>,
        step: &'static str,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        let done = self.needed(context, step, result)?;
        if done.is_none() {
            self.missing.pop();
        }
        Ok(done)
    }

    /// The missing steps, in words for the rep.
    pub(crate) fn missing(&self) -> Vec<String> {
        let words = self.missing.iter().map(|(step, failure)| match failure {
            Failure::Park { error, .. } => format!("the {step} could not be made: {error}"),
            other => format!("the {step} could not be made yet, it is tried again ({other})"),
        });
        words.collect()
    }

    /// Ends the handoff: applied if nothing is missing, tried again while anything may
    /// still succeed by itself, else parked with what is missing.
    pub(crate) fn end(self) -> Result<Handled, Failure> {
        let mut parked: Option<(ParkReason, Vec<String>)> = None;
        for (step, failure) in self.missing {
            let Failure::Park { reason, error } = failure else { return Err(failure) };
            let (_, errors) = parked.get_or_insert((reason, Vec::new()));
            errors.push(format!("{step}: {error}"));
        }
        match parked {
            None => Ok(Handled::Applied),
            Some((reason, errors)) => Err(Failure::park(reason, errors.join("; "))),
        }
    }
}

/// Returns whether the whole handoff waits for this failure to pass. Its turn in the rate limit is
/// always waited for: in a burst the last ones are old when they are tried first.
pub(crate) fn stops(context: &EventContext<'_>, failure: &Failure) -> bool {
    match failure {
        Failure::Park { .. } => false,
        Failure::NoPermit { .. } => true,
        _ => context.age() < PATIENCE,
    }
}

/// Returns whether the handoff goes on without the answer of a call to HubSpot.
pub(crate) fn goes_on(context: &EventContext<'_>, error: &CallError) -> bool {
    error.is_refused() || (context.age() >= PATIENCE && !error.lacks_permit())
}
