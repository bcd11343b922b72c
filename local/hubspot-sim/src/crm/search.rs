//! Search over what has been indexed, which is late by the portal's `search_lag`.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::filter::{FilterGroup, compare};
use super::{Crm, ObjectKind, Record};
use crate::error::ApiError;

const PAGE_LIMIT: usize = 200;
const RESULT_CAP: usize = 10_000;

/// The body of a search.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SearchRequest {
    pub(crate) query: Option<String>,
    pub(crate) filter_groups: Vec<FilterGroup>,
    pub(crate) sorts: Vec<Sort>,
    pub(crate) properties: Vec<String>,
    pub(crate) limit: usize,
    pub(crate) after: Option<String>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: None,
            filter_groups: Vec::new(),
            sorts: Vec::new(),
            properties: Vec::new(),
            limit: 10,
            after: None,
        }
    }
}

/// An order: a property's name, or an object with its direction.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Sort {
    Name(String),
    #[serde(rename_all = "camelCase")]
    Directed {
        property_name: String,
        #[serde(default)]
        direction: Option<String>,
    },
}

/// One page of a search.
pub(crate) struct SearchPage<'a> {
    pub(crate) total: usize,
    pub(crate) records: Vec<&'a Record>,
    pub(crate) next: Option<usize>,
}

type Values = BTreeMap<String, String>;

impl Crm {
    /// The objects that match, as far as the index knows them by now.
    pub(crate) fn search(
        &self,
        kind: ObjectKind,
        request: &SearchRequest,
        lag: Duration,
    ) -> Result<SearchPage<'_>, ApiError> {
        self.check_search(kind, request)?;
        let indexed = |record| Record::as_indexed(record, lag).map(|values| (record, values));
        let mut found: Vec<(&Record, &Values)> = self
            .of_kind(kind)
            .filter_map(indexed)
            .filter(|(_, values)| request.holds(values))
            .collect();
        found.sort_by(|(_, a), (_, b)| request.order(a, b));
        let start: usize = request.after.as_deref().unwrap_or("0").parse().unwrap_or(RESULT_CAP);
        let end = found.len().min(start.saturating_add(request.limit));
        let records = found.iter().take(end).skip(start).map(|(record, _)| *record).collect();
        Ok(SearchPage { total: found.len(), records, next: (end < found.len()).then_some(end) })
    }

    fn check_search(&self, kind: ObjectKind, request: &SearchRequest) -> Result<(), ApiError> {
        let filters = || request.filter_groups.iter().flat_map(|group| &group.filters);
        if request.limit == 0 || request.limit > PAGE_LIMIT {
            return Err(ApiError::invalid(format!("limit must be between 1 and {PAGE_LIMIT}")));
        }
        if request.filter_groups.len() > 5 || filters().count() > 18 {
            return Err(ApiError::invalid("Too many filters: at most 5 groups and 18 filters"));
        }
        match filters().find(|filter| self.schema(kind).property(&filter.property_name).is_none()) {
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
        let groups = &self.filter_groups;
        let group = |group: &FilterGroup| group.filters.iter().all(|filter| filter.holds(values));
        let text = self.query.as_deref().unwrap_or_default().to_lowercase();
        let named = values.values().any(|value| value.to_lowercase().contains(&text));
        (groups.is_empty() || groups.iter().any(group)) && (text.is_empty() || named)
    }

    fn order(&self, a: &Values, b: &Values) -> Ordering {
        let by = |sort: &Sort| {
            let (name, descending) = match sort {
                Sort::Name(name) => (name.trim_start_matches('-'), name.starts_with('-')),
                Sort::Directed { property_name, direction } => {
                    (property_name.as_str(), direction.as_deref() == Some("DESCENDING"))
                }
            };
            let order = match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => compare(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            };
            if descending { order.reverse() } else { order }
        };
        self.sorts.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}
