//! Recognises two programs that answer each other, by the recent traffic of a thread.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hubspot::thread::Owner;
use crate::time::Timestamp;

/// Span of the traffic that counts.
pub const WINDOW: Duration = Duration::from_mins(10);

/// The incoming message with the same text that ends a conversation.
const SAME_TEXTS: usize = 3;

/// Most messages and answers that are kept.
const MOST_KEPT: usize = 200;

/// The recent traffic of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Answers of the AI; the parts of a long one count once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Vec<Passed>>,
    /// Messages that the AI was to hear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Passed>>,
    /// The moment at which the AI was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
}

/// A message or answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The id of its event: a repeat is not counted again.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// A digest of a message's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The messages in HubSpot that an answer became.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posted: Vec<String>,
}

/// The stop of the AI in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// When; nothing earlier counts any more once the AI has the thread again.
    pub at: Timestamp,
    /// In force.
    pub active: bool,
    /// The thread was given to a human.
    pub assigned: bool,
}

/// The sign by which a loop was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopSign {
    /// More answers of the AI than the settings allow.
    TooManyAnswers,
    /// The same text again and again.
    SameText,
}

impl Traffic {
    /// Returns whether the AI is stopped in a thread with this owner. A human ends the stop
    /// by giving the thread back to the AI's user; where the portal let nobody be assigned,
    /// it ends by itself.
    pub fn is_stopped(&self, owner: &Owner, now: Timestamp) -> bool {
        let Some(stop) = self.stop.as_ref().filter(|stop| stop.active) else { return false };
        let is_given_back = *owner == Owner::Ai && stop.assigned;
        let is_over = !stop.assigned && now.since(stop.at) >= WINDOW;
        !is_given_back && !is_over
    }

    /// Counts a message that the AI is to hear, and tells whether it is one too many.
    pub fn hear(
        &mut self,
        id: &str,
        text: &str,
        at: Timestamp,
        max_answers: u32,
    ) -> Option<LoopSign> {
        let digest = digest(text);
        let messages = self.messages.get_or_insert_default();
        let text = Some(digest.clone());
        count(messages, Passed { id: id.to_owned(), at, text, posted: Vec::new() });
        let repeats = self.counted(self.messages.as_ref(), at);
        let repeats = repeats.filter(|passed| passed.text.as_ref() == Some(&digest)).count();
        let answers = self.counted(self.answers.as_ref(), at).count();
        if answers >= usize::try_from(max_answers).unwrap_or(usize::MAX) {
            Some(LoopSign::TooManyAnswers)
        } else if repeats >= SAME_TEXTS {
            Some(LoopSign::SameText)
        } else {
            None
        }
    }

    /// Lists what passed within the window before a moment, and after the last stop.
    fn counted<'a>(
        &self,
        passed: Option<&'a Vec<Passed>>,
        at: Timestamp,
    ) -> impl Iterator<Item = &'a Passed> {
        let since = self.stop.as_ref().map(|stop| stop.at);
        passed.into_iter().flatten().filter(move |passed| {
            let is_new = since.is_none_or(|since| passed.at > since);
            is_new && passed.at <= at && at.since(passed.at) < WINDOW
        })
    }

    /// Counts an answer of the AI, and keeps the id of the message that it became: the parts of
    /// a long answer are several messages.
    pub fn answer(&mut self, id: &str, message: &str, at: Timestamp) {
        let answers = self.answers.get_or_insert_default();
        count(answers, Passed { id: id.to_owned(), at, text: None, posted: Vec::new() });
        let Some(answer) = answers.iter_mut().find(|answer| answer.id == id) else { return };
        if !answer.posted.iter().any(|posted| posted == message) {
            answer.posted.push(message.to_owned());
        }
    }

    /// Returns whether a message is one of the answers that are kept.
    pub fn is_answer(&self, message: &str) -> bool {
        let posted = self.answers.iter().flatten().flat_map(|answer| &answer.posted);
        posted.into_iter().any(|posted| posted == message)
    }
}

fn count(list: &mut Vec<Passed>, new: Passed) {
    list.retain(|known| new.at.since(known.at) < WINDOW);
    if list.iter().all(|known| known.id != new.id) {
        list.push(new);
    }
    list.drain(..list.len().saturating_sub(MOST_KEPT));
}

