//! A HubSpot thread and its ownership: may the AI speak in it?

use serde::Deserialize;

use crate::hubspot::actor::UserId;
use crate::ids::ThreadId;
use crate::opencx::events::Channel;
use crate::outcome::SkipReason;
use crate::settings::Settings;

/// What `GET …/threads/{t}` answers, as far as the bridge reads it
/// (docs/vendors/hubspot.md#threads).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// The actor who owns it; absent when nobody does.
    #[serde(default)]
    pub assigned_to: Option<String>,
    /// Whether it was sorted out as spam.
    #[serde(default)]
    pub spam: bool,
    /// Whether it was archived.
    #[serde(default)]
    pub archived: bool,
    /// The kind of channel it began on.
    #[serde(default)]
    pub original_channel_id: Option<String>,
    /// The inbox address or chat widget it began on.
    #[serde(default)]
    pub original_channel_account_id: Option<String>,
}

/// What of a thread decides whether the AI may speak in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The actor who owns it, `A-111` or `111`; nobody when absent or empty.
    pub owner: Option<String>,
    /// Whether it was sorted out as spam.
    pub spam: bool,
    /// Whether it was archived.
    pub archived: bool,
}

impl Ownership {
    /// A thread in use, with this owner.
    pub fn of(owner: Option<String>) -> Self {
        Self { owner, ..Self::default() }
    }
}

impl From<Thread> for Ownership {
    fn from(thread: Thread) -> Self {
        Self { owner: thread.assigned_to, spam: thread.spam, archived: thread.archived }
    }
}

/// Who owns a thread, from the AI's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody.
    Nobody,
    /// The AI's own user.
    Ai,
    /// Anybody else.
    Human,
}

impl Owner {
    /// Reads an assignee, written `A-111`, `111` or not at all.
    pub fn of(assigned_to: Option<&str>, ai: &UserId) -> Self {
        match assigned_to.map(str::trim) {
            None | Some("") => Self::Nobody,
            Some(actor) if UserId::parse(actor).as_ref() == Some(ai) => Self::Ai,
            Some(_) => Self::Human,
        }
    }
}

/// Whether the AI may take part: nothing, or why not.
///
/// After a handoff it stays silent until a human owns the thread; from then on
/// the owner alone decides. Assist Mode ignores both, since it only drafts.
pub fn ai_blocked_reason(
    thread: &Ownership,
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
    match Owner::of(thread.owner.as_deref(), &settings.hubspot.ai_user_id) {
        Owner::Human => Some(SkipReason::HumanOwnsThread),
        Owner::Nobody if handed_off => Some(SkipReason::HandedOff),
        Owner::Nobody | Owner::Ai => None,
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

    fn thread(json: &str) -> Ownership {
        serde_json::from_str::<Thread>(json).unwrap().into()
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
}
