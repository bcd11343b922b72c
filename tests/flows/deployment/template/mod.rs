//! template.yaml as it is deployed, its loops expanded, and the tests that compare it with the code.

mod consistency;
mod expand;
mod permissions;
mod statements;
mod yaml;

use std::time::Duration;

use bridge_store::Queue;
use serde_json::Value;

use expand::Expansion;

/// The template; references read as text: `Table`, `Table.Arn`.
struct Template(Value);

impl Template {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
        let text = std::fs::read_to_string(path).expect("template.yaml is there");
        let template = yaml::read(&text);
        Self(Expansion::of(&template).expand(&template))
    }

    /// Returns the logical names and properties of all resources of a type.
    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.0["Resources"].as_object().expect("there are resources");
        let of_type = all.iter().filter(move |(_, one)| one["Type"] == kind);
        of_type.map(|(id, one)| (id.as_str(), &one["Properties"]))
    }

    /// Returns the only resource of a type with this value of a property.
    fn only(&self, kind: &str, property: &str, value: &str) -> (&str, &Value) {
        let all = self.0["Resources"].as_object().expect("there are resources");
        let is_it = |one: &&(&String, &Value)| {
            one.1["Type"] == kind && one.1["Properties"][property] == value
        };
        let found: Vec<_> = all.iter().filter(|one| is_it(&one)).collect();
        let [(id, one)] = found[..] else { panic!("one {kind} with {property} {value}") };
        (id, &one["Properties"])
    }

    fn function(&self, name: &str) -> (&str, &Value) {
        self.only("AWS::Serverless::Function", "FunctionName", &named(name))
    }

    fn queue(&self, queue: Queue) -> (&str, &Value) {
        self.only("AWS::SQS::Queue", "QueueName", &named(queue.name()))
    }

    /// Returns a function's own variable, else that of all functions.
    fn variable(&self, function: &str, name: &str) -> &Value {
        let own = &self.function(function).1["Environment"]["Variables"][name];
        let of_all = &self.0["Globals"]["Function"]["Environment"]["Variables"][name];
        if own.is_null() { of_all } else { own }
    }

    /// Returns a function's own time limit, else the default.
    fn timeout(&self, name: &str) -> Duration {
        let own = &self.function(name).1["Timeout"];
        seconds(if own.is_null() { &self.0["Globals"]["Function"]["Timeout"] } else { own })
    }
}

/// Prefixes a name with the stack's.
fn named(name: &str) -> String {
    format!("${{AWS::StackName}}-{name}")
}

/// Returns the values of a property that takes one or several.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

fn seconds(value: &Value) -> Duration {
    Duration::from_secs(value.as_u64().expect("a number of seconds"))
}
