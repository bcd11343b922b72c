//! The actors of HubSpot's Conversations API.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A HubSpot user id, without the `A-` that the Conversations API puts before it.
///
/// It is not an owner id: `hubspot_owner_id` refuses it (docs/vendors/hubspot.md#owners).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);

impl UserId {
    /// Reads `A-111` or `111`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix("A-").unwrap_or(text.trim());
        let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| Self(digits.to_owned()))
    }

    /// The bare user id, as the owners API wants it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as an actor of the Conversations API: `A-111`.
    pub fn actor(&self) -> String {
        format!("A-{}", self.0)
    }
}

impl Serialize for UserId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::ids::text_or_number(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("must be a HubSpot user id: `A-111` or `111`"))
    }
}

/// The kinds of actor, told apart by their prefix (docs/vendors/hubspot.md#actors).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// `A-`: a user of the portal.
    User(UserId),
    /// `V-`: a visitor, usually a contact; `E-`: somebody known by email only.
    Customer,
    /// `B-` bot, `I-` app, `L-` HubSpot's own AI agent, `S-` the system, or a
    /// prefix that is not documented: never a person whose words count.
    Machine,
}

impl Actor {
    /// Reads an actor id such as `A-111`, `V-52` or `S-hubspot`.
    pub fn parse(id: &str) -> Self {
        if let Some(user) = id.strip_prefix("A-").and_then(UserId::parse) {
            return Self::User(user);
        }
        match id.split_once('-') {
            Some(("V" | "E", _)) => Self::Customer,
            _ => Self::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_may_be_written_with_or_without_its_prefix() {
        assert_eq!(UserId::parse("A-111"), UserId::parse("111"));
        assert_eq!(UserId::parse("A-111").unwrap().actor(), "A-111");
        for bad in ["", "A-", "B-1", "12x", "-1"] {
            assert_eq!(UserId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_documented_prefix_has_its_kind() {
        let user = Actor::User(UserId::parse("7").unwrap());
        let cases = [
            ("A-7", user),
            ("V-52", Actor::Customer),
            ("E-ann@x.org", Actor::Customer),
            ("B-1", Actor::Machine),
            ("I-9", Actor::Machine),
            ("L-1", Actor::Machine),
            ("S-hubspot", Actor::Machine),
            ("A-robot", Actor::Machine),
            ("Z-1", Actor::Machine),
            ("", Actor::Machine),
        ];
        for (id, kind) in cases {
            assert_eq!(Actor::parse(id), kind, "{id}");
        }
    }
}
