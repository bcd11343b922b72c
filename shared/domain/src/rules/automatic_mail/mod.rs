//! Mail that no person wrote: answering it would go on without end.

mod words;

use crate::email::EmailAddress;
use crate::hubspot::message::Message;
use crate::hubspot::party::Party;
use crate::rules::email_signature::Signature;

use words::{ANSWERS, NO_REPLY, RECEIPTS, SENDERS, SUBJECTS, UNTIL};

/// Returns whether an incoming mail was written by a program: by its sender, its subject, or
/// because it comes from the inbox itself.
pub fn is_automatic(message: &Message, own_addresses: &[EmailAddress]) -> bool {
    if !message.is_email() {
        return false;
    }
    let sender = message.sender().and_then(Party::email);
    sender.is_some_and(|sender| is_program(&sender) || own_addresses.contains(&sender))
        || message.subject().is_some_and(is_automatic_subject)
}

/// Returns whether a mail may come from one of the portal's own addresses, so that these have
/// to be known: its sender is among its recipients, or has the domain of a signature.
pub fn may_be_our_own(message: &Message, signatures: &[Signature]) -> bool {
    let Some(sender) = message.sender().and_then(Party::email) else { return false };
    message.is_email()
        && (message.recipients.iter().any(|to| to.email().as_ref() == Some(&sender))
            || signatures.iter().any(|signature| signature.domain.is(sender.domain())))
}

fn is_program(sender: &EmailAddress) -> bool {
    // What follows a `+` tells mails apart, not senders.
    let name = sender.local_part().split('+').next().unwrap_or_default();
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).map(without_accent).collect();
    let is_bounce = letters.starts_with("bounce");
    is_bounce
        || SENDERS.contains(&letters.as_str())
        || NO_REPLY.iter().any(|word| letters.contains(word))
}

fn without_accent(letter: char) -> char {
    match letter {
        'ã' => 'a',
        'é' => 'e',
        letter => letter,
    }
}

fn is_automatic_subject(subject: &str) -> bool {
    let subject = subject.to_lowercase().replace('：', ":");
    let subject = subject.trim_start_matches(|c: char| c.is_whitespace() || is_bracket(c));
    let receipts = RECEIPTS.iter().filter_map(|words| subject.strip_prefix(words));
    let automatic = SUBJECTS.iter().filter_map(|words| subject.strip_prefix(words));
    receipts.map(str::trim_start).any(|rest| rest.starts_with(':'))
        || automatic.map(str::trim_start).any(ends_there)
}

/// Returns whether this can follow an autoresponder's words.
fn ends_there(rest: &str) -> bool {
    let mark = rest.chars().next().is_none_or(|c| ":-–—|/!.,;([{<".contains(c) || is_bracket(c));
    mark || ANSWERS.iter().chain(&UNTIL).any(|words| rest.starts_with(words))
}

fn is_bracket(c: char) -> bool {
    "[]【】()（）<>«»「」*\"'".contains(c)
}

#[cfg(test)]
mod tests;
