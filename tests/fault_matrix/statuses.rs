//! The walk over the statuses: each class of them at each call of a vendor, once and for ever.
//! No event may stay without an outcome, no handoff without a human, no message may be lost.

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::outcome::Outcome;

use crate::call::Call;
use crate::cases::Case;
use crate::cell::Cell;
use crate::fault::{Fault, Kind, Lasts};
use crate::invariants::{self, unstable};
use crate::play::Run;
use crate::snapshot::Snapshot;

/// The statuses that are played.
const PLAYED: [u16; 10] = [400, 401, 403, 404, 405, 409, 410, 423, 429, 500];

/// Returns the status that is played for one of 400 to 599. Nothing but the table of
/// shared/vendor-http/src/status.rs says what a status means, and its test goes through every
/// one. Of the refusals, those are played for which some call looks (`is_status`, `is_invalid`);
/// all others are told apart by nothing.
fn played_for(status: u16) -> u16 {
    match status {
        422 => 400,
        425 | 477 => 423,
        408 | 500..=599 => 500,
        known if PLAYED.contains(&known) => known,
        _ => 403,
    }
}

/// Returns the statuses that are played at a call. Only where a thread is assigned does anything
/// look for a method that is not allowed.
pub fn played_at(call: &Call) -> impl Iterator<Item = u16> {
    let is_told_apart = |status: &u16| *status != 405 || call.name.ends_with("/assignee");
    PLAYED.into_iter().filter(is_told_apart)
}

