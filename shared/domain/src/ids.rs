//! Identifiers of both vendors, one type each, so that a ticket id can never
//! stand where a thread id is wanted.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

/// Writes a newtype around a string that reads both JSON strings and numbers:
/// HubSpot's webhooks carry ids as numbers, its API as strings
/// (docs/vendors/hubspot.md#webhook-events).
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Takes the identifier as it came.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text_or_number(deserializer).map(Self)
            }
        }
    };
}

id! {
    /// An organisation served by this deployment, e.g. `acme`.
    OrgId
}
impl OrgId {
    /// Returns whether an organisation can be called so: at most 64 letters, digits, `-`, `_`
    /// or `.`. Nothing else has settings.
    pub fn is_possible(&self) -> bool {
        let is_plain = self.0.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        is_plain && self.0.len() <= 64
    }
}

id! {
    /// An OpenCX session (they also call it conversation): a UUID.
    SessionId
}
id! {
    /// A HubSpot conversation thread.
    ThreadId
}
id! {
    /// A message in a HubSpot thread.
    MessageId
}
id! {
    /// A HubSpot ticket.
    TicketId
}
id! {
    /// A HubSpot contact.
    ContactId
}
id! {
    /// A HubSpot company.
    CompanyId
}
id! {
    /// A HubSpot owner: what `hubspot_owner_id` takes. Not a user id.
    OwnerId
}

/// Longest identifier that is read, in bytes: far longer than any real one, and short
/// enough to stand in records, keys and addresses.
pub(crate) const LONGEST_ID: usize = 200;

/// Reads an identifier that came as a JSON string or as an integer.
pub fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(IdVisitor)
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a non-empty string of at most {LONGEST_ID} bytes, or a whole number")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        if text.trim().is_empty() || text.len() > LONGEST_ID {
            return Err(E::invalid_length(text.trim().len(), &self));
        }
        Ok(text.to_owned())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_from_text_and_number_and_from_nothing_else() {
        let read = |json: &str| serde_json::from_str::<ThreadId>(json);
        assert_eq!(read("6065362089").unwrap(), ThreadId::new("6065362089"));
        assert_eq!(read("\"6065362089\"").unwrap(), ThreadId::new("6065362089"));
        for bad in ["\"\"", "\"  \"", "null", "1.5", "{}", "[]", "true"] {
            assert!(read(bad).is_err(), "{bad} must not be an id");
        }
    }
}
