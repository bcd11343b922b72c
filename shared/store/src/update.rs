//! The one builder of conditional writes.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Item, Table, item_of};

/// The result of a write that has a condition.
pub(crate) enum Updated {
    /// It was written; the item as it is now.
    Written(Item),
    /// The condition did not hold; the item as it is, empty if there is none.
    Refused(Item),
}

/// A write to one item: fields to set, to add to or to remove, under a condition.
pub(crate) struct Update {
    request: UpdateItemFluentBuilder,
    sets: Vec<String>,
    adds: Vec<String>,
    removals: Vec<String>,
    conditions: Vec<String>,
    names: BTreeSet<String>,
}

impl Table {
    /// Begins a write to the item of a key, which is made if there is none.
    pub(crate) fn update(&self, key: &Key) -> Update {
        let request = self.client.update_item().table_name(&self.name).set_key(Some(item_of(key)));
        Update {
            request: request
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(OnRefusal::AllOld),
            sets: Vec::new(),
            adds: Vec::new(),
            removals: Vec::new(),
            conditions: Vec::new(),
            names: BTreeSet::new(),
        }
    }
}

impl Update {
    pub(crate) fn set(mut self, field: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{field} = :{field}"));
        self.names.insert(field.to_owned());
        self.value(&format!(":{field}"), value)
    }

    pub(crate) fn set_all(self, fields: &Item) -> Self {
        fields.iter().fold(self, |update, (field, value)| update.set(field, value.clone()))
    }

    /// Adds to a number, which is 0 if it is not there, or to a set.
    pub(crate) fn add(mut self, field: &str, value: AttributeValue) -> Self {
        self.adds.push(format!("#{field} :{field}"));
        self.names.insert(field.to_owned());
        self.value(&format!(":{field}"), value)
    }

    pub(crate) fn remove(mut self, field: &str) -> Self {
        self.removals.push(format!("#{field}"));
        self.names.insert(field.to_owned());
        self
    }

    /// Writes only where this holds. Fields stand in it as `#field`, since many names are
    /// reserved words of `DynamoDB`; the values are those of [`Self::value`] and of `set`.
    pub(crate) fn only_if(mut self, condition: &str) -> Self {
        for part in condition.split('#').skip(1) {
            let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
            self.names.insert(part[..end].to_owned());
        }
        self.conditions.push(format!("({condition})"));
        self
    }

    /// Names a value of a condition, e.g. `:now`.
    pub(crate) fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.request = self.request.expression_attribute_values(name, value);
        self
    }

    /// Sends it. `action` stands in the error, e.g. "claiming an event".
    pub(crate) async fn send(self, action: &'static str) -> Result<Updated, StoreError> {
        // On the heap: the SDK's future is large, and whole events await it.
        Box::pin(self.send_request(action)).await
    }

    async fn send_request(self, action: &'static str) -> Result<Updated, StoreError> {
        let clauses = [("SET", &self.sets), ("ADD", &self.adds), ("REMOVE", &self.removals)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let change: Vec<_> =
            clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        let mut request = self.request.update_expression(change.join(" "));
        for name in self.names {
            request = request.expression_attribute_names(format!("#{name}"), name);
        }
        if !self.conditions.is_empty() {
            request = request.condition_expression(self.conditions.join(" AND "));
        }
        match request.send().await {
            Ok(answer) => Ok(Updated::Written(answer.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Updated::Refused(refused.item().cloned().unwrap_or_default()))
                }
                _ => Err(StoreError::aws(action, &error)),
            },
        }
    }
}
