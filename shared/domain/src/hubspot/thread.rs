//! A HubSpot thread and its owner, who decides whether the AI may speak in it.

use serde::{Deserialize, Serialize};

use crate::hubspot::actor::UserId;
use crate::ids::{ContactId, ThreadId, TicketId};
use crate::json::lenient;
use crate::opencx::events::Channel;
use crate::outcome::SkipReason;
use crate::settings::Settings;
use crate::time::Timestamp;

/// A thread, as far as the bridge reads it (docs/vendors/hubspot.md#threads).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// The actor who owns it; absent when nobody does.
    #[serde(default, deserialize_with = "lenient::id")]
    pub assigned_to: Option<String>,
    /// Sorted out as spam.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub spam: bool,
    /// Archived.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub archived: bool,
    /// The inbox that it is in.
    #[serde(default, deserialize_with = "lenient::id")]
    pub inbox_id: Option<String>,
    /// The contact it is with, which may be a visitor who is no contact.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub associated_contact_id: Option<ContactId>,
    #[serde(default, rename = "threadAssociations", deserialize_with = "lenient::or_default")]
    associations: Associations,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Associations {
    #[serde(default, deserialize_with = "lenient::or_default")]
    associated_ticket_id: Option<TicketId>,
}

impl Thread {
    /// The ticket that the thread belongs to.
    pub fn ticket(&self) -> Option<&TicketId> {
        self.associations.associated_ticket_id.as_ref()
    }

    /// Its owner, from the AI's point of view.
    pub fn owner(&self, ai: &UserId) -> Owner {
        match self.assigned_to.as_deref().map(str::trim) {
            None | Some("") => Owner::Nobody,
            Some(actor) => match UserId::parse(actor) {
                Some(user) if user == *ai => Owner::Ai,
                Some(user) => Owner::Human(Some(user)),
                None => Owner::Human(None),
            },
        }
    }
}

/// The owner of a thread, from the AI's point of view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody.
    Nobody,
    /// The AI's own user.
    Ai,
    /// Anybody else, who is not always a user.
    Human(Option<UserId>),
}

/// The moment from which on a session was a human's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// When.
    pub at: Timestamp,
    /// The user to whom the bridge gave the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<UserId>,
}

/// Tells why the AI may not take part, if it may not.
///
/// After a handoff it stays silent until a human owns the thread; from then on the owner
/// alone decides. Assist Mode ignores both, since it only drafts.
pub fn ai_blocked_reason(
    thread: &Thread,
    handed_off: bool,
    channel: Option<Channel>,
    settings: &Settings,
) -> Option<SkipReason> {
    if thread.spam {
        return Some(SkipReason::Spam);
    }
    if thread.archived {
        return Some(SkipReason::Archived);
    }
    if settings.assist_mode.covers(channel) {
        return None;
    }
    match thread.owner(&settings.hubspot.ai_user_id) {
        Owner::Human(_) => Some(SkipReason::HumanOwnsThread),
        Owner::Nobody if handed_off => Some(SkipReason::HandedOff),
        Owner::Nobody | Owner::Ai => None,
    }
}

/// Returns whether an answer still goes out although a human has the thread: the AI gave it
/// before, and nobody has it but the user to whom the bridge then assigned it.
pub fn was_given_before(answer_at: Timestamp, hand_over: &HandOver, owner: &Owner) -> bool {
    let is_in_time = answer_at < hand_over.at;
    match owner {
        Owner::Nobody | Owner::Ai => is_in_time,
        Owner::Human(user) => is_in_time && user.is_some() && *user == hand_over.assigned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::AssistMode;

    fn settings(assist_mode: AssistMode) -> Settings {
        let document = r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
            "hubspot":{"portal_id":1,"access_token":"p","ai_user_id":"A-111"}}"#;
        Settings { assist_mode, ..Settings::from_json(document).unwrap() }
    }

    fn thread(json: &str) -> Thread {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_ai_speaks_only_while_no_human_owns_the_thread() {
        use SkipReason::{Archived, HandedOff, HumanOwnsThread, Spam};
        let (off, on) = (AssistMode::Everywhere(false), AssistMode::Everywhere(true));
        let email_only = AssistMode::Channels(vec![Channel::Email]);
        let cases = [
            (r#"{"id":"1"}"#, false, &off, None),
            (r#"{"id":"1","assignedTo":""}"#, false, &off, None),
            (r#"{"id":"1","assignedTo":"A-111"}"#, false, &off, None),
            (r#"{"id":"1","assignedTo":"111"}"#, true, &off, None),
            (r#"{"id":"1","assignedTo":111}"#, true, &off, None),
            (r#"{"id":"1"}"#, true, &off, Some(HandedOff)),
            (r#"{"id":"1","assignedTo":"A-7"}"#, false, &off, Some(HumanOwnsThread)),
            (r#"{"id":"1","assignedTo":"B-7"}"#, false, &off, Some(HumanOwnsThread)),
            (r#"{"id":"1","assignedTo":"A-7"}"#, true, &on, None),
            (r#"{"id":"1","assignedTo":"A-7"}"#, false, &email_only, None),
            (r#"{"id":"1","spam":true}"#, false, &on, Some(Spam)),
            (r#"{"id":"1","archived":true}"#, false, &off, Some(Archived)),
        ];
        for (json, handed_off, mode, reason) in cases {
            let settings = settings(mode.clone());
            let silent =
                ai_blocked_reason(&thread(json), handed_off, Some(Channel::Email), &settings);
            assert_eq!(silent, reason, "{json} {handed_off} {mode:?}");
        }
    }

    #[test]
    fn an_answer_given_before_the_handoff_goes_out_unless_somebody_else_took_the_thread() {
        let user = UserId::parse;
        let at = Timestamp::from_millis;
        let cases = [
            (999, Owner::Nobody, true),
            (999, Owner::Ai, true),
            (999, Owner::Human(user("222")), true),
            (999, Owner::Human(user("333")), false),
            (999, Owner::Human(None), false),
            (1_000, Owner::Nobody, false),
            (1_001, Owner::Human(user("222")), false),
        ];
        for (answer, owner, expected) in cases {
            let hand_over = HandOver { at: at(1_000), assigned: user("222") };
            assert_eq!(
                was_given_before(at(answer), &hand_over, &owner),
                expected,
                "{answer} {owner:?}"
            );
        }
        let unassigned = HandOver { at: at(1_000), assigned: None };
        assert!(!was_given_before(at(1), &unassigned, &Owner::Human(None)));
    }

    #[test]
    fn the_threads_contact_and_ticket_are_read_from_texts_and_numbers() {
        let read = thread(
            r#"{"id":1,"associatedContactId":52,"threadAssociations":{"associatedTicketId":"7"}}"#,
        );
        assert_eq!(read.associated_contact_id, Some("52".into()));
        assert_eq!(read.ticket(), Some(&"7".into()));
        let odd =
            thread(r#"{"id":1,"associatedContactId":null,"threadAssociations":[],"spam":"x"}"#);
        assert_eq!(
            (odd.associated_contact_id.as_ref(), odd.ticket(), odd.spam),
            (None, None, false)
        );
    }
}
