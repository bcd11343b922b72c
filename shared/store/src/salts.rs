//! The key of an organisation's hashes of names: an item of the table that is made at first use
//! and never changes. It holds for as long as what was written with it, whatever is deployed, and
//! a backup that is restored brings both.

use bridge_domain::ids::OrgId;
use serde::Deserialize;

use crate::error::StoreError;
use crate::key::Key;
use crate::person::{Name, PersonName, Salt};
use crate::table::{Table, read, text};
use crate::update::Updated;

#[derive(Deserialize)]
struct Stored {
    salt: String,
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
        let Some(stored) = stored else { return Ok(None) };
        Ok(Some(Salt::from_hex(&stored.salt)?.name(name)))
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
            Some(stored) => Salt::from_hex(&stored.salt)?,
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
            Updated::Refused(item) => Salt::from_hex(&read::<Stored>(item)?.salt),
        }
    }
}
