//! Objects from outside, read field by field: what cannot be read is left out and noted.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::value;
use crate::time::Timestamp;

/// Most notes of one event: enough to see what is wrong, and short enough for a record.
const MOST_NOTES: usize = 20;

/// Longest path of a field in a note, in characters: it may hold keys from outside.
const LONGEST_PATH: usize = 80;

/// Notes on what was left out. They name fields and never quote a person's words.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<String>>);

impl Notes {
    /// Notes that a field was left out, and why.
    pub fn add(&self, field: &str, why: &str) {
        let mut notes = self.0.borrow_mut();
        if notes.len() < MOST_NOTES {
            let field: String = field.chars().take(LONGEST_PATH).collect();
            notes.push(format!("{field}: {why}, left out"));
        }
    }

    /// The notes so far.
    pub fn into_list(self) -> Vec<String> {
        self.0.into_inner()
    }
}

/// Fields of a JSON object. Each is asked for by its spellings; the first that can be
/// read counts, and nothing but an unreadable one is noted.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    path: &'a str,
    object: Option<&'a Map<String, Value>>,
    notes: &'a Notes,
}

impl<'a> Fields<'a> {
    /// The fields of a value; of none if it is no object, which is noted unless it is absent.
    pub fn of(path: &'a str, value: &'a Value, notes: &'a Notes) -> Self {
        if !value.is_object() && !value::is_absent(value) {
            notes.add(path, "not an object");
        }
        Self { path, object: value.as_object(), notes }
    }

    /// The notes to which its fields add.
    pub fn notes(&self) -> &'a Notes {
        self.notes
    }

    /// The path of a field, for notes and errors.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The value under this name, whatever it is.
    pub fn raw(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name)
    }

    /// The values that are there under these names, in this order.
    pub fn values<'n>(
        &self,
        names: &'n [&'n str],
    ) -> impl Iterator<Item = (&'n str, &'a Value)> + use<'n, 'a> {
        let fields = self.object;
        names
            .iter()
            .filter_map(move |name| Some((*name, fields?.get(*name)?)))
            .filter(|(_, value)| !value::is_absent(value))
    }

    /// Reads the first field that can be read by `read`.
    pub fn read<T>(
        &self,
        names: &[&str],
        expected: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let mut odd = None;
        for (name, value) in self.values(names) {
            match read(value) {
                Some(read) => return Some(read),
                None => odd = odd.or(Some(name)),
            }
        }
        self.notes.add(&self.path_of(odd?), expected);
        None
    }

    /// A text that is not blank.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        self.read(names, "not a text", value::text)
    }

    /// An identifier.
    pub fn id(&self, names: &[&str]) -> Option<String> {
        self.read(names, "not an id", value::id)
    }

    /// A moment.
    pub fn time(&self, names: &[&str]) -> Option<Timestamp> {
        self.read(names, "not a moment", Timestamp::parse)
    }

    /// Yes or no.
    pub fn flag(&self, names: &[&str]) -> Option<bool> {
        self.read(names, "neither true nor false", value::flag)
    }

    /// A value from a list of known ones, in any letter case. An unknown one is named in
    /// the note if it looks like a name and not like somebody's words.
    pub fn known<T>(&self, names: &[&str], of: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (name, value) = self.values(names).next()?;
        let text = value::text(value).map(|text| text.trim().to_lowercase());
        let known = text.as_deref().and_then(of);
        if known.is_none() {
            let named = text.filter(|text| is_name(text)).map(|text| format!("`{text}` is "));
            let why = format!("{}not a known value", named.unwrap_or_default());
            self.notes.add(&self.path_of(name), &why);
        }
        known
    }

    /// The elements of a list, with the path of each. A lone element counts as a list.
    pub fn list(&self, names: &[&str]) -> Vec<(String, &'a Value)> {
        let Some((name, value)) = self.values(names).next() else { return Vec::new() };
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let path = self.path_of(name);
        let numbered = list.iter().enumerate().map(|(at, one)| (format!("{path}[{at}]"), one));
        numbered.filter(|(_, value)| !value::is_absent(value)).collect()
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 32 && text.chars().all(|c| c.is_ascii_lowercase() || "_-".contains(c))
}

/// Implements `Deserialize` for a type that is read by its `read` from any value, for
/// answers of the vendors, whose odd fields are left out without a note.
macro_rules! deserialize_leniently {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                Ok(Self::read("", &value, &$crate::json::Notes::default()))
            }
        }
    };
}
pub(crate) use deserialize_leniently;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_spelling_that_can_be_read_counts() {
        let value = json!({ "a": null, "b": " ", "c": ["x"], "d": 7, "e": "second" });
        let notes = Notes::default();
        let fields = Fields::of("data", &value, &notes);
        assert_eq!(fields.text(&["a", "b", "c", "d", "e"]).as_deref(), Some("7"));
        assert_eq!(fields.text(&["a", "b", "x"]), None);
        assert_eq!(fields.flag(&["c"]), None);
        assert_eq!(fields.id(&["d"]).as_deref(), Some("7"));
        assert_eq!(notes.into_list(), ["data.c: neither true nor false, left out"]);
    }

    #[test]
    fn an_unknown_value_is_named_unless_it_may_be_somebodys_words() {
        let value = json!({ "mood": "Frustrated", "words": "I am Ann, +49 1", "odd": {"a": 1} });
        let notes = Notes::default();
        let fields = Fields::of("", &value, &notes);
        let of = |text: &str| (text == "happy").then_some(());
        for name in ["mood", "words", "odd", "absent"] {
            assert_eq!(fields.known(&[name], of), None);
        }
        assert_eq!(
            notes.into_list(),
            [
                "mood: `frustrated` is not a known value, left out",
                "words: not a known value, left out",
                "odd: not a known value, left out"
            ]
        );
    }

    #[test]
    fn notes_are_few_and_short_whatever_comes() {
        let notes = Notes::default();
        for _ in 0..1_000 {
            notes.add(&"x".repeat(10_000), "not a text");
        }
        let list = notes.into_list();
        assert!(list.len() == MOST_NOTES && list.iter().all(|note| note.len() < 120));
    }
}
