//! The keys of the table: what an item is, and whose.

use std::borrow::Cow;

use bridge_domain::ids::{ContactId, OrgId, SessionId, ThreadId, TicketId};
use sha2::{Digest, Sha256};

use crate::person::PersonName;

/// The beginning of the sort keys of sessions in a person's list.
pub(crate) const LISTED_SESSION: &str = "SESSION#";

/// The same of the names of a contact.
pub(crate) const LISTED_NAME: &str = "NAME#";

/// A partition key and a sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(kind: &str, org: &OrgId, id: &str, sk: &str) -> Self {
        Self { pk: format!("{kind}#{org}#{}", short(id)), sk: sk.to_owned() }
    }

    /// An organisation's settings document.
    pub fn settings(org: &OrgId) -> Self {
        Self { pk: format!("ORG#{org}"), sk: "SETTINGS".to_owned() }
    }

    /// The list of the organisations that have settings.
    pub fn orgs() -> Self {
        Self { pk: "ORGS".to_owned(), sk: "LIST".to_owned() }
    }

    /// When an organisation's last event arrived. Its partition is not that of the settings, so
    /// that a function's role can write the one without the other.
    pub fn activity(org: &OrgId) -> Self {
        Self { pk: format!("ACTIVITY#{org}"), sk: "ACTIVITY".to_owned() }
    }

    /// The deferred messages of a conversation on the queue of a function, beside the activity.
    pub(crate) fn deferred(org: &OrgId, function: &str, group: &str) -> Self {
        Self { sk: format!("DEFERRED#{function}#{}", short(group)), ..Self::activity(org) }
    }

    /// The organisation of a HubSpot portal.
    pub fn portal_owner(portal: u64) -> Self {
        Self { pk: format!("PORTAL-OWNER#{portal}"), sk: "ORG".to_owned() }
    }

    /// A function's claim on an event, and later its outcome.
    pub fn event(function: &str, org: &str, event_id: &str) -> Self {
        let pk = format!("EVENT#{function}#{}#{}", short(org), short(event_id));
        Self { pk, sk: "CLAIM".to_owned() }
    }

    /// The link of a HubSpot thread.
    pub fn thread(org: &OrgId, thread: &ThreadId) -> Self {
        Self::new("THREAD", org, thread.as_str(), "LINK")
    }

    /// The link of an OpenCX session.
    pub fn session(org: &OrgId, session: &SessionId) -> Self {
        Self::new("SESSION", org, session.as_str(), "LINK")
    }

    /// The link of a HubSpot ticket.
    pub fn ticket(org: &OrgId, ticket: &TicketId) -> Self {
        Self::new("TICKET", org, ticket.as_str(), "LINK")
    }

    /// The newest change of a ticket property that reached its sessions.
    pub fn property(org: &OrgId, ticket: &TicketId, property: &str) -> Self {
        Self::new("TICKET", org, ticket.as_str(), &format!("PROPERTY#{}", short(property)))
    }

    /// The key of an organisation's hashes.
    pub fn salt(org: &OrgId) -> Self {
        Self { pk: format!("SALT#{org}"), sk: "SALT".to_owned() }
    }

    /// A customer's HubSpot contact, by one of their names.
    pub fn contact(org: &OrgId, name: &PersonName) -> Self {
        Self::new("CONTACT", org, name.as_str(), "LINK")
    }

    /// The entry of a session in the list of a person.
    pub fn listed_session(person: &Self, session: &SessionId) -> Self {
        Self { pk: person.pk.clone(), sk: format!("{LISTED_SESSION}{}", short(session.as_str())) }
    }

    /// The entry of a name in the list of a contact.
    pub fn listed_name(contact: &Self, name: &PersonName) -> Self {
        Self { pk: contact.pk.clone(), sk: format!("{LISTED_NAME}{}", name.as_str()) }
    }

    /// A part of the message of a parked event.
    pub fn parked_body(claim: &Self, part: usize) -> Self {
        let sk = if part == 0 { "BODY".to_owned() } else { format!("BODY#{part}") };
        Self { pk: claim.pk.replacen("EVENT#", "PARKED#", 1), sk }
    }

    /// A customer's last ticket, by their HubSpot contact.
    pub fn customer(org: &OrgId, contact: &ContactId) -> Self {
        Self::new("CUSTOMER", org, contact.as_str(), "LINK")
    }

    /// The right to change something that several events share.
    pub fn lock(org: &OrgId, thing: &str) -> Self {
        Self::new("LOCK", org, thing, "LOCK")
    }

    /// The mark on a message that the bridge posted in HubSpot.
    pub fn sent(org: &OrgId, message: &str) -> Self {
        Self::new("SENT", org, message, "SENT")
    }

    /// The rate limit of an app, for which its token stands: a portal's
    /// app has one limit, whoever uses it. Of the token only a digest is written.
    pub fn budget(token: &str, meter: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        Self { pk: format!("BUDGET#{}", hex::encode(&digest[..16])), sk: meter.to_owned() }
    }

    /// The health of a vendor for an organisation.
    pub fn breaker(org: &OrgId, vendor: &str) -> Self {
        Self::new("BREAKER", org, vendor, "BREAKER")
    }

    /// The state of a Custom Channel's account.
    pub fn channel_account(org: &OrgId, account: &str) -> Self {
        Self::portal(org, &format!("channel-account:{account}"))
    }

    /// Something about a portal that is asked once and remembered.
    pub fn portal(org: &OrgId, fact: &str) -> Self {
        Self::new("PORTAL", org, fact, "FACT")
    }
}

/// Ids come from outside; `DynamoDB` takes keys of 1 to 2 KiB. What is longer than
/// any real id is hashed.
pub(crate) fn short(id: &str) -> Cow<'_, str> {
    match id.len() {
        0..=200 => Cow::Borrowed(id),
        _ => Cow::Owned(hex::encode(Sha256::digest(id.as_bytes()))),
    }
}
