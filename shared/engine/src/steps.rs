//! Steps: effects that happen at most once, whatever is delivered twice or dies.
//!
//! Before a step's effect, the journal learns that it was begun; its result goes
//! there with the next write. Whoever takes the event over later finds it done,
//! or begun with an unknown end, which [`Recovery`] resolves.

use std::future::Future;
use std::pin::Pin;

use bridge_domain::outcome::ParkReason;
use bridge_store::{Step, StoreError, now_ms};
use bridge_vendor_http::CallError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::EventContext;
use crate::retry::Failure;

type Found<'a, T> = Pin<Box<dyn Future<Output = Result<Option<T>, CallError>> + Send + 'a>>;

/// A search for the result of a step that was begun at this moment (epoch milliseconds).
pub type Look<'a, T> = Box<dyn FnOnce(u64) -> Found<'a, T> + Send + 'a>;

/// The treatment of a step that was begun earlier and whose end is not known.
pub enum Recovery<'a, T> {
    /// A second effect would be seen, and nobody can look the first one up: the event is
    /// parked as uncertain.
    Park,
    /// The effect shows, but perhaps not at once: the event is parked, and an operator's
    /// redrive looks it up, then does the step if nothing was found.
    LookUpAfterRedrive(Look<'a, T>),
    /// The effect shows at once: it is looked up, and the step is done if nothing was found.
    LookUp(Look<'a, T>),
    /// The step may be done again without harm, by two at once too. That it was begun is not
    /// written down.
    Retry,
}

impl<'a, T> Recovery<'a, T> {
    /// Returns [`Recovery::LookUp`] with this search.
    pub fn look_up<F>(look: impl FnOnce(u64) -> F + Send + 'a) -> Self
    where
        F: Future<Output = Result<Option<T>, CallError>> + Send + 'a,
    {
        Self::LookUp(Box::new(|since| Box::pin(look(since))))
    }

    /// Returns [`Recovery::LookUpAfterRedrive`] with this search.
    pub fn look_up_after_redrive<F>(look: impl FnOnce(u64) -> F + Send + 'a) -> Self
    where
        F: Future<Output = Result<Option<T>, CallError>> + Send + 'a,
    {
        Self::LookUpAfterRedrive(Box::new(|since| Box::pin(look(since))))
    }
}

impl EventContext<'_> {
    /// Does a step unless it is done already, and returns its result.
    pub async fn step<T>(
        &self,
        name: &str,
        recovery: Recovery<'_, T>,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        let announced = self.announced().remove(name);
        if announced == Some(Announced::Noted) {
            self.forget_step(name);
        }
        let begun = match self.recall(name)? {
            Recalled::Done(result) => return Ok(result),
            Recalled::Begun(_) if announced.is_some() => None,
            Recalled::Begun(since) => Some(since),
            Recalled::New => None,
        };
        match (recovery, begun) {
            (Recovery::Park, Some(_)) => Err(Failure::uncertain(name)),
            (Recovery::LookUpAfterRedrive(_), Some(since)) if self.claim().redriven_at <= since => {
                Err(Failure::uncertain(name))
            }
            (Recovery::LookUp(look), Some(since)) => {
                self.find_or_perform(name, look(since), effect).await.map_err(comes_again)
            }
            (Recovery::LookUpAfterRedrive(look), Some(since)) => {
                self.find_or_perform(name, look(since), effect).await
            }
            (Recovery::Park, None) => {
                // Nothing may be waited for between the record that it was begun and its call.
                self.hubspot.reserve().await?;
                self.perform(name, effect).await
            }
            (Recovery::LookUpAfterRedrive(look), None) => {
                // Not begun while HubSpot seems to be down: a look that fails had no effect.
                if self.hubspot.in_trouble() {
                    look(now_ms()).await?;
                }
                self.hubspot.reserve().await?;
                self.perform(name, effect).await
            }
            (Recovery::LookUp(_), None) if announced == Some(Announced::Written) => {
                self.attempt(name, effect).await.map_err(comes_again)
            }
            (Recovery::LookUp(_), None) => self.perform(name, effect).await.map_err(comes_again),
            (Recovery::Retry, _) => {
                let result = effect.await.map_err(|error| comes_again(error.into()))?;
                self.done(name, &result)?;
                Ok(result)
            }
        }
    }

    /// Says that a step will follow, so that the begin of the one before it is written together
    /// with its own. Who finds it begun has to look it up, even if it was never reached: only for
    /// [`Recovery::LookUp`], and any other is begun again by itself.
    pub fn announce(&self, name: &str) {
        let mut claim = self.claim();
        if claim.journal.step(name).is_none() {
            claim.journal.note(name, Step::Begun(now_ms()));
            self.announced().insert(name.to_owned(), Announced::Noted);
        }
    }

    /// Remembers a value for all later deliveries of the event, and returns the one that
    /// was remembered first.
    pub async fn memo<T>(&self, name: &str, value: T) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned,
    {
        if let Recalled::Done(first) = self.recall(name)? {
            return Ok(first);
        }
        self.done(name, &value)?;
        self.save().await?;
        Ok(value)
    }

    async fn find_or_perform<T>(
        &self,
        name: &str,
        look: Found<'_, T>,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure>
    where
        T: Serialize,
    {
        if let Some(found) = look.await? {
            self.done(name, &found)?;
            return Ok(found);
        }
        self.perform(name, effect).await
    }

    async fn perform<T: Serialize>(
        &self,
        name: &str,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure> {
        let before = self.claim().journal.step(name).cloned();
        self.claim().journal.note(name, Step::Begun(now_ms()));
        if let Err(error) = self.save().await {
            // Its call does not leave: the next delivery must not take it for begun.
            match before {
                Some(before) => self.claim().journal.note(name, before),
                None => self.claim().journal.forget(name),
            }
            return Err(error.into());
        }
        self.attempt(name, effect).await
    }

    /// Does what the table knows to be begun.
    async fn attempt<T: Serialize>(
        &self,
        name: &str,
        effect: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, Failure> {
        match effect.await {
            Ok(result) => {
                self.done(name, &result)?;
                Ok(result)
            }
            Err(error) => {
                if error.is_certainly_undone() {
                    self.claim().journal.forget(name);
                }
                Err(error.into())
            }
        }
    }

    /// Returns whether a step was begun, in this delivery or an earlier one.
    pub fn was_begun(&self, name: &str) -> bool {
        self.claim().journal.step(name).is_some()
    }

    /// Returns whether a step has its result, from this delivery or an earlier one.
    pub fn is_done(&self, name: &str) -> bool {
        matches!(self.claim().journal.step(name), Some(Step::Done(_)))
    }

    /// Forgets the result of a step that is to be done again.
    pub fn forget_step(&self, name: &str) {
        self.claim().journal.forget(name);
    }

    /// Writes the journal, which takes the claim as well.
    pub async fn save(&self) -> Result<(), StoreError> {
        let mut claim = self.claim().clone();
        self.table().save(&mut claim).await?;
        *self.claim() = claim;
        for announced in self.announced().values_mut() {
            *announced = Announced::Written;
        }
        Ok(())
    }

    /// Takes the event's claim, unless it is taken already: needed before an effect that no step
    /// guards and that would show if two deliveries of the event had it at once.
    pub async fn take_claim(&self) -> Result<(), StoreError> {
        if self.claim().is_taken() {
            return Ok(());
        }
        self.save().await
    }

    fn done<T: Serialize>(&self, name: &str, result: &T) -> Result<(), StoreError> {
        let value = serde_json::to_value(result).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        self.claim().journal.note(name, Step::Done(value));
        Ok(())
    }

    fn recall<T: DeserializeOwned>(&self, name: &str) -> Result<Recalled<T>, StoreError> {
        match self.claim().journal.step(name) {
            None => Ok(Recalled::New),
            Some(Step::Begun(since)) => Ok(Recalled::Begun(*since)),
            Some(Step::Done(value)) => serde_json::from_value(value.clone())
                .map(Recalled::Done)
                .map_err(|error| StoreError::Corrupt(error.to_string())),
        }
    }
}

/// A step that can be looked up or done again is tried again where another would be
/// parked: its answer may still be on its way.
fn comes_again(failure: Failure) -> Failure {
    match failure {
        Failure::Park { reason: ParkReason::Uncertain, error } => Failure::Retry(error),
        other => other,
    }
}

/// A step that is to come, begun before its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announced {
    /// The next write tells the table.
    Noted,
    /// The table knows.
    Written,
}

enum Recalled<T> {
    New,
    Begun(u64),
    Done(T),
}
