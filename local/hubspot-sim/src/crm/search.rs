//! Search over the index, which lags behind by the portal's `search_lag`
//! (docs/vendors/hubspot.md#search).

use std::cmp::Ordering;
use std::time::Duration;

use serde::Deserialize;

use super::record::Values;
use super::{Crm, ObjectKind, Record};
use crate::error::ApiError;

const MAX_PAGE: usize = 200;
const MAX_GROUPS: usize = 5;
const MAX_FILTERS: usize = 18;

/// The body of a search.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct SearchRequest {
    filter_groups: Vec<FilterGroup>,
    sorts: Vec<String>,
    pub(crate) properties: Vec<String>,
    limit: usize,
    after: String,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            filter_groups: Vec::new(),
            sorts: Vec::new(),
            properties: Vec::new(),
            limit: 10,
            after: "0".to_owned(),
        }
    }
}

/// Filters that must all hold; of several groups one is enough.
#[derive(Debug, Deserialize)]
struct FilterGroup {
    filters: Vec<Filter>,
}

/// A test of one property.
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

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Operator {
    Eq,
    Neq,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
}

impl Filter {
    fn holds(&self, values: &Values) -> bool {
        let Some(held) = values.get(&self.property_name) else {
            return matches!(self.operator, Operator::NotHasProperty);
        };
        let among = || self.values.iter().any(|value| held.eq_ignore_ascii_case(value));
        match self.operator {
            Operator::Eq => held.eq_ignore_ascii_case(&self.value),
            Operator::Neq => !held.eq_ignore_ascii_case(&self.value),
            Operator::Lt => compare(held, &self.value).is_lt(),
            Operator::Lte => compare(held, &self.value).is_le(),
            Operator::Gt => compare(held, &self.value).is_gt(),
            Operator::Gte => compare(held, &self.value).is_ge(),
            Operator::In => among(),
            Operator::NotIn => !among(),
            Operator::HasProperty => true,
            Operator::NotHasProperty => false,
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
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;
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
        self.check_search(kind, request)?;
        let mut found: Vec<(&Record, &Values)> = Vec::new();
        for record in self.of_kind(kind) {
            let indexed = record.as_indexed(lag).filter(|values| request.holds(values));
            found.extend(indexed.map(|values| (record, values)));
        }
        found.sort_by(|(_, a), (_, b)| request.order(a, b));
        let start: usize = request.after.parse().unwrap_or_default();
        let end = found.len().min(start.saturating_add(request.limit));
        let records = found.iter().take(end).skip(start).map(|(record, _)| *record).collect();
        Ok(SearchPage { total: found.len(), records, next: (end < found.len()).then_some(end) })
    }

    fn check_search(&self, kind: ObjectKind, request: &SearchRequest) -> Result<(), ApiError> {
        let filters = || request.filter_groups.iter().flat_map(|group| &group.filters);
        if request.limit == 0 || request.limit > MAX_PAGE {
            return Err(ApiError::invalid(format!("limit must be between 1 and {MAX_PAGE}")));
        }
        if request.filter_groups.len() > MAX_GROUPS || filters().count() > MAX_FILTERS {
            return Err(ApiError::invalid("Too many filters"));
        }
        let unknown =
            |filter: &&Filter| self.schema(kind).property(&filter.property_name).is_none();
        match filters().find(unknown) {
            None => Ok(()),
            Some(filter) => Err(ApiError::invalid(format!(
                "There was a problem with the request. Property {} does not exist",
                filter.property_name
            ))),
        }
    }
}

impl SearchRequest {
    fn holds(&self, values: &Values) -> bool {
        let group = |group: &FilterGroup| group.filters.iter().all(|filter| filter.holds(values));
        self.filter_groups.is_empty() || self.filter_groups.iter().any(group)
    }

    /// Orders by property; a leading `-` means descending, and values that are missing come first.
    fn order(&self, a: &Values, b: &Values) -> Ordering {
        let by = |sort: &String| {
            let name = sort.trim_start_matches('-');
            let order = match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => compare(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            };
            if sort.starts_with('-') { order.reverse() } else { order }
        };
        self.sorts.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}
