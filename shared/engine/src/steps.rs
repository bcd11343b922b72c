//! Steps: effects that happen at most once, whatever is delivered twice or dies.
//!
//! Before a step's effect, the table learns that it was begun; its result goes
//! there with the next write. Whoever takes the event over later finds it done,
//! or begun with an unknown end, which each kind of step handles differently.

use std::future::Future;

use bridge_domain::outcome::ParkReason;
use bridge_store::{Step, StoreError, now_ms};
use bridge_vendor_http::CallError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::EventContext;
use crate::retry::Failure;

impl EventContext<'_> {
    /// A step in HubSpot whose effect a customer or rep would see twice, and nobody can
    /// look it up: if it was begun and its end is not known, the event is parked. Its
    /// call's turn in the rate limit is waited for before it is begun.
    pub async fn once<T>(
        &self,
        step: &str,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        match self.recall(step)? {
            Recalled::Done(result) => Ok(result),
            Recalled::Begun(_) => Err(Failure::uncertain(step)),
            Recalled::New => {
                self.hubspot.reserve().await?;
                self.perform(step, effect).await
            }
        }
    }

    /// As [`Self::once`], for an effect that shows, but perhaps not at once: when an
    /// operator redrives the event, `look` (told when the step was begun, in epoch
    /// milliseconds) finds its result, or nothing, and then it is done. It is not begun
    /// while HubSpot seems to be down: a look that fails had no effect, and comes again.
    pub async fn once_or_seen<T, L>(
        &self,
        step: &str,
        look: impl FnOnce(u64) -> L,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
        L: Future<Output = Result<Option<T>, CallError>>,
    {
        match self.recall::<T>(step)? {
            Recalled::Begun(since) if self.claim().redriven_at <= since => {
                Err(Failure::uncertain(step))
            }
            Recalled::New => {
                if self.hubspot.in_trouble() {
                    look(now_ms()).await?;
                }
                self.hubspot.reserve().await?;
                self.perform(step, effect).await
            }
            _ => self.look_or_perform(step, look, effect).await,
        }
    }

    /// A step that can be looked up: if it was begun and its end is not known,
    /// `look` (told when it was begun, in epoch milliseconds) finds its result, or
    /// nothing, and then it is done.
    pub async fn sure<T, L>(
        &self,
        step: &str,
        look: impl FnOnce(u64) -> L,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
        L: Future<Output = Result<Option<T>, CallError>>,
    {
        self.look_or_perform(step, look, effect).await.map_err(|failure| match failure {
            // It can be looked up, but the answer may still be on its way: later.
            Failure::Park { reason: ParkReason::Uncertain, error } => Failure::Retry(error),
            other => other,
        })
    }

    /// A step that may be done again without harm; done ones are still not repeated.
    pub async fn repeatable<T>(
        &self,
        step: &str,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        if let Recalled::Done(result) = self.recall(step)? {
            return Ok(result);
        }
        let result = effect.await?;
        self.done(step, &result)?;
        Ok(result)
    }

    async fn look_or_perform<T, L>(
        &self,
        step: &str,
        look: impl FnOnce(u64) -> L,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
        L: Future<Output = Result<Option<T>, CallError>>,
    {
        match self.recall(step)? {
            Recalled::Done(result) => return Ok(result),
            Recalled::Begun(since) => {
                if let Some(found) = look(since).await? {
                    self.done(step, &found)?;
                    return Ok(found);
                }
            }
            Recalled::New => {}
        }
        self.perform(step, effect).await
    }

    async fn perform<T: Serialize>(
        &self,
        step: &str,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure> {
        let before = self.claim().journal.step(step).cloned();
        self.claim().journal.note(step, Step::Begun(now_ms()));
        if let Err(error) = self.save().await {
            // Its call does not leave: the next delivery must not take it for begun.
            match before {
                Some(before) => self.claim().journal.note(step, before),
                None => self.claim().journal.forget(step),
            }
            return Err(error.into());
        }
        match effect.await {
            Ok(result) => {
                self.done(step, &result)?;
                Ok(result)
            }
            Err(error) => {
                if error.is_certainly_undone() {
                    self.claim().journal.forget(step);
                }
                Err(error.into())
            }
        }
    }

    /// Whether a step was begun, in this delivery or an earlier one.
    pub fn was_begun(&self, step: &str) -> bool {
        self.claim().journal.step(step).is_some()
    }

    /// Writes down how far the work got; needed before an effect that no step guards.
    pub async fn save(&self) -> Result<(), StoreError> {
        let claim = self.claim().clone();
        self.table().save(&claim).await
    }

    fn done<T: Serialize>(&self, step: &str, result: &T) -> Result<(), StoreError> {
        let value = serde_json::to_value(result).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        self.claim().journal.note(step, Step::Done(value));
        Ok(())
    }

    fn recall<T: DeserializeOwned>(&self, step: &str) -> Result<Recalled<T>, StoreError> {
        match self.claim().journal.step(step) {
            None => Ok(Recalled::New),
            Some(Step::Begun(since)) => Ok(Recalled::Begun(*since)),
            Some(Step::Done(value)) => serde_json::from_value(value.clone())
                .map(Recalled::Done)
                .map_err(|error| StoreError::Corrupt(error.to_string())),
        }
    }
}

enum Recalled<T> {
    New,
    Begun(u64),
    Done(T),
}
