//! Files: what customers and reps attach (docs/vendors/hubspot-channels.md#files).

use std::time::Duration;

use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError, FileBody, Upload, if_accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{HubSpot, Identified};
use crate::paths::{FILES, below};

/// A file in HubSpot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(#[serde(deserialize_with = "bridge_domain::ids::text_or_number")] String);

impl FileId {
    /// Takes the id as it came.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file as an attachment of a message that is published or posted.
    pub(crate) fn as_attachment(&self) -> Value {
        json!({ "type": "FILE", "fileId": self.0 })
    }
}

/// A file to be uploaded. Only people who are signed in to the portal see it.
#[derive(Debug)]
pub struct NewFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// The folder, which HubSpot makes if it is not there.
    pub folder: &'a str,
    /// Its kind, e.g. `image/png`.
    pub mime_type: &'a str,
    /// The bytes, which are read while they are sent.
    pub body: FileBody,
}

/// An address at which a private file can be fetched for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedUrl {
    /// The address; whoever has it can fetch the file.
    pub url: String,
    /// The file's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `png`, `pdf`, …
    #[serde(default, deserialize_with = "lenient::text")]
    pub extension: Option<String>,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub size: Option<u64>,
}

impl SignedUrl {
    /// The name with its ending, which HubSpot keeps apart.
    pub fn full_name(&self) -> Option<String> {
        let name = self.name.as_deref()?;
        let ending = self.extension.as_deref().map(|ending| ending.trim_start_matches('.'));
        let ending = ending.filter(|ending| !ending.is_empty());
        Some(match ending {
            Some(ending)
                if !name.to_lowercase().ends_with(&format!(".{}", ending.to_lowercase())) =>
            {
                format!("{name}.{ending}")
            }
            _ => name.to_owned(),
        })
    }
}

/// Validity of a signed address: the longest that HubSpot gives is UNKNOWN, and so is whether
/// OpenCX copies a file at once. A week is S3's limit.
const VALIDITY: Duration = Duration::from_hours(7 * 24);

impl HubSpot {
    /// Uploads a file; its id. A second time finds the first by its content and its folder
    /// (docs/vendors/hubspot-channels.md#files), and shows nothing to anybody by itself.
    pub async fn upload(&self, file: NewFile<'_>) -> Result<FileId, CallError> {
        let options = json!({
            "access": "PRIVATE", "overwrite": false,
            "duplicateValidationStrategy": "RETURN_EXISTING",
            "duplicateValidationScope": "EXACT_FOLDER",
        });
        let upload = Upload::new(file.name, file.mime_type, file.body)
            .field("fileName", file.name)
            .field("folderPath", file.folder)
            .field("options", options.to_string());
        let call = Call::create_named("upload file", &FILES).upload(upload);
        let made: Identified<FileId> = self.caller.send(call).await?;
        Ok(made.id)
    }

    /// An address at which a private file can be fetched; `None` if there is no such file, or
    /// the app may not see it.
    pub async fn signed_url(&self, file: &FileId) -> Result<Option<SignedUrl>, CallError> {
        let path = below(&FILES, &[file.as_str(), "signed-url"]);
        let call = Call::get("sign address of file", &path)
            .query("expirationSeconds", VALIDITY.as_secs().to_string());
        Ok(if_accepted(self.caller.find(call).await)?.flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gets_its_ending_once() {
        let cases = [
            (json!({ "name": "receipt", "extension": "pdf" }), Some("receipt.pdf")),
            (json!({ "name": "Receipt.PDF", "extension": ".pdf" }), Some("Receipt.PDF")),
            (json!({ "name": "notes", "extension": null }), Some("notes")),
            (json!({ "extension": "png" }), None),
        ];
        for (mut answer, expected) in cases {
            answer["url"] = "https://x".into();
            let read: SignedUrl = serde_json::from_value(answer).unwrap();
            assert_eq!(read.full_name().as_deref(), expected);
        }
    }
}
