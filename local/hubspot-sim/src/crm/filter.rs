//! The filters of a search.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;

/// Filters that must all hold; of several groups one is enough.
#[derive(Debug, Deserialize)]
pub(crate) struct FilterGroup {
    pub(super) filters: Vec<Filter>,
}

/// A test of one property.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filter {
    pub(super) property_name: String,
    operator: Operator,
    value: Option<String>,
    high_value: Option<String>,
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
    Between,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
    NotContainsToken,
}

impl Filter {
    pub(super) fn holds(&self, values: &BTreeMap<String, String>) -> bool {
        let held = values.get(&self.property_name).map(String::as_str);
        let wanted = self.value.as_deref().unwrap_or_default();
        let same = |held: &str, wanted: &str| held.eq_ignore_ascii_case(wanted);
        let is = |test: fn(Ordering) -> bool| held.is_some_and(|held| test(compare(held, wanted)));
        let among = held.is_some_and(|held| self.values.iter().any(|value| same(held, value)));
        match self.operator {
            Operator::Eq => held.is_some_and(|held| same(held, wanted)),
            Operator::Neq => held.is_some_and(|held| !same(held, wanted)),
            Operator::Lt => is(Ordering::is_lt),
            Operator::Lte => is(Ordering::is_le),
            Operator::Gt => is(Ordering::is_gt),
            Operator::Gte => is(Ordering::is_ge),
            Operator::Between => {
                let high = self.high_value.as_deref().unwrap_or_default();
                is(Ordering::is_ge) && held.is_some_and(|held| compare(held, high).is_le())
            }
            Operator::In => among,
            Operator::NotIn => held.is_some() && !among,
            Operator::HasProperty => held.is_some(),
            Operator::NotHasProperty => held.is_none(),
            Operator::ContainsToken => held.is_some_and(|held| has_token(held, wanted)),
            Operator::NotContainsToken => !held.is_some_and(|held| has_token(held, wanted)),
        }
    }
}

/// Numbers by their value, everything else as text.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}

/// A word of the value; `*` at either end stands for the rest of a word.
fn has_token(held: &str, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let bare = wanted.trim_matches('*');
    let word = |word: &str| match (wanted.starts_with('*'), wanted.ends_with('*')) {
        (true, true) => word.contains(bare),
        (true, false) => word.ends_with(bare),
        (false, true) => word.starts_with(bare),
        (false, false) => word == bare,
    };
    let held = held.to_lowercase();
    held.split(|c: char| !c.is_alphanumeric()).any(word) || held.split_whitespace().any(word)
}
