//! The journal of an event: the steps that were begun and done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A step of the work on an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// It was begun at this moment (epoch milliseconds): it may have had its effect.
    Begun(u64),
    /// It had its effect, with this result.
    Done(Value),
}

/// The steps of an event, by name. It is written before each step, so that
/// whoever takes over knows what may have happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Journal(BTreeMap<String, Step>);

impl Journal {
    /// Returns the state of a step.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.0.get(name)
    }

    /// Notes what is known of a step.
    pub fn note(&mut self, name: &str, step: Step) {
        self.0.insert(name.to_owned(), step);
    }

    /// Forgets a step that certainly had no effect.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The steps without their results, which may hold what a person said: nobody needs
    /// them once the event has its outcome.
    pub(crate) fn without_results(&self) -> Self {
        let mut bare = self.clone();
        for step in bare.0.values_mut() {
            if let Step::Done(result) = step {
                *result = Value::Null;
            }
        }
        bare
    }

    /// All steps, by name.
    pub fn steps(&self) -> impl Iterator<Item = (&str, &Step)> {
        self.0.iter().map(|(name, step)| (name.as_str(), step))
    }

    /// The names of the steps that are done.
    pub fn done(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, step)| matches!(step, Step::Done(_)))
            .map(|(name, _)| name.as_str())
    }
}
