//! The decisions of the scripted AI: the same message always gets the same answer.

use crate::text_analysis::has_word;

// Every answer has bold text, a list and a link, as real ones do, so that whoever renders Markdown
// has something to render.

const ORDER: &str = "Your order is **on its way**.

- It left our warehouse yesterday
- It arrives within *two working days*

You can follow it on [our tracking page](https://acme.com/track).";

const REFUND: &str = "A refund is **no problem** within 30 days.

1. Open [your orders](https://acme.com/orders)
2. Choose **Return**
3. Print the label

The money is back on your account within five working days.";

const DEFAULT: &str = "Thank you for your message. Here is **what I can do** for you:

- tell you where an order is
- start a refund
- pass you on to a colleague

Or have a look at our [help pages](https://acme.com/help?topic=start&lang=en).";

/// Words and the answer to a message that has one of them; the first that fits.
const TOPICS: [(&[&str], &str); 2] = [
    (&["refund", "refunds", "return", "money", "erstattung"], REFUND),
    (&["order", "orders", "parcel", "delivery", "bestellung", "paket"], ORDER),
];

/// The AI's reaction to a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// Leaves the conversation to a human.
    HandOff,
    /// The customer is content: closes.
    Resolve,
    /// Answers, in Markdown.
    Answer(&'static str),
}

/// Decides on a customer's message. A customer who asks for a human gets one, whatever else the
/// message says.
pub(crate) fn decide(text: &str) -> Reaction {
    if has_word(text, "human") {
        return Reaction::HandOff;
    }
    if text.to_lowercase().contains("thanks, solved") {
        return Reaction::Resolve;
    }
    for (words, answer) in TOPICS {
        if words.iter().any(|word| has_word(text, word)) {
            return Reaction::Answer(answer);
        }
    }
    Reaction::Answer(DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_message_decide() {
        for (text, reaction) in [
            ("Let me talk to a Human!", Reaction::HandOff),
            ("Thanks, solved. No human needed", Reaction::HandOff),
            ("Great! Thanks, solved.", Reaction::Resolve),
            ("Where is my ORDER?", Reaction::Answer(ORDER)),
            ("I want a refund for my order", Reaction::Answer(REFUND)),
            ("that was humane", Reaction::Answer(DEFAULT)),
            ("I am in disorder", Reaction::Answer(DEFAULT)),
        ] {
            assert_eq!(decide(text), reaction, "{text}");
        }
    }
}
