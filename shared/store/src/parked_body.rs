//! The queue messages of parked events. They are kept in the table, since a FIFO queue can
//! only be read by taking messages out of it.

use serde::{Deserialize, Serialize};

use crate::claims::EventClaim;
use crate::error::StoreError;
use crate::key::Key;
use crate::parked::StoredOutcome;
use crate::table::Table;

/// The largest part of a body in one item, in bytes: an item holds 400 KB.
const MAX_PART: usize = 300 * 1024;

/// The attribute of a redriven message that holds SQS's id of the message in its first
/// life: an event that says nothing of its own by which to know it is known by that.
pub const FIRST_MESSAGE_ID: &str = "first_message_id";

/// The queue message of a parked event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedBody {
    pub body: String,
    /// The queue that it came by (`handoffs.fifo`), if that is known.
    pub queue: Option<String>,
    pub group: String,
    /// SQS's id of the message.
    #[serde(default)]
    pub message_id: String,
    /// The end of its lifetime, in epoch seconds.
    pub ttl: u64,
    /// The number of items after the first, in which the rest of a large body is.
    #[serde(default)]
    further_parts: usize,
}

impl ParkedBody {
    /// A message of this text, of which nothing else is known.
    pub fn new(body: String, ttl: u64) -> Self {
        Self {
            body,
            queue: None,
            group: String::new(),
            message_id: String::new(),
            ttl,
            further_parts: 0,
        }
    }
}

/// The rest of a large body.
#[derive(Serialize, Deserialize)]
struct Part {
    body: String,
    ttl: u64,
}

impl Table {
    /// Keeps the message of an event that is about to be parked.
    pub async fn keep_body(&self, claim: &EventClaim, body: &ParkedBody) -> Result<(), StoreError> {
        let mut parts = parts(&body.body);
        let first = parts.next().unwrap_or_default().to_owned();
        let mut further_parts = 0;
        for part in parts {
            further_parts += 1;
            let part = Part { body: part.to_owned(), ttl: body.ttl };
            self.merge(&Key::parked_body(&claim.key, further_parts), &part).await?;
        }
        // The first one last: with it the body is whole.
        let first = ParkedBody { body: first, further_parts, ..body.clone() };
        self.merge(&Key::parked_body(&claim.key, 0), &first).await
    }

    /// Returns the message of a parked event.
    pub async fn kept_body(&self, event: &StoredOutcome) -> Result<Option<ParkedBody>, StoreError> {
        let Some(mut body) = self.get::<ParkedBody>(&Key::parked_body(&event.key, 0)).await? else {
            return Ok(None);
        };
        for at in 1..=body.further_parts {
            let part: Option<Part> = self.get(&Key::parked_body(&event.key, at)).await?;
            let part = part.ok_or_else(|| {
                StoreError::Corrupt("a part of a parked message is missing".to_owned())
            })?;
            body.body.push_str(&part.body);
        }
        Ok(Some(body))
    }

    /// Removes the message of an event that is not parked any more, by its claim.
    pub(crate) async fn forget_body(&self, claim: &Key) -> Result<(), StoreError> {
        let first: Option<ParkedBody> = self.get(&Key::parked_body(claim, 0)).await?;
        let Some(body) = first else { return Ok(()) };
        for at in (0..=body.further_parts).rev() {
            self.delete(&Key::parked_body(claim, at)).await?;
        }
        Ok(())
    }
}

/// Splits a text into pieces of at most [`MAX_PART`] bytes.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (part, left) = rest.split_at(rest.floor_char_boundary(MAX_PART));
        rest = left;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_small_and_make_up_the_whole() {
        let text = "ä".repeat(MAX_PART);
        let all: Vec<&str> = parts(&text).collect();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|part| part.len() <= MAX_PART));
        assert_eq!(all.concat(), text);
        assert_eq!(parts("").count(), 0);
    }
}
