//! The statements of a function's role in the template, and the permissions that they give.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Template, list};

/// An action on a resource; of the table, on items whose keys begin like this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permission {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) keys: Vec<String>,
}

impl Template {
    /// Returns the permissions of a function's role, with those that a parameter adds.
    pub(super) fn permissions(&self, function: &str) -> BTreeSet<Permission> {
        let statements = self.statements(function);
        let allowed = statements.iter().filter(|statement| statement["Effect"] == "Allow");
        allowed.flat_map(permissions_of).collect()
    }

    /// Returns the statements of a function's role, with those that a parameter adds.
    pub(super) fn statements(&self, function: &str) -> Vec<Value> {
        let properties = self.function(function).1;
        assert!(properties["Policies"].is_null(), "{function} has a role of its own");
        let role = properties["Role"].as_str().expect("the function has a role");
        let role = role.trim_end_matches(".Arn");
        let resource = |id: &str| &self.0["Resources"][id]["Properties"];
        let inline = list(&resource(role)["Policies"]).into_iter();
        let managed = list(&resource(role)["ManagedPolicyArns"]).into_iter();
        let managed = managed.map(|policy| resource(policy.as_str().expect("a policy's name")));
        let attached = self.of_type("AWS::IAM::Policy").map(|(_, policy)| policy);
        let attached = attached.filter(|policy| list(&policy["Roles"]).contains(&&role.into()));
        let documents = inline.chain(managed).chain(attached);
        documents.flat_map(|policy| branches(&policy["PolicyDocument"]["Statement"])).collect()
    }
}

/// The statements, with those of all branches of a condition.
fn branches(value: &Value) -> Vec<Value> {
    let mut statements = Vec::new();
    for statement in list(value) {
        match &statement["Fn::If"] {
            Value::Array(either) => {
                let either = either[1..].iter().filter(|branch| branch.is_object());
                statements.extend(either.flat_map(branches));
            }
            _ => statements.push(statement.clone()),
        }
    }
    statements
}

fn permissions_of(statement: &Value) -> Vec<Permission> {
    let condition = &statement["Condition"];
    let keys = &condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    assert!(condition.is_null() || keys.is_array(), "another condition: {statement}");
    let keys = keys.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let mut permissions = Vec::new();
    for action in list(&statement["Action"]) {
        for resource in list(&statement["Resource"]) {
            let (action, resource) = (text(action), text(resource));
            permissions.push(Permission { action, resource, keys: keys.clone() });
        }
    }
    permissions
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
