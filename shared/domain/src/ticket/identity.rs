//! Identity of a customer: proven by the channel or by OpenCX, or only typed.

use crate::opencx::events::{Channel, Contact};

/// The name by which a contact was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// The email address.
    Email,
    /// The phone number.
    Phone,
    /// OpenCX's id, HubSpot's thread, or the session.
    Other,
    /// None: it was made for this customer.
    Made,
}

/// Certainty that a customer is the person whose contact was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The channel or OpenCX vouches for the address by which they were found.
    Proven,
    /// They typed an address, which may be anybody's.
    Unproven,
}

impl Identity {
    /// Judges a customer. An email address is proven by mail, a phone number by calls and
    /// messages to it; a contact's id proves nothing, since OpenCX merges contacts by typed
    /// addresses. Where a channel proves one of two addresses, the contact must have been
    /// found by that one.
    pub fn of(channel: Option<Channel>, contact: &Contact, found_by: Option<FoundBy>) -> Self {
        let proven_by = match channel {
            Some(Channel::Email) => Some((FoundBy::Email, contact.email.is_some())),
            channel if proves_phone(channel) => Some((FoundBy::Phone, contact.phone.is_some())),
            _ => None,
        };
        let by_channel = proven_by.is_some_and(|(way, is_known)| {
            !is_known || matches!(found_by, None | Some(FoundBy::Made)) || found_by == Some(way)
        });
        if by_channel || contact.verified == Some(true) { Self::Proven } else { Self::Unproven }
    }
}

/// Returns whether a channel proves the customer's phone number.
pub fn proves_phone(channel: Option<Channel>) -> bool {
    matches!(channel, Some(Channel::WhatsApp | Channel::Sms | Channel::Phone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::EmailAddress;

    #[test]
    fn an_address_is_proven_by_the_channel_or_by_opencx() {
        use FoundBy::{Email, Made, Other, Phone};
        use Identity::{Proven, Unproven};
        let email = || EmailAddress::parse("carla@example.com");
        let phone = || Some("+4915112345678".to_owned());
        let both = Contact { email: email(), phone: phone(), ..Contact::default() };
        let by_mail = Contact { email: email(), ..Contact::default() };
        let verified = Contact { verified: Some(true), ..by_mail.clone() };
        let denied = Contact { verified: Some(false), ..by_mail.clone() };
        let cases = [
            (Some(Channel::Email), &by_mail, Some(Email), Proven),
            (Some(Channel::Email), &denied, Some(Email), Proven),
            (Some(Channel::Email), &both, Some(Phone), Unproven),
            (Some(Channel::WhatsApp), &both, Some(Phone), Proven),
            (Some(Channel::WhatsApp), &both, Some(Email), Unproven),
            (Some(Channel::WhatsApp), &both, Some(Other), Unproven),
            (Some(Channel::Sms), &both, Some(Made), Proven),
            (Some(Channel::Phone), &by_mail, Some(Email), Proven),
            (Some(Channel::Web), &by_mail, Some(Email), Unproven),
            (Some(Channel::Web), &by_mail, Some(Made), Unproven),
            (Some(Channel::Web), &verified, Some(Email), Proven),
            (Some(Channel::Slack), &by_mail, Some(Email), Unproven),
            (Some(Channel::Api), &verified, Some(Other), Proven),
            (None, &by_mail, None, Unproven),
        ];
        for (channel, contact, found_by, expected) in cases {
            let judged = Identity::of(channel, contact, found_by);
            assert_eq!(judged, expected, "{channel:?} {contact:?} {found_by:?}");
        }
    }
}
