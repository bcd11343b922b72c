//! All that is parked: the table's index, and what else is on `parked.fifo`.

use bridge_store::Key;
use time::OffsetDateTime;

use super::entry::Entry;
use super::queued_message::{self, QueuedMessage};
use crate::cli::Filter;
use crate::connect::Operator;
use crate::problem::Problem;

/// What is parked and matches, with the messages of `parked.fifo` in our hands.
#[derive(Debug)]
pub(super) struct ParkedEvents {
    pub(super) entries: Vec<Entry>,
    /// Messages of what does not match.
    others: Vec<QueuedMessage>,
}

impl ParkedEvents {
    /// Reads the table, and takes what is on the queue.
    pub(super) async fn take(operator: &Operator, filter: &Filter) -> Result<Self, Problem> {
        let held = queued_message::take(operator).await?;
        let result = sort(operator, filter, &held).await;
        if result.is_err() {
            for held in &held {
                held.give_back(operator).await;
            }
        }
        result
    }

    /// Lets others have the messages again. Those that were deleted stay so.
    pub(super) async fn give_back(&self, operator: &Operator) {
        let matching = self.entries.iter().flat_map(|entry| &entry.held);
        for held in matching.chain(&self.others) {
            held.give_back(operator).await;
        }
    }
}

async fn sort(
    operator: &Operator,
    filter: &Filter,
    held: &[QueuedMessage],
) -> Result<ParkedEvents, Problem> {
    let filed = operator.app.table.parked(None).await?;
    let mut entries: Vec<Entry> = filed.into_iter().map(Entry::of_claim).collect();
    for message in held {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.is_of(message)) {
            entry.held.push(message.clone());
            continue;
        }
        // The index is a moment behind; the claim itself is not.
        let (function, org) = (message.said("function"), message.said("org"));
        let key = Key::event(function, org, message.said("event_id"));
        match operator.app.table.parked_event(&key).await? {
            Some(filed) => {
                let mut entry = Entry::of_claim(filed);
                entry.held.push(message.clone());
                entries.push(entry);
            }
            None => entries.push(Entry::of_message(message.clone())),
        }
    }
    entries.sort_by(|one, other| (one.at(), one.id()).cmp(&(other.at(), other.id())));
    let (entries, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| matches(filter, entry));
    let others = others.into_iter().flat_map(|entry| entry.held).collect();
    Ok(ParkedEvents { entries, others })
}

fn matches(filter: &Filter, entry: &Entry) -> bool {
    let is = |wanted: &Option<String>, found: &str| {
        wanted.as_deref().is_none_or(|wanted| wanted == found)
    };
    let age = entry.age(OffsetDateTime::now_utc()).unwrap_or_default();
    is(&filter.org, entry.org())
        && is(&filter.function, entry.function())
        && is(&filter.reason, entry.reason())
        && filter.older_than.is_none_or(|least| age >= least)
        && filter.newer_than.is_none_or(|most| age <= most)
}
