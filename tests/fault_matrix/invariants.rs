//! Invariants: they must hold in every run.

use bridge_domain::outcome::Outcome;

use crate::call::Service;
use crate::cases::Case;
use crate::cell::Cell;
use crate::fault::{Fault, Kind, Lasts};
use crate::play::Run;

/// Checks the run without a fault: a case must show what it is for.
pub fn vacuous(case: &Case, run: &Run) -> Vec<String> {
    let mut wrong = unstable(run);
    let seen = run.after.last().cloned().unwrap_or_default();
    for (part, times) in case.shows {
        if seen.count(part) != *times {
            wrong.push(format!("{part:?} is seen {} times: {seen:#?}", seen.count(part)));
        }
    }
    if run.end().0 == Outcome::Parked {
        wrong.push(format!("it is parked: {:?}", run.record));
    }
    wrong
}

/// Checks the run of a cell, compared with the run without a fault.
pub fn violations(run: &Run, cell: &Cell, expected: &Run) -> Vec<String> {
    let mut wrong = unstable(run);
    let faults = &cell.faults;
    if cell.is_missed_by(run) {
        let made: Vec<_> = run.calls.iter().map(ToString::to_string).collect();
        wrong.push(format!("the call was not made, but {}", made.join(", ")));
    }
    let nothing = crate::snapshot::Snapshot::default();
    let settled = run.after.first().unwrap_or(&nothing);
    let wanted = expected.after.last().unwrap_or(&nothing);
    let is_public = wanted.count("OUTGOING") > run.before.count("OUTGOING");
    let may_be_parked = faults.iter().any(|fault| may_be_parked(fault, run, is_public));
    if run.end().0 == Outcome::Parked && !may_be_parked {
        wrong.push("it is parked, though it could be tried again, or looked up".to_owned());
    }
    let (end, reason) = run.end();
    match end {
        Outcome::Applied | Outcome::Skipped if run.end() != expected.end() => {
            wrong.push(format!("{end:?} {reason:?} instead of {:?}", expected.end()));
        }
        Outcome::Applied | Outcome::Skipped => wrong.extend(settled.difference(wanted)),
        Outcome::Parked => wrong.extend(settled.surplus(&run.before, wanted)),
    }
    wrong.extend(run.answers.iter().filter_map(|(status, body)| {
        let honest = *status >= 500 || expected.answers.iter().any(|known| known.1 == *body);
        (!honest).then(|| format!("answered {status} {body}"))
    }));
    wrong
}

/// Returns whether an event may be parked for a fault: if a customer might see its message twice,
/// unless it is certain that it was not sent; or if an answer is not what it should be. All
/// else can be tried again, or looked up.
fn may_be_parked(fault: &Fault, run: &Run, is_public: bool) -> bool {
    match (fault.call.service, fault.kind) {
        (Service::HubSpot | Service::OpenCx, Kind::Malformed) => true,
        (Service::HubSpot | Service::OpenCx, Kind::Refused | Kind::Throttled) => false,
        (Service::HubSpot | Service::OpenCx, Kind::Status(status)) => {
            is_public && (status == 408 || status >= 500)
        }
        (Service::HubSpot | Service::OpenCx, _) | (_, Kind::KilledBefore | Kind::KilledAfter) => {
            is_public
        }
        // What the table was told all the time, and could not confirm, it has to go by.
        (Service::Table, kind) if kind.lets_through() && fault.lasts != Lasts::Once => true,
        (Service::Table | Service::Queue, _) => run.after.first() != Some(&run.before),
    }
}

/// More calls than any delivery needs, with all its repeats: what makes them tries without end.
const MANY_CALLS: usize = 150;

/// Checks what must hold without knowing what else should be there.
pub fn unstable(run: &Run) -> Vec<String> {
    let mut wrong = Vec::new();
    let busiest =
        run.calls.chunk_by(|one, next| one.delivery == next.delivery).map(<[_]>::len).max();
    if let Some(calls) = busiest.filter(|calls| *calls > MANY_CALLS) {
        wrong.push(format!("{calls} calls in one delivery"));
    }
    if !run.settled {
        wrong.push("it has to come again and again".to_owned());
    }
    if run.record.is_none() && run.answers.is_empty() {
        wrong.push("it has no outcome".to_owned());
    }
    if run.leaked {
        wrong.push("private text reached OpenCX".to_owned());
    }
    // Where the answer to the parking was lost, and the event succeeded in its next delivery,
    // the message stays on the queue: the claim says what is true.
    let parked =
        if run.end().0 == Outcome::Parked { 1..=1 } else { 0..=usize::from(run.tried_to_park()) };
    if !parked.contains(&run.parked) {
        wrong.push(format!("{} messages are parked, not {parked:?}", run.parked));
    }
    for pair in run.after.windows(2) {
        let changed = pair[1].difference(&pair[0]);
        wrong.extend(changed.into_iter().map(|what| format!("after a repeat {what}")));
    }
    wrong
}
