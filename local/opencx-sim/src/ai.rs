//! What the scripted AI decides on a message; pure, so that a conversation can be foretold.

use crate::answers;
use crate::wording::has_word;

/// The AI's next step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Leave the conversation to a human.
    HandOff,
    /// The customer is content: close.
    Resolve,
    /// Say this, in Markdown.
    Answer(&'static str),
}

/// The step that a customer's message asks for. Who asks for a human gets one, whatever else the
/// message says.
pub(crate) fn decide(text: &str) -> Step {
    if has_word(text, "human") {
        Step::HandOff
    } else if text.to_lowercase().contains("thanks, solved") {
        Step::Resolve
    } else {
        Step::Answer(answers::to(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_decides_the_step() {
        assert_eq!(decide("Let me talk to a Human!"), Step::HandOff);
        assert_eq!(decide("Thanks, solved. No human needed"), Step::HandOff);
        assert_eq!(decide("Great! Thanks, solved."), Step::Resolve);
        assert!(matches!(decide("that was humane"), Step::Answer(_)));
    }
}
