//! Files of the portal (docs/vendors/hubspot-channels.md#files).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sim_kit::clock;
use uuid::Uuid;

use crate::error::ApiError;

const FIRST_FILE: u64 = 190_210_441_001;

/// A file.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub id: String,
    /// The name without its ending.
    pub name: String,
    pub extension: String,
    pub folder: String,
    pub access: String,
    pub mime_type: String,
    pub bytes: Vec<u8>,
    created_at: String,
    /// Signatures of addresses, with the time until which each is valid.
    signatures: Vec<(String, u64)>,
}

impl StoredFile {
    /// Returns the name with its ending.
    pub fn full_name(&self) -> String {
        let Self { name, extension, .. } = self;
        if extension.is_empty() { name.clone() } else { format!("{name}.{extension}") }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self.mime_type.split('/').next() {
            Some("image") => "IMG",
            Some("audio") => "AUDIO",
            Some("video") => "MOVIE",
            Some("text" | "application") => "DOCUMENT",
            _ => "OTHER",
        }
    }

    /// The file in the API's shape; its plain address needs a login.
    pub(crate) fn to_json(&self, base: &str) -> Value {
        json!({
            "id": self.id, "name": self.name, "extension": self.extension, "type": self.kind(),
            "size": self.bytes.len(), "access": self.access, "path": self.path(),
            "url": format!("{base}/hubfs/{}", self.id), "archived": false,
            "createdAt": self.created_at, "updatedAt": self.created_at,
        })
    }

    fn path(&self) -> String {
        format!("/{}/{}", self.folder.trim_matches('/'), self.full_name())
    }
}

/// All files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    files: BTreeMap<String, StoredFile>,
    pub(crate) made: u64,
}

impl Files {
    /// Stores a file, or finds its duplicate: the same bytes in the same folder.
    pub(crate) fn store(
        &mut self,
        name: &str,
        folder: &str,
        access: &str,
        file: NewBytes,
    ) -> &StoredFile {
        let (name, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        self.made += 1;
        let id = (FIRST_FILE + self.made).to_string();
        let stored = StoredFile {
            id: id.clone(),
            name: name.to_owned(),
            extension: extension.to_owned(),
            folder: folder.to_owned(),
            access: access.to_owned(),
            mime_type: file.mime_type,
            bytes: file.bytes,
            created_at: clock::now_iso(),
            signatures: Vec::new(),
        };
        self.files.entry(id).or_insert(stored)
    }

    /// The file with these bytes in a folder.
    pub(crate) fn duplicate(&self, folder: &str, bytes: &[u8]) -> Option<&StoredFile> {
        self.files.values().find(|file| file.folder == folder && file.bytes == bytes)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &StoredFile> {
        self.files.values()
    }

    pub(crate) fn get(&self, id: &str) -> Result<&StoredFile, ApiError> {
        self.files.get(id).ok_or_else(|| ApiError::not_found(format!("File {id} not found")))
    }

    /// Makes a signature under which a file can be read for some seconds, and tells when it ends.
    pub(crate) fn sign(&mut self, id: &str, seconds: u64) -> Result<(String, u64), ApiError> {
        let file = self.files.get_mut(id);
        let file = file.ok_or_else(|| ApiError::not_found(format!("File {id} not found")))?;
        let signature = (Uuid::new_v4().simple().to_string(), clock::now_ms() + seconds * 1_000);
        file.signatures.push(signature.clone());
        Ok(signature)
    }

    /// The file that a signature opens, while it is valid.
    pub(crate) fn signed(&self, id: &str, signature: &str) -> Option<&StoredFile> {
        let file = self.files.get(id)?;
        let is_valid = |(one, until): &(String, u64)| one == signature && clock::now_ms() < *until;
        file.signatures.iter().any(is_valid).then_some(file)
    }

    /// Checks the attachments of a message, and shows files by their names as answers do.
    pub(crate) fn check(&self, attachments: &[Value]) -> Result<Vec<Value>, ApiError> {
        attachments.iter().map(|one| self.checked(one)).collect()
    }

    fn checked(&self, attachment: &Value) -> Result<Value, ApiError> {
        match attachment["type"].as_str() {
            Some("FILE") => {
                let id = attachment["fileId"].as_str().unwrap_or_default();
                let file = self.get(id).map_err(|_| {
                    ApiError::invalid(format!("fileId {id:?} is not a file of this portal"))
                })?;
                Ok(attachment_of(file))
            }
            Some("LOCATION" | "CONTACT" | "QUICK_REPLIES" | "UNSUPPORTED_CONTENT") => {
                Ok(attachment.clone())
            }
            other => Err(ApiError::invalid(format!("{other:?} is not a type of attachment"))),
        }
    }
}

/// A file as an attachment of a message: without an address, which would need a login.
pub(crate) fn attachment_of(file: &StoredFile) -> Value {
    let usage = match file.kind() {
        "IMG" => "IMAGE",
        "AUDIO" => "AUDIO",
        _ => "OTHER",
    };
    json!({"type": "FILE", "fileId": file.id, "fileUsageType": usage, "name": file.full_name()})
}

/// The bytes of a new file.
pub(crate) struct NewBytes {
    pub(crate) mime_type: String,
    pub(crate) bytes: Vec<u8>,
}
