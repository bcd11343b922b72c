//! The MD5 digests that SDKs compute themselves and hold against SQS's answer.

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use crate::message::{Attribute, AttributeValue};

/// Marks a textual value (`String`, `Number`) in the attribute digest.
const TEXT: [u8; 1] = [1];
/// Marks a binary value in the attribute digest.
const BINARY: [u8; 1] = [2];

/// `MD5OfMessageBody`: lower-case hex.
pub(crate) fn of_body(body: &str) -> String {
    hex::encode(Md5::digest(body))
}

/// `MD5OfMessageAttributes`: lower-case hex, `None` without attributes.
///
/// Name, type and value of each attribute in order of their names, each with its length before it
/// (SQS developer guide, "Calculating the MD5 message digest for message attributes").
pub(crate) fn of_attributes(attributes: &BTreeMap<String, Attribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut md5 = Md5::new();
    for (name, attribute) in attributes {
        update_sized(&mut md5, name.as_bytes());
        update_sized(&mut md5, attribute.data_type.as_bytes());
        md5.update(match attribute.value {
            AttributeValue::Text(_) => TEXT,
            AttributeValue::Binary(_) => BINARY,
        });
        update_sized(&mut md5, attribute.value.as_bytes());
    }
    Some(hex::encode(md5.finalize()))
}

fn update_sized(md5: &mut Md5, bytes: &[u8]) {
    // Sizes are checked before: a message is at most 1 MiB.
    md5.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    md5.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_digest_is_plain_md5() {
        // RFC 1321, A.5
        assert_eq!(of_body("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    }

    fn attribute(data_type: &str, value: AttributeValue) -> Attribute {
        Attribute { data_type: data_type.to_owned(), value }
    }

    #[test]
    fn the_attribute_digest_covers_name_type_and_value() {
        let number = |text: &str| attribute("Number", AttributeValue::Text(text.to_owned()));
        let digest =
            |text| of_attributes(&BTreeMap::from([("timestamp".to_owned(), number(text))]));
        // As SQS answers them.
        assert_eq!(digest("1493147359900").as_deref(), Some("235c5c510d26fb653d073faed50ae77c"));
        assert_eq!(digest("1493147359901").as_deref(), Some("994258b45346a2cc3f9cbb611aa7af30"));
    }

    #[test]
    fn the_attribute_digest_goes_by_name_and_marks_bytes() {
        let bytes = attribute("Binary", AttributeValue::Binary(vec![0, 255]));
        let both = [("reason".to_owned(), "über".into()), ("blob".to_owned(), bytes)];
        let digest = of_attributes(&BTreeMap::from(both));
        assert_eq!(digest.as_deref(), Some("1eafe989ca79c20610a344c82b4c261a"));
    }

    #[test]
    fn no_attributes_have_no_digest() {
        assert_eq!(of_attributes(&BTreeMap::new()), None);
    }
}
