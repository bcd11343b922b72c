//! What a text tells: its words, its language, its mood, and the summary of a conversation.

use crate::session::Session;

/// German words that English does not share.
const GERMAN: [&str; 14] = [
    "ich", "nicht", "bitte", "und", "mein", "meine", "meiner", "hallo", "danke", "wo", "ist",
    "der", "mit", "wann",
];

/// Whether `word`, in lower case, stands in `text` as a word of its own.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    words(text).any(|candidate| candidate == word)
}

/// The ISO code of the language, a guess between the two that the AI speaks.
pub(crate) fn language(text: &str) -> &'static str {
    let german = words(text)
        .any(|word| GERMAN.contains(&word.as_str()) || word.contains(['ä', 'ö', 'ü', 'ß']));
    if german { "de" } else { "en" }
}

/// How a customer feels who asks for a human or leaves: `angry` or `neutral`.
pub(crate) fn sentiment(text: &str) -> &'static str {
    if text.to_lowercase().contains("angry") || text.contains("!!!") { "angry" } else { "neutral" }
}

/// A sentence or three on the conversation so far.
pub(crate) fn summary(who: &str, session: &Session) -> String {
    let heard: Vec<_> = session.heard().collect();
    let Some((first, later)) = heard.split_first() else {
        return format!("{who} opened a conversation and wrote nothing.");
    };
    let answers = match session.messages().count() - heard.len() {
        0 => "",
        1 => " One answer followed.",
        _ => " Several answers followed.",
    };
    let last = later.last().map(|last| format!(" The last message was: “{last}”."));
    format!("{who} asked: “{first}”.{answers}{}", last.unwrap_or_default())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_whole_word() {
        assert!(has_word("I want a HUMAN, now", "human"));
        assert!(!has_word("this is inhumane", "human"));
    }

    #[test]
    fn german_is_told_from_english() {
        assert_eq!(language("Wo ist meine Bestellung?"), "de");
        assert_eq!(language("Where is my order?"), "en");
        assert_eq!(language("Rückerstattung"), "de");
    }

    #[test]
    fn anger_is_said_or_shouted() {
        assert_eq!(sentiment("I am Angry"), "angry");
        assert_eq!(sentiment("Now!!!"), "angry");
        assert_eq!(sentiment("Now!"), "neutral");
    }
}
