//! What a simulated OpenCX can be told at its start.

use serde::Deserialize;
use std::time::Duration;

/// The settings of one simulated OpenCX organisation.
///
/// As a document every key may be left out, and a key that does not exist is refused with its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenCxOptions {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// `organization_id` of every event.
    pub organization_id: String,
    /// The bearer token that the API asks for.
    pub api_key: String,
    /// Where events are posted; without it they are only recorded.
    pub events_url: Option<String>,
    /// API calls in any 60 seconds; OpenCX documents 100 for standard endpoints.
    pub rate_limit_per_minute: u32,
    /// How long the AI thinks about a message. In a document: `ai_delay_ms`.
    #[serde(rename = "ai_delay_ms", with = "crate::millis")]
    pub ai_delay: Duration,
    /// Every n-th event is delivered twice, as a webhook sender may; `None` repeats nothing.
    pub repeat_every: Option<u32>,
    /// Whether events carry an `event_id`. OpenCX documents none.
    pub event_ids: bool,
    /// Whether `conversation.started` is also sent for a session that was opened through the API,
    /// with its first message. OpenCX does not say.
    pub announce_api_sessions: bool,
}

impl Default for OpenCxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            organization_id: "acme".to_owned(),
            api_key: "opencx-demo-key".to_owned(),
            events_url: None,
            rate_limit_per_minute: 100,
            ai_delay: Duration::from_millis(300),
            repeat_every: None,
            event_ids: false,
            announce_api_sessions: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_overrides_only_what_it_names() {
        let options: OpenCxOptions =
            serde_json::from_str(r#"{"port": 9200, "ai_delay_ms": 1500}"#).unwrap();
        assert_eq!(options.port, 9200);
        assert_eq!(options.ai_delay, Duration::from_millis(1500));
        assert_eq!(options.rate_limit_per_minute, 100);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name() {
        let error = serde_json::from_str::<OpenCxOptions>(r#"{"prot": 1}"#).unwrap_err();
        assert!(error.to_string().contains("prot"), "{error}");
    }
}
