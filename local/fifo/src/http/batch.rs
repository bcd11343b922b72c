//! The rules and the answer that all batch operations share.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::fault::{Fault, Kind};

/// Most entries in a batch.
const MAX_ENTRIES: usize = 10;
/// Longest entry id.
const MAX_ID: usize = 80;

/// Holds the ids of a batch's entries against the rules; `entry` is the shape's name.
pub(super) fn check_ids<'a>(
    entry: &str,
    ids: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), Fault> {
    if ids.len() == 0 {
        let message = format!("There should be at least one {entry} in the request.");
        return Err(Fault::new(Kind::EmptyBatchRequest, message));
    }
    if ids.len() > MAX_ENTRIES {
        let sent = ids.len();
        let message = format!(
            "Maximum number of entries per request are {MAX_ENTRIES}. You have sent {sent}."
        );
        return Err(Fault::new(Kind::TooManyEntriesInBatchRequest, message));
    }
    let mut seen = HashSet::new();
    for id in ids {
        if !is_entry_id(id) {
            let message = "A batch entry id can only contain alphanumeric characters, hyphens and \
                           underscores. It can be at most 80 letters long.";
            return Err(Fault::new(Kind::InvalidBatchEntryId, message));
        }
        if !seen.insert(id) {
            return Err(Fault::new(Kind::BatchEntryIdsNotDistinct, format!("Id {id} repeated.")));
        }
    }
    Ok(())
}

fn is_entry_id(id: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_ID).contains(&id.len()) && id.chars().all(allowed)
}

/// The answer of a batch: each entry succeeded or failed by itself. Like SQS, it leaves a list
/// without entries out.
pub(super) fn answer<'a>(
    results: impl Iterator<Item = (&'a str, Result<Map<String, Value>, Fault>)>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in results {
        match result {
            Ok(mut success) => {
                success.insert("Id".to_owned(), id.into());
                successful.push(Value::Object(success));
            }
            Err(fault) => failed.push(json!({
                "Id": id,
                "SenderFault": true,
                "Code": fault.code(),
                "Message": fault.message,
            })),
        }
    }
    let lists = [("Successful", successful), ("Failed", failed)];
    let present = lists.into_iter().filter(|(_, list)| !list.is_empty());
    present.map(|(name, list)| (name.to_owned(), Value::Array(list))).collect()
}
