//! What webhooks told about a thread's owner, and when that is good enough.
//!
//! An app that subscribes to `conversation.propertyChange` is told at once who owns a
//! thread; then HubSpot need not be asked. But events come late, out of order, or not
//! at all (HUBSPOT.md A), and nothing says that a subscription is still there. So what
//! they told is believed for a thread of which something was told, for a day, and
//! never against a sign of the contrary: where in doubt, HubSpot is asked.

use serde::{Deserialize, Serialize};

use crate::hubspot::actor::UserId;
use crate::hubspot::thread::{Owner, Ownership};

/// How long an event is believed, in milliseconds. Longer than HubSpot tries to
/// deliver a newer one (24 h) it must not be.
const BELIEVED_FOR: i64 = 24 * 60 * 60 * 1000;

/// What an event told about a thread's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerNote {
    /// The new owner, `A-111` or `111`; empty for nobody.
    pub owner: String,
    /// When it happened, in epoch milliseconds: the newest note counts.
    pub at: i64,
    /// Whether something since then speaks against it: HubSpot has to be asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
}

impl OwnerNote {
    /// A note that only says that nothing is known any more.
    pub fn doubt(at: i64) -> Self {
        Self { owner: String::new(), at, doubtful: true }
    }

    /// Whether it says that the AI may speak.
    pub fn allows_ai(&self, ai: &UserId) -> bool {
        !self.doubtful && Owner::of(Some(&self.owner), ai) != Owner::Human
    }

    /// The ownership that it tells of, if it can be believed at `now` (epoch
    /// milliseconds). After a handoff, only that a human owns the thread is believed:
    /// the handoff itself assigns it, and the event of that may still be on its way.
    pub fn believed(&self, now: i64, was_handed_off: bool, ai: &UserId) -> Option<Ownership> {
        let fresh = now.saturating_sub(self.at) < BELIEVED_FOR;
        let safe = !(was_handed_off && self.allows_ai(ai));
        let owner = (!self.owner.is_empty()).then(|| self.owner.clone());
        (fresh && safe && !self.doubtful).then(|| Ownership::of(owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_believed_only_while_nothing_speaks_against_it() {
        let ai = UserId::parse("111").unwrap();
        let note = |owner: &str| OwnerNote { owner: owner.to_owned(), at: 1_000, doubtful: false };
        let of = |owner: &str| Some(Ownership::of(Some(owner.to_owned())));
        let day = BELIEVED_FOR;
        let cases = [
            (note("A-111"), 2_000, false, of("A-111")),
            (note("111"), 2_000, false, of("111")),
            (note(""), 2_000, false, Some(Ownership::of(None))),
            (note("A-7"), 2_000, false, of("A-7")),
            (note("A-7"), 2_000, true, of("A-7")),
            (note("A-111"), 2_000, true, None),
            (note(""), 2_000, true, None),
            (note("A-7"), 1_000 + day, false, None),
            (note("A-7"), 500, false, of("A-7")),
            (OwnerNote::doubt(1_000), 2_000, false, None),
        ];
        for (note, now, handed_off, expected) in cases {
            assert_eq!(
                note.believed(now, handed_off, &ai),
                expected,
                "{note:?} {now} {handed_off}"
            );
        }
    }
}
