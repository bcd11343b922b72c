//! The names under which a person is known. Keys hold a keyed hash of them, never an address.
//!
//! The key of the hash is an organisation's salt, an item of the table that is made at first
//! use and never changes: it holds for as long as what was written with it, whatever is
//! deployed, and a backup that is restored brings both. It keeps addresses out of everything
//! that shows keys (logs of data events, contributor insights, error texts), where an
//! address or a plain digest of a phone number could be read or guessed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_domain::email::EmailAddress;
use bridge_domain::ids::{ContactId, OrgId, SessionId};
use bridge_domain::phone;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::claims::text;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, read};
use crate::update::Updated;

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
struct Salt([u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

/// The salts that this process has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Salts(Arc<Mutex<HashMap<OrgId, Salt>>>);

impl Salts {
    fn lock(&self) -> MutexGuard<'_, HashMap<OrgId, Salt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
struct Stored {
    salt: String,
}

impl Salt {
    fn of(stored: &Stored) -> Result<Self, StoreError> {
        let mut salt = [0; 32];
        hex::decode_to_slice(&stored.salt, &mut salt)
            .map_err(|_| StoreError::Corrupt("a salt is not 32 bytes in hex".to_owned()))?;
        Ok(Self(salt))
    }

    fn name(&self, name: Name<'_>) -> PersonName {
        let (kind, value) = name.parts();
        PersonName(format!("{kind}:{}", self.hash(kind, &value)))
    }

    fn hash(&self, kind: &str, value: &str) -> String {
        // A key of any length is fine for HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        for part in [kind.as_bytes(), b":", value.as_bytes()] {
            mac.update(part);
        }
        hex::encode(&mac.finalize().into_bytes()[..16])
    }
}

impl Table {
    /// Returns the name as keys hold it.
    pub async fn person_name(&self, org: &OrgId, name: Name<'_>) -> Result<PersonName, StoreError> {
        Ok(self.salt(org).await?.name(name))
    }

    /// Returns the name as keys hold it; `None` for an organisation of whose people nothing
    /// was ever stored. Writes nothing.
    pub async fn known_person_name(
        &self,
        org: &OrgId,
        name: Name<'_>,
    ) -> Result<Option<PersonName>, StoreError> {
        let stored: Option<Stored> = self.get(&Key::salt(org)).await?;
        let salt = stored.as_ref().map(Salt::of).transpose()?;
        Ok(salt.map(|salt| salt.name(name)))
    }

    /// Returns a keyed hash of a value that has to be recognised, and not to be read.
    pub async fn digest(&self, org: &OrgId, value: &str) -> Result<String, StoreError> {
        Ok(self.salt(org).await?.hash("value", value))
    }

    async fn salt(&self, org: &OrgId) -> Result<Salt, StoreError> {
        if let Some(salt) = self.salts.lock().get(org) {
            return Ok(salt.clone());
        }
        let stored: Option<Stored> = self.get(&Key::salt(org)).await?;
        let salt = match stored {
            Some(stored) => Salt::of(&stored)?,
            None => self.make_salt(org).await?,
        };
        self.salts.lock().insert(org.clone(), salt.clone());
        Ok(salt)
    }

    /// Makes the salt, unless somebody is quicker, whose salt it is then.
    async fn make_salt(&self, org: &OrgId) -> Result<Salt, StoreError> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(StoreError::corrupt)?;
        let update = self
            .update(&Key::salt(org))
            .set("salt", text(&hex::encode(salt)))
            .only_if("attribute_not_exists(#salt)");
        match update.send("making a salt").await? {
            Updated::Written(_) => Ok(Salt(salt)),
            Updated::Refused(item) => Salt::of(&read(item)?),
        }
    }
}
