//! Words, language and sentiment of a text, and the summary of a conversation.

use crate::contact::Contact;
use crate::session::Session;

/// German words that English does not share.
const GERMAN: [&str; 14] = [
    "ich", "nicht", "bitte", "und", "mein", "meine", "meiner", "hallo", "danke", "wo", "ist",
    "der", "mit", "wann",
];

/// Returns whether `word`, in lower case, is one of the words of `text`.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    words(text).any(|candidate| candidate == word)
}

/// Guesses the ISO code of the language, of the two that the AI speaks.
pub(crate) fn language(text: &str) -> &'static str {
    let german = words(text)
        .any(|word| GERMAN.contains(&word.as_str()) || word.contains(['ä', 'ö', 'ü', 'ß']));
    if german { "de" } else { "en" }
}

/// Returns `angry` or `neutral`.
pub(crate) fn sentiment(text: &str) -> &'static str {
    if text.to_lowercase().contains("angry") || text.contains("!!!") { "angry" } else { "neutral" }
}

/// Returns the sentiment of the customer's last message.
pub(crate) fn session_sentiment(session: &Session) -> &'static str {
    session.customer_texts().last().map_or("neutral", sentiment)
}

/// Sums up the conversation in one to three sentences.
pub(crate) fn summary(contact: &Contact, session: &Session) -> String {
    let names = [&contact.name, &contact.email, &contact.phone_number];
    let customer = names.into_iter().flatten().next().map_or("The customer", String::as_str);
    let texts: Vec<_> = session.customer_texts().collect();
    let Some((first, later)) = texts.split_first() else {
        return format!("{customer} opened a conversation and wrote nothing.");
    };
    let answers = match session.messages().count() - texts.len() {
        0 => "",
        1 => " One answer followed.",
        _ => " Several answers followed.",
    };
    let last = later.last().map(|last| format!(" The last message was: “{last}”."));
    format!("{customer} asked: “{first}”.{answers}{}", last.unwrap_or_default())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}
