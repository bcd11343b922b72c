//! The parked events that a command is about.

use bridge_store::Key;

use super::entry::Entry;
use super::queued_message::{self, QueuedMessage};
use crate::cli::Filter;
use crate::connect::Operator;
use crate::problem::Problem;

/// Reads the parked events that match, oldest first. The table alone: a FIFO queue can only
/// be read by taking messages out of it, which would hide them from others.
pub(super) async fn read(operator: &Operator, filter: &Filter) -> Result<Vec<Entry>, Problem> {
    let stored = operator.app.table.parked(filter.org.as_deref()).await?;
    let mut entries: Vec<Entry> = stored.into_iter().map(Entry::of_stored).collect();
    entries.retain(|entry| matches(filter, entry));
    Ok(entries)
}

/// The parked events that match, with their messages taken off `parked.fifo`.
#[derive(Debug)]
pub(super) struct ParkedEvents {
    pub(super) entries: Vec<Entry>,
    /// Messages of the events that do not match.
    others: Vec<QueuedMessage>,
}

impl ParkedEvents {
    /// Reads the table and receives from the queue, which also has the messages that SQS
    /// moved there by itself.
    pub(super) async fn take(operator: &Operator, filter: &Filter) -> Result<Self, Problem> {
        let queued = queued_message::take(operator).await?;
        let result = join(operator, filter, &queued).await;
        if result.is_err() {
            for queued in &queued {
                queued.give_back(operator).await;
            }
        }
        result
    }

    /// Lets others have the messages again. Those that were deleted stay so.
    pub(super) async fn give_back(&self, operator: &Operator) {
        let matching = self.entries.iter().flat_map(|entry| &entry.queued);
        for queued in matching.chain(&self.others) {
            queued.give_back(operator).await;
        }
    }
}

/// Joins the claims with their messages.
async fn join(
    operator: &Operator,
    filter: &Filter,
    queued: &[QueuedMessage],
) -> Result<ParkedEvents, Problem> {
    let stored = operator.app.table.parked(filter.org.as_deref()).await?;
    let mut entries: Vec<Entry> = stored.into_iter().map(Entry::of_stored).collect();
    for message in queued {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.is_of(message)) {
            entry.queued.push(message.clone());
            continue;
        }
        // The index is a moment behind; the claim itself is not.
        let (function, org) = (message.attribute("function"), message.attribute("org"));
        let key = Key::event(function, org, message.attribute("event_id"));
        match operator.app.table.parked_event(&key).await? {
            Some(stored) => {
                let mut entry = Entry::of_stored(stored);
                entry.queued.push(message.clone());
                entries.push(entry);
            }
            None => entries.push(Entry::of_message(message.clone())),
        }
    }
    entries.sort_by(|one, other| (one.at(), one.id()).cmp(&(other.at(), other.id())));
    let (entries, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| matches(filter, entry));
    let others = others.into_iter().flat_map(|entry| entry.queued).collect();
    Ok(ParkedEvents { entries, others })
}

fn matches(filter: &Filter, entry: &Entry) -> bool {
    let age = entry.age().unwrap_or_default();
    is(filter.org.as_deref(), entry.org())
        && is(filter.function.as_deref(), entry.function())
        && is(filter.reason.as_deref(), entry.reason())
        && filter.older_than.is_none_or(|least| age >= least)
        && filter.newer_than.is_none_or(|most| age <= most)
}

fn is(wanted: Option<&str>, found: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == found)
}
