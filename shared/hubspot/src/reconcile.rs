//! Reconciles an effect that got no answer with what was made after all.

use bridge_domain::time::Timestamp;
use bridge_vendor_http::CallError;

use crate::client::HubSpot;
use crate::objects::newest_first;

/// Something that belongs to a record and may have been made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingCreate {
    /// The object's type, as the paths of the API name it.
    pub(crate) kind: &'static str,
    /// The property that tells it from others of its kind.
    pub(crate) property: &'static str,
    /// When its call may have left first: epoch milliseconds.
    pub(crate) since: u64,
}

impl HubSpot {
    /// The id of what was lost, if the record (its kind and id) has it, by the value of its
    /// property. Two calls, or one more for every further 500 that the record has of the
    /// kind; looks at the newest hundred.
    pub(crate) async fn find_created(
        &self,
        [kind, id]: [&str; 2],
        lost: PendingCreate,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, CallError> {
        let mut ids = match self.related_ids(kind, id, lost.kind).await {
            Ok(ids) => ids,
            // The record itself is gone.
            Err(error) if error.is_status(404) => return Ok(None),
            Err(error) => return Err(error),
        };
        ids.sort_by_cached_key(|id| newest_first(id));
        let newest = self.objects(lost.kind, &ids, &[lost.property]).await?;
        let found = newest.into_iter().find(|one| {
            let is_new = is_since(one.created_at.as_deref(), lost.since);
            is_new && one.property(lost.property).is_some_and(&is_it)
        });
        Ok(found.map(|one| one.id))
    }
}

/// Returns whether something was made since a moment (epoch milliseconds), a minute allowed
/// for clocks that differ. What does not say when may have been.
pub(crate) fn is_since(created_at: Option<&str>, since: u64) -> bool {
    let since = i64::try_from(since.saturating_sub(60_000)).unwrap_or(i64::MAX);
    let created = created_at.and_then(Timestamp::parse_text);
    created.is_none_or(|created| created.as_millis() >= since)
}

/// Returns whether two texts have the same letters and digits: HubSpot tidies up markup.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// The letters and digits of a text.
pub(crate) fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
