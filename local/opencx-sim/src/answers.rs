//! What the scripted AI knows. Every answer has bold text, a list and a link, as real ones do, so
//! that whoever renders Markdown has something to render.

use crate::wording::has_word;

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

/// Words, and what is answered to a message that has one of them; the first that fits.
const TOPICS: [(&[&str], &str); 2] = [
    (&["refund", "refunds", "return", "money", "erstattung"], REFUND),
    (&["order", "orders", "parcel", "delivery", "bestellung", "paket"], ORDER),
];

/// The answer to a message: the same message always gets the same answer.
pub(crate) fn to(text: &str) -> &'static str {
    let fits = |words: &[&str]| words.iter().any(|word| has_word(text, word));
    TOPICS.iter().find(|(words, _)| fits(words)).map_or(DEFAULT, |(_, answer)| answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topic_chooses_the_answer() {
        assert_eq!(to("Where is my ORDER?"), ORDER);
        assert_eq!(to("I want a refund for my order"), REFUND);
        assert_eq!(to("Hello"), DEFAULT);
        assert_eq!(to("I am in disorder"), DEFAULT);
    }

    #[test]
    fn every_answer_has_something_to_render() {
        for answer in [ORDER, REFUND, DEFAULT] {
            assert!(answer.contains("**") && answer.contains("](https://"), "{answer}");
            assert!(answer.contains("\n- ") || answer.contains("\n1. "), "{answer}");
        }
    }
}
