//! Expands `Fn::ForEach` and `Fn::FindInMap` as `AWS::LanguageExtensions` does, and writes
//! references as text: `{"Ref": "Table"}` becomes `Table`, an attribute of it `Table.Arn`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The mappings of a template and the loop variables in scope.
#[derive(Clone)]
pub(super) struct Expansion<'a> {
    mappings: &'a Value,
    variables: BTreeMap<String, String>,
}

impl<'a> Expansion<'a> {
    pub(super) fn of(template: &'a Value) -> Self {
        Self { mappings: &template["Mappings"], variables: BTreeMap::new() }
    }

    pub(super) fn expand(&self, node: &Value) -> Value {
        match node {
            Value::Array(nodes) => nodes.iter().map(|node| self.expand(node)).collect(),
            Value::Object(members) => self.call(members).unwrap_or_else(|| self.members(members)),
            scalar => scalar.clone(),
        }
    }

    /// The result of a function, where the object is the call of one.
    fn call(&self, members: &Map<String, Value>) -> Option<Value> {
        let (function, argument) = members.iter().next().filter(|_| members.len() == 1)?;
        match function.as_str() {
            "Ref" => {
                let name = self.text(argument);
                Some(self.variables.get(&name).cloned().unwrap_or(name).into())
            }
            "Fn::GetAtt" => Some(match argument {
                Value::Array(parts) => {
                    parts.iter().map(|part| self.text(part)).collect::<Vec<_>>().join(".").into()
                }
                whole => whole.clone(),
            }),
            "Fn::Sub" => Some(self.substitute(argument).into()),
            "Fn::FindInMap" => Some(self.find(argument)),
            _ => None,
        }
    }

    fn members(&self, members: &Map<String, Value>) -> Value {
        let mut expanded = Map::new();
        for (key, value) in members {
            if key.starts_with("Fn::ForEach::") {
                expanded.extend(self.repeat(value));
            } else {
                expanded.insert(self.fill(key), self.expand(value));
            }
        }
        expanded.into()
    }

    /// The members that a loop produces: its variable, its collection and its fragment.
    fn repeat(&self, each: &Value) -> Map<String, Value> {
        let variable = self.text(&each[0]);
        let collection = self.expand(&each[1]);
        let mut produced = Map::new();
        for item in collection.as_array().expect("a loop has a list") {
            let mut inner = self.clone();
            inner.variables.insert(variable.clone(), self.text(item));
            let Value::Object(members) = inner.expand(&each[2]) else {
                panic!("{each} has members")
            };
            for (key, value) in members {
                assert!(produced.insert(key.clone(), value).is_none(), "{key} is produced twice");
            }
        }
        produced
    }

    fn find(&self, path: &Value) -> Value {
        let path: Vec<_> =
            path.as_array().expect("a path").iter().map(|part| self.text(part)).collect();
        let found = &self.mappings[&path[0]][&path[1]][&path[2]];
        assert!(!found.is_null(), "the mappings have {path:?}");
        found.clone()
    }

    /// The text of `Fn::Sub`, with its own variables and those of loops filled in.
    fn substitute(&self, argument: &Value) -> String {
        let Value::Array(parts) = argument else { return self.fill(&self.text(argument)) };
        let mut inner = self.clone();
        for (name, value) in parts[1].as_object().expect("variables of Fn::Sub") {
            if let Value::String(text) = self.expand(value) {
                inner.variables.insert(name.clone(), text);
            }
        }
        inner.fill(&self.text(&parts[0]))
    }

    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("${{{name}}}"), value)
        };
        self.variables.iter().fold(text.to_owned(), fill)
    }

    fn text(&self, node: &Value) -> String {
        self.expand(node).as_str().expect("a text").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::yaml;
    use super::Expansion;

    #[test]
    fn a_loop_produces_a_member_for_each_item() {
        let template = yaml::read(
            "Mappings:
  Size: { A: { Delay: 5, Next: B }, B: { Delay: 0, Next: A } }
Resources:
  Fn::ForEach::Queues:
    - Queue
    - [A, B]
    - ${Queue}Queue:
        Delay: !FindInMap [Size, !Ref Queue, Delay]
        Next: !GetAtt [!Sub \"${Queue}Queue\", Arn]
        Name: !Sub [\"${AWS::StackName}-${Of}\", { Of: !FindInMap [Size, !Ref Queue, Next] }]
      Fn::ForEach::Readers:
        - Reader
        - [!FindInMap [Size, !Ref Queue, Next]]
        - ${Queue}To${Reader}: !Ref Table
  Plain: { If: !If [Has, !Ref Topic, !Ref AWS::NoValue], Arn: !GetAtt Table.Arn }
",
        );
        let expanded = Expansion::of(&template).expand(&template["Resources"]);
        let stack = "${AWS::StackName}";
        assert_eq!(
            expanded,
            json!({
                "AQueue": { "Delay": 5, "Next": "AQueue.Arn", "Name": format!("{stack}-B") },
                "AToB": "Table",
                "BQueue": { "Delay": 0, "Next": "BQueue.Arn", "Name": format!("{stack}-A") },
                "BToA": "Table",
                "Plain": {
                    "If": { "Fn::If": ["Has", "Topic", "AWS::NoValue"] },
                    "Arn": "Table.Arn",
                },
            })
        );
    }
}
