//! Trouble to order: calls that fail in a chosen way.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a call fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answered with this status and without effect; the second part becomes `Retry-After`, seconds.
    Status(u16, Option<u64>),
    /// Held for this long (a document says milliseconds), then handled as usual. A caller that gives
    /// up in the meantime takes the call with it: it has no effect.
    #[serde(with = "crate::millis")]
    HangBeforeEffect(Duration),
    /// Handled, and the answer held for this long (a document says milliseconds).
    #[serde(with = "crate::millis")]
    HangAfterEffect(Duration),
    /// The connection is closed, nothing has happened.
    DropBeforeEffect,
    /// The connection is closed instead of an answer, but the call was handled.
    DropAfterEffect,
    /// Handled, and answered with the right status and half a JSON document.
    Malformed,
}

/// An order for trouble.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only calls with this method; `None` means any.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls whose path contains this; empty means any.
    #[serde(default)]
    pub path_contains: String,
    /// How many such calls fail.
    pub times: u32,
    /// How they fail.
    pub kind: FaultKind,
}

impl Fault {
    fn concerns(&self, method: &str, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.contains(&self.path_contains)
    }
}

/// The orders that still stand, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds an order.
    pub(crate) fn order(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes back all orders.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The trouble that this call is to have; uses up one of the order's times.
    pub(crate) fn next_for(&mut self, method: &str, path: &str) -> Option<FaultKind> {
        self.0.retain(|fault| fault.times > 0);
        let fault = self.0.iter_mut().find(|fault| fault.concerns(method, path))?;
        fault.times -= 1;
        Some(fault.kind.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_strikes_as_often_as_it_says_and_where_it_says() {
        let mut faults = Faults::default();
        faults.order(Fault {
            method: Some("post".into()),
            path_contains: "/send".into(),
            times: 2,
            kind: FaultKind::DropAfterEffect,
        });
        assert_eq!(faults.next_for("GET", "/chat/sessions/1/send"), None);
        assert_eq!(faults.next_for("POST", "/chat/sessions"), None);
        assert!(faults.next_for("POST", "/chat/sessions/1/send").is_some());
        assert!(faults.next_for("POST", "/chat/sessions/2/send").is_some());
        assert_eq!(faults.next_for("POST", "/chat/sessions/1/send"), None);
    }

    #[test]
    fn a_document_orders_every_kind() {
        let kind = |text| serde_json::from_str::<FaultKind>(text).unwrap();
        assert_eq!(kind(r#"{"status": [503, null]}"#), FaultKind::Status(503, None));
        assert_eq!(kind(r#"{"status": [429, 7]}"#), FaultKind::Status(429, Some(7)));
        let half_second = Duration::from_millis(500);
        assert_eq!(
            kind(r#"{"hang_before_effect": 500}"#),
            FaultKind::HangBeforeEffect(half_second)
        );
        assert_eq!(kind(r#""malformed""#), FaultKind::Malformed);
    }
}
