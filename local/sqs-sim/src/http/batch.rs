//! The rules and the answer that all batch operations share.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::error::{ErrorKind, SqsError};

/// Most entries in a batch.
const MAX_ENTRIES: usize = 10;
/// Longest entry id.
const MAX_ID: usize = 80;

/// Checks the ids of a batch's entries; `entry` is the shape's name.
pub(super) fn validate_ids<'a>(
    entry: &str,
    ids: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), SqsError> {
    if ids.len() == 0 {
        let message = format!("There should be at least one {entry} in the request.");
        return Err(SqsError::new(ErrorKind::EmptyBatchRequest, message));
    }
    if ids.len() > MAX_ENTRIES {
        let sent = ids.len();
        let message = format!(
            "Maximum number of entries per request are {MAX_ENTRIES}. You have sent {sent}."
        );
        return Err(SqsError::new(ErrorKind::TooManyEntriesInBatchRequest, message));
    }
    let mut seen = HashSet::new();
    for id in ids {
        if !is_entry_id(id) {
            let message = "A batch entry id can only contain alphanumeric characters, hyphens and \
                           underscores. It can be at most 80 letters long.";
            return Err(SqsError::new(ErrorKind::InvalidBatchEntryId, message));
        }
        if !seen.insert(id) {
            let message = format!("Id {id} repeated.");
            return Err(SqsError::new(ErrorKind::BatchEntryIdsNotDistinct, message));
        }
    }
    Ok(())
}

fn is_entry_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Writes the answer of a batch, in which each entry succeeded or failed by itself. Like SQS, it
/// leaves a list without entries out.
pub(super) fn answer<'a>(
    results: impl Iterator<Item = (&'a str, Result<Map<String, Value>, SqsError>)>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in results {
        match result {
            Ok(mut success) => {
                success.insert("Id".to_owned(), id.into());
                successful.push(Value::Object(success));
            }
            Err(error) => failed.push(json!({
                "Id": id,
                "SenderFault": true,
                "Code": error.kind.names().1,
                "Message": error.message,
            })),
        }
    }
    let mut answer = Map::new();
    for (name, list) in [("Successful", successful), ("Failed", failed)] {
        if !list.is_empty() {
            answer.insert(name.to_owned(), list.into());
        }
    }
    Value::Object(answer)
}
