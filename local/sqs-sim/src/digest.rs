//! The MD5 digests that SDKs compute themselves and compare with SQS's answer.

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use crate::validate::ATTRIBUTE_TYPE;

/// Marks a textual value in the attribute digest.
const TEXT: [u8; 1] = [1];

/// Returns `MD5OfMessageBody` in lower-case hex.
pub(crate) fn of_body(body: &str) -> String {
    hex::encode(Md5::digest(body))
}

/// Returns `MD5OfMessageAttributes` in lower-case hex, `None` without attributes.
///
/// Name, type and value of each attribute in order of their names, each with its length before it
/// (SQS developer guide, "Calculating the MD5 message digest for message attributes").
pub(crate) fn of_attributes(attributes: &BTreeMap<String, String>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut md5 = Md5::new();
    for (name, value) in attributes {
        update_sized(&mut md5, name);
        update_sized(&mut md5, ATTRIBUTE_TYPE);
        md5.update(TEXT);
        update_sized(&mut md5, value);
    }
    Some(hex::encode(md5.finalize()))
}

fn update_sized(md5: &mut Md5, text: &str) {
    // Sizes are checked before: a message is at most 1 MiB.
    md5.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    md5.update(text);
}