/// All statuses for which one is played, for people.
fn alike(played: u16) -> String {
    let alike: Vec<u16> = (400..=599).filter(|status| played_for(*status) == played).collect();
    let rows = alike.chunk_by(|one, next| one + 1 == *next);
    let named = rows.map(|row| match row {
        [first, .., last] => format!("{first} to {last}"),
        _ => row.iter().map(u16::to_string).collect(),
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Things of which there must not be more than without a fault.
const ONCE: [&str; 6] =
    ["OUTGOING ", "ticket ", "contact ", "said Contact", "said HumanAgent", "delivered "];

/// Checks the run of a cell, compared with the run without a fault.
pub fn violations(case: &Case, cell: &Cell, run: &Run, expected: &Run) -> Vec<String> {
    if cell.faults.iter().all(passes) && run.record.is_some() {
        return invariants::violations(run, cell, expected);
    }
    let mut wrong = Vec::new();
    if cell.is_missed_by(run) {
        let made: Vec<_> = run.calls.iter().map(ToString::to_string).collect();
        wrong.push(format!("the call was not made, but {}", made.join(", ")));
    }
    if !run.answers.is_empty() {
        wrong.extend(dishonest(cell, run, expected));
        return wrong;
    }
    wrong.extend(unstable(run));
    let nothing = Snapshot::default();
    let seen = run.after.first().unwrap_or(&nothing);
    let wanted = expected.after.last().unwrap_or(&nothing);
    // HubSpot does not show the open ticket: another one is better than none, and the outcome's
    // notes say so.
    let hides_ticket = |fault: &Fault| fault.call.name == "GET /crm/v3/objects/tickets/…";
    let is_replaced = case.function == "handoff" && cell.faults.iter().any(hides_ticket);
    for thing in ONCE.into_iter().filter(|thing| !(is_replaced && *thing == "ticket ")) {
        let most = wanted.number(thing).max(run.before.number(thing));
        if seen.number(thing) > most {
            wrong.push(format!("{} of {thing:?} instead of {most}", seen.number(thing)));
        }
    }
    if case.function == "handoff" {
        wrong.extend(without_human(cell, run, seen, wanted));
    }
    let is_gone = run.end().1 == Some("gone") && cell.faults.iter().any(|fault| is(fault, 404));
    if run.end().0 != Outcome::Parked && !is_gone {
        wrong.extend(lost(case.function, cell, seen, wanted));
    }
    wrong
}

/// Returns whether a fault must leave no trace: it comes once, and the call may be made again.
fn passes(fault: &Fault) -> bool {
    let Kind::Status(status) = fault.kind else { return false };
    let may_come_again = matches!(status, 401 | 408 | 423 | 425 | 429 | 477 | 500..);
    fault.lasts == Lasts::Once && may_come_again
}

fn is(fault: &Fault, status: u16) -> bool {
    fault.kind == Kind::Status(status)
}

/// An answer to a request says what is true, or that there is trouble. That there is no such
/// contact, or that a record has no such owner or deal, is true if HubSpot said so by a 404. The
/// currency of the account needs a scope that not every token has: without it it is not known.
fn dishonest(cell: &Cell, run: &Run, expected: &Run) -> Vec<String> {
    let is_honest = |(status, body): &&(u16, String)| {
        let is_untold =
            |fault: &Fault| is(fault, 404) || fault.call.name.ends_with("/account-info/v3/details");
        let is_unknown = cell.faults.iter().any(is_untold);
        is_unknown && matches!(status, 200 | 404)
            || *status > 500
            || expected.answers.iter().any(|known| known.1 == *body)
    };
    let others = run.answers.iter().filter(|answer| !is_honest(answer));
    others.map(|(status, body)| format!("answered {status} {body}")).collect()
}

/// A handoff brings a human: the thread is a human's unless its assignment itself is refused,
/// and there is a ticket or a note that somebody finds.
fn without_human(cell: &Cell, run: &Run, seen: &Snapshot, wanted: &Snapshot) -> Vec<String> {
    let mut wrong = Vec::new();
    let has_failed = |part: &str| cell.faults.iter().any(|fault| fault.call.name.contains(part));
    let owned = "thread owner A-2";
    // A thread that HubSpot says it does not have can be given to nobody.
    let is_gone = cell.faults.iter().any(|fault| {
        is(fault, 404) && fault.call.name == "GET /conversations/v3/conversations/threads/…"
    });
    // One that could not be begun has nobody, but the ticket has.
    let is_not_begun = seen.number("thread owner") == run.before.number("thread owner")
        && seen.number("owner ") >= wanted.number("owner ")
        && (has_failed("/custom-channels/") || has_failed("/files"));
    let may_have_nobody = is_gone || is_not_begun || has_failed("/assignee");
    if seen.number(owned) < wanted.number(owned) && !may_have_nobody {
        wrong.push("the thread has no human".to_owned());
    }
    let new = |what: &str| seen.number(what) > run.before.number(what);
    let is_on_old =
        seen.number("content") > 0 && wanted.number("ticket ") == run.before.number("ticket ");
    if !(new("ticket ") || new("note ") || new("COMMENT ") || is_on_old) {
        wrong.push("no human hears of the handoff".to_owned());
    }
    wrong
}

/// The effects that an event that is not parked has to have had.
fn lost(function: &str, cell: &Cell, seen: &Snapshot, wanted: &Snapshot) -> Vec<String> {
    let lacks = |what: &str| seen.number(what) < wanted.number(what);
    let noted = |snapshot: &Snapshot| snapshot.number("COMMENT ") + snapshot.number("note ");
    let has_failed = |part: &str| cell.faults.iter().any(|fault| fault.call.name.contains(part));
    let is_lost = match function {
        "handoff" => lacks("ticket ") || noted(seen) < noted(wanted),
        "reply-sync" => lacks("said Contact") || lacks("said HumanAgent"),
        "ai-reply" => {
            lacks("OUTGOING ") && noted(seen) <= noted(wanted) || noted(seen) < noted(wanted)
        }
        "close" => lacks("stage 4"),
        // By its idempotency id HubSpot knows a repeat, and a 409 says that it has the message.
        "channel-publish" => {
            let is_there = cell.faults.iter().any(|fault| is(fault, 409));
            !is_there && (lacks("INCOMING ") || lacks("OUTGOING "))
        }
        // A reply that OpenCX does not take for good is shown to the rep as not delivered.
        "channel-reply" => lacks("said HumanAgent") && !has_failed("/chat/sessions/"),
        // An event without a contact, of a session that OpenCX does not show, names nobody.
        "contact-sync" => lacks("contact ") && !has_failed("/chat/sessions/"),
        // OpenCX refuses to change the session: its contact learns it, or there is no session.
        "property-sync" => {
            let is_there = |thing: &&String| seen.0.contains_key(*thing);
            let data = wanted.0.keys().filter(|thing| thing.starts_with("session data"));
            !data.clone().all(|thing| is_there(&thing)) && !has_failed("/chat/sessions/")
        }
        _ => false,
    };
    if is_lost { vec![format!("something is lost: {seen:#?}")] } else { Vec::new() }
}

/// The ends of the events, by call.
#[derive(Default)]
pub struct StatusTable(BTreeMap<(&'static str, String), BTreeMap<String, BTreeSet<u16>>>);

impl StatusTable {
    pub fn add(&mut self, case: &Case, cell: &Cell, run: &Run) {
        let Some(fault) = cell.faults.last() else { return };
        let Kind::Status(status) = fault.kind else { return };
        let often = if fault.lasts == Lasts::Once { "once" } else { "for ever" };
        let (service, name) = fault.call.kind();
        let row = (case.function, format!("{} {name}, {often}", service.name()));
        let end = match (run.answers.first(), run.end()) {
            (Some((status, _)), _) => format!("answered {status}"),
            (None, (outcome, reason)) => {
                let words = format!("{outcome:?} {}", reason.unwrap_or_default());
                words.trim().to_lowercase()
            }
        };
        self.0.entry(row).or_default().entry(end).or_default().insert(status);
    }

    pub fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        println!(
            "\nThe statuses that were played (405 where a thread is assigned, elsewhere as 403),"
        );
        println!("and all from 400 to 599 for which each stands:");
        for status in PLAYED {
            println!("    {status}  {}", alike(status));
        }
        println!("\nThe ends of the events, by call and status:");
        for ((function, call), ends) in &self.0 {
            println!("{function}: {call}");
            for (end, statuses) in ends {
                let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
                println!("    {end}: {}", statuses.join(" "));
            }
        }
    }
}