/// A digest of a text, which does not depend on its white space and letter case.
fn digest(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    hex::encode(&Sha256::digest(words.join(" "))[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000_000 + millis)
    }

    #[test]
    fn one_message_more_than_the_answers_allowed_is_a_loop() {
        let mut traffic = Traffic::default();
        for round in 0..8 {
            let id = format!("m{round}");
            let sign = traffic.hear(&id, &format!("text {round}"), at(round * 1_000), 8);
            assert_eq!(sign, None, "{round}");
            for (part, millis) in [("1", 500), ("2", 600), ("2", 700)] {
                let message = format!("m{round}/{part}");
                traffic.answer(&format!("a{round}"), &message, at(round * 1_000 + millis));
            }
        }
        let mut again = traffic.clone();
        assert_eq!(again.hear("m8", "text 8", at(8_000), 8), Some(LoopSign::TooManyAnswers));
        assert_eq!(traffic.clone().hear("m8", "text 8", at(8_000), 9), None);
        assert_eq!(traffic.clone().hear("m8", "text 8", at(10 * MINUTE + 1_000), 8), None);
        // A message that arrived before the answers, and was held up, is no answer to them.
        assert_eq!(traffic.hear("m8", "text 8", at(0), 8), None);
    }

    #[test]
    fn each_part_of_an_answer_is_known_until_the_window_is_over() {
        let mut traffic = Traffic::default();
        traffic.answer("a", "m1", at(0));
        traffic.answer("a", "m2", at(9 * MINUTE));
        traffic.answer("b", "m3", at(9 * MINUTE));
        for (message, expected) in [("m1", true), ("m2", true), ("m3", true), ("m4", false)] {
            assert_eq!(traffic.is_answer(message), expected, "{message}");
        }
        traffic.answer("c", "m4", at(11 * MINUTE));
        for (message, expected) in [("m1", false), ("m3", true), ("m4", true)] {
            assert_eq!(traffic.is_answer(message), expected, "{message}, later");
        }
    }

    #[test]
    fn the_third_message_with_the_same_text_is_a_loop() {
        let cases = [
            (["Hi", "Hi", "Hi"], [0, 1, 2], Some(LoopSign::SameText)),
            (["Hi  there", "hi there ", "HI\nthere"], [0, 1, 2], Some(LoopSign::SameText)),
            (["Hi", "Ho", "Hi"], [0, 1, 2], None),
            (["Hi", "Hi", "Hi"], [0, 1, 11], None),
        ];
        for (texts, minutes, expected) in cases {
            let mut traffic = Traffic::default();
            let mut last = None;
            for (round, (text, minute)) in texts.iter().zip(minutes).enumerate() {
                last = traffic.hear(&format!("m{round}"), text, at(minute * MINUTE), 8);
            }
            assert_eq!(last, expected, "{texts:?} {minutes:?}");
        }
        let mut traffic = Traffic::default();
        let repeats = [0, 1, 2].map(|minute| traffic.hear("m", "Hi", at(minute), 8));
        assert_eq!(repeats, [None; 3], "one message that is delivered three times");
    }

    #[test]
    fn a_stop_stands_until_a_human_gives_the_thread_back() {
        let stopped = |assigned| Traffic {
            stop: Some(Stop { at: at(0), active: true, assigned }),
            ..Traffic::default()
        };
        let cases = [
            (true, Owner::Nobody, 60, true),
            (true, Owner::Human(None), 60, true),
            (true, Owner::Ai, 1, false),
            (false, Owner::Ai, 1, true),
            (false, Owner::Nobody, 9, true),
            (false, Owner::Nobody, 10, false),
        ];
        for (assigned, owner, minute, expected) in cases {
            let is_stopped = stopped(assigned).is_stopped(&owner, at(minute * MINUTE));
            assert_eq!(is_stopped, expected, "{assigned} {owner:?} {minute}");
        }
        let mut given_back = stopped(true);
        given_back.stop.as_mut().unwrap().active = false;
        for round in 0..8 {
            given_back.answer(&format!("a{round}"), "m", at(-round));
        }
        assert_eq!(given_back.hear("m", "Hi", at(1), 8), None, "it starts from nothing");
    }
}
