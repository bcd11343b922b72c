//! Search over the index, which lags behind by the portal's `search_lag`
//! (docs/vendors/hubspot.md#search).

use std::cmp::Ordering;
use std::time::Duration;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::record::Values;
use super::{Crm, ObjectKind, Record};
use crate::error::ApiError;

const MAX_PAGE: usize = 200;
const MAX_FILTERS: usize = 18;

/// The body of a search, as far as the bridge uses it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct SearchRequest {
    filter_groups: Vec<FilterGroup>,
    /// Properties by which the results are sorted, upwards.
    sorts: Vec<String>,
    pub(crate) properties: Vec<String>,
    limit: Option<usize>,
    after: Option<String>,
}

/// Filters that must all hold; of several groups one is enough.
#[derive(Debug, Deserialize)]
struct FilterGroup {
    filters: Vec<Filter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    property_name: String,
    operator: Operator,
    #[serde(default)]
    value: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Operator {
    Eq,
    In,
    Gte,
    HasProperty,
    ContainsToken,
}

impl Filter {
    fn holds(&self, values: &Values) -> bool {
        let Some(held) = values.get(&self.property_name) else { return false };
        match self.operator {
            Operator::Eq => held.eq_ignore_ascii_case(&self.value),
            Operator::In => self.values.iter().any(|value| held.eq_ignore_ascii_case(value)),
            Operator::Gte => compare(held, &self.value).is_ge(),
            Operator::HasProperty => true,
            Operator::ContainsToken => has_token(held, &self.value),
        }
    }
}

/// Compares numbers by their value, times by their moment, everything else as text.
fn compare(a: &str, b: &str) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}

fn number(value: &str) -> Option<f64> {
    let at = OffsetDateTime::parse(value, &Rfc3339).ok();
    let ms = at.map(|at| (at.unix_timestamp_nanos() / 1_000_000).to_string());
    ms.as_deref().unwrap_or(value).parse().ok()
}

/// Returns whether a word of the value matches; `*` at either end stands for the rest of it.
fn has_token(held: &str, wanted: &str) -> bool {
    let (held, wanted) = (held.to_lowercase(), wanted.to_lowercase());
    let bare = wanted.trim_matches('*');
    let matches = |word: &str| match (wanted.starts_with('*'), wanted.ends_with('*')) {
        (true, true) => word.contains(bare),
        (true, false) => word.ends_with(bare),
        (false, true) => word.starts_with(bare),
        (false, false) => word == bare,
    };
    held.split(|c: char| !c.is_alphanumeric()).any(matches) || held.split_whitespace().any(matches)
}

/// One page of a search.
pub(crate) struct SearchPage<'a> {
    pub(crate) total: usize,
    pub(crate) records: Vec<&'a Record>,
    pub(crate) next: Option<usize>,
}

impl Crm {
    /// Returns the objects that match, as far as the index knows them by now.
    pub(crate) fn search(
        &self,
        kind: ObjectKind,
        request: &SearchRequest,
        lag: Duration,
    ) -> Result<SearchPage<'_>, ApiError> {
        let limit = request.limit.unwrap_or(10);
        let filters = || request.filter_groups.iter().flat_map(|group| &group.filters);
        let unknown = |filter: &Filter| self.schema(kind).property(&filter.property_name).is_none();
        if limit > MAX_PAGE || filters().count() > MAX_FILTERS || filters().any(unknown) {
            return Err(ApiError::invalid("There was a problem with the request."));
        }
        let mut found: Vec<(&Record, &Values)> = Vec::new();
        for record in self.of_kind(kind) {
            let indexed = record.as_indexed(lag).filter(|values| request.holds(values));
            found.extend(indexed.map(|values| (record, values)));
        }
        for property in request.sorts.iter().rev() {
            let value = |values: &Values| values.get(property).cloned().unwrap_or_default();
            found.sort_by(|(_, a), (_, b)| compare(&value(a), &value(b)));
        }
        let after = request.after.as_deref().and_then(|after| after.parse().ok());
        let start: usize = after.unwrap_or_default();
        let end = found.len().min(start + limit);
        let records = found.iter().take(end).skip(start).map(|(record, _)| *record).collect();
        Ok(SearchPage { total: found.len(), records, next: (end < found.len()).then_some(end) })
    }
}

impl SearchRequest {
    fn holds(&self, values: &Values) -> bool {
        let group = |group: &FilterGroup| group.filters.iter().all(|filter| filter.holds(values));
        self.filter_groups.is_empty() || self.filter_groups.iter().any(group)
    }
}
