//! Durations in documents: a whole number of milliseconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::time::Duration;

/// Reads a number of milliseconds.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    u64::deserialize(input).map(Duration::from_millis)
}

/// Writes a number of milliseconds.
pub(crate) fn serialize<S: Serializer>(value: &Duration, output: S) -> Result<S::Ok, S::Error> {
    value.as_millis().serialize(output)
}
