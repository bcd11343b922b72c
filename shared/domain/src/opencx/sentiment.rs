//! The customer's sentiment.

use serde::Deserialize;
use serde_json::Value;

use crate::json::value;

/// The customer's sentiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sentiment {
    /// Angry.
    Angry,
    /// Neither.
    Neutral,
    /// Happy.
    Happy,
}

impl Sentiment {
    /// Reads OpenCX's name of it, in any letter case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "angry" => Some(Self::Angry),
            "neutral" => Some(Self::Neutral),
            "happy" => Some(Self::Happy),
            _ => None,
        }
    }

    /// OpenCX's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Angry => "angry",
            Self::Neutral => "neutral",
            Self::Happy => "happy",
        }
    }
}

impl<'de> Deserialize<'de> for Sentiment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = value::text(&Value::deserialize(deserializer)?).unwrap_or_default();
        Self::from_name(&name)
            .ok_or_else(|| serde::de::Error::custom("must be angry, neutral or happy"))
    }
}
