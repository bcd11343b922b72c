//! The names under which a person is known. Keys hold a keyed hash of them, never an address.
//! It keeps addresses out of everything that shows keys (logs of data events, contributor
//! insights, error texts), where an address or a plain digest of a phone number could be read or
//! guessed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{ContactId, OrgId, SessionId};
use bridge_domain::phone;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::StoreError;

/// A name of a person, as it came.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// An email address.
    Email(&'a EmailAddress),
    /// A phone number, in any spelling.
    Phone(&'a str),
    /// OpenCX's id of a contact.
    OpenCx(&'a str),
    /// The contact of a thread, which may be a visitor.
    Visitor(&'a ContactId),
    /// A session, for who has no other name.
    Session(&'a SessionId),
}

impl Name<'_> {
    fn parts(self) -> (&'static str, String) {
        match self {
            Self::Email(email) => ("email", email.to_string()),
            Self::Phone(number) => ("phone", phone::digits(number)),
            Self::OpenCx(id) => ("id", id.to_owned()),
            Self::Visitor(visitor) => ("visitor", visitor.to_string()),
            Self::Session(session) => ("session", session.to_string()),
        }
    }
}

/// A name of a person, as keys hold it: its kind, and a keyed hash of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of an organisation's hashes.
#[derive(Clone)]
pub(crate) struct Salt(pub(crate) [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

/// The salts that this process has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Salts(Arc<Mutex<HashMap<OrgId, Salt>>>);

impl Salts {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<OrgId, Salt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Salt {
    pub(crate) fn from_hex(text: &str) -> Result<Self, StoreError> {
        let mut salt = [0; 32];
        hex::decode_to_slice(text, &mut salt)
            .map_err(|_| StoreError::Corrupt("a salt is not 32 bytes in hex".to_owned()))?;
        Ok(Self(salt))
    }

    pub(crate) fn name(&self, name: Name<'_>) -> PersonName {
        let (kind, value) = name.parts();
        PersonName(format!("{kind}:{}", self.hash(kind, &value)))
    }

    pub(crate) fn hash(&self, kind: &str, value: &str) -> String {
        // A key of any length is fine for HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        for part in [kind.as_bytes(), b":", value.as_bytes()] {
            mac.update(part);
        }
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}
