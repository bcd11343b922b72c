//! Reads YAML with `CloudFormation`'s tags as JSON: `!Ref Table` is `{"Ref": "Table"}`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Tagged;

pub(super) fn read(text: &str) -> Value {
    let document: Tagged<Node> = serde_saphyr::from_str(text).expect("template.yaml is YAML");
    long_form(document)
}

/// A node without its own tag; the tags within it are resolved.
struct Node(Value);

/// The long form of a function that a tag stands for.
fn long_form(node: Tagged<Node>) -> Value {
    let Tagged(Node(value), tag) = node;
    let tag = tag.unwrap_or_default();
    let Some(function) = tag.strip_prefix('!').filter(|name| !name.is_empty()) else {
        return value;
    };
    let name = if function == "Ref" { "Ref".to_owned() } else { format!("Fn::{function}") };
    Value::Object(Map::from_iter([(name, value)]))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Node)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("YAML")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(node) = nodes.next_element()? {
            values.push(long_form(node));
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut nodes: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((key, node)) = nodes.next_entry::<String, _>()? {
            values.insert(key, long_form(node));
        }
        Ok(values.into())
    }
}
