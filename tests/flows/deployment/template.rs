//! template.yaml, to be asked. `CloudFormation`'s tags are left out: `!GetAtt Table.Arn`
//! reads as its text.

use std::collections::BTreeSet;
use std::time::Duration;

use bridge_store::Queue;
use serde_json::Value;

/// The template.
pub(crate) struct Template(Value);

impl Template {
    pub(crate) fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
        let text = std::fs::read_to_string(path).expect("template.yaml is there");
        Self(serde_saphyr::from_str(&text).expect("template.yaml is YAML"))
    }

    /// All resources of a type: their logical names and properties.
    pub(crate) fn of_type<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.0["Resources"].as_object().expect("there are resources");
        let of_type = all.iter().filter(move |(_, one)| one["Type"] == kind);
        of_type.map(|(id, one)| (id.as_str(), &one["Properties"]))
    }

    /// The only resource of a type with this value of a property.
    pub(crate) fn only(&self, kind: &str, property: &str, value: &str) -> (&str, &Value) {
        let all = self.0["Resources"].as_object().expect("there are resources");
        let is_it = |one: &&(&String, &Value)| {
            one.1["Type"] == kind && one.1["Properties"][property] == value
        };
        let found: Vec<_> = all.iter().filter(|one| is_it(&one)).collect();
        let [(id, one)] = found[..] else { panic!("one {kind} with {property} {value}") };
        (id, &one["Properties"])
    }

    pub(crate) fn function(&self, name: &str) -> (&str, &Value) {
        self.only("AWS::Serverless::Function", "FunctionName", &named(name))
    }

    pub(crate) fn queue(&self, queue: Queue) -> (&str, &Value) {
        self.only("AWS::SQS::Queue", "QueueName", &named(queue.name()))
    }

    /// A function's own time limit, else the one of all.
    pub(crate) fn timeout(&self, name: &str) -> Duration {
        let own = &self.function(name).1["Timeout"];
        seconds(if own.is_null() { &self.0["Globals"]["Function"]["Timeout"] } else { own })
    }

    /// What a function's role may do to a resource, by its logical name.
    pub(crate) fn may(&self, function: &str, resource: &str) -> BTreeSet<&str> {
        let role = self.function(function).1["Role"].as_str().expect("the function has a role");
        let role = &self.0["Resources"][role.trim_end_matches(".Arn")]["Properties"];
        let policies = list(&role["Policies"]).into_iter();
        let statements = policies.flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]));
        let arn = format!("{resource}.Arn");
        let about = statements.filter(|one| list(&one["Resource"]).iter().any(|it| **it == *arn));
        about.flat_map(|one| list(&one["Action"])).filter_map(Value::as_str).collect()
    }
}

/// A name, as the stack makes it its own.
fn named(name: &str) -> String {
    format!("${{AWS::StackName}}-{name}")
}

/// One or several: `CloudFormation` takes either.
pub(crate) fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

pub(crate) fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_u64().expect("a number of seconds"))
}
