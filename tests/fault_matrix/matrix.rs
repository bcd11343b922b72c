//! All cells: each call that is really made, with each fault, delivered again in each way.

use std::collections::BTreeSet;

use futures::future::join_all;

use crate::call::{Call, Service};
use crate::cases::Case;
use crate::cell::{Cell, Walk};
use crate::exploration::Exploration;
use crate::invariants::vacuous;
use crate::play::Mode;
use crate::report::Report;
use crate::runs::in_a_world;

/// Plays all cells of some functions that a filter leaves, and reports them.
pub async fn all(walk: Walk, functions: Vec<Vec<Case>>, filter: &[String], report: &Report) {
    let explores = functions.into_iter().map(|cases| function(walk, cases, filter, report));
    let explores = join_all(explores).await;
    // When nothing else runs any more.
    for exploration in explores.into_iter().flatten() {
        exploration.again().await;
    }
}

/// Plays all cells of a function.
async fn function<'a>(
    walk: Walk,
    cases: Vec<Case>,
    filter: &'a [String],
    report: &'a Report,
) -> Vec<Exploration<'a>> {
    let mode = if walk == Walk::Statuses { Mode::Ageing } else { Mode::InTurn };
    let plain = Cell { faults: Vec::new(), mode };
    let without = cases.iter().map(|case| in_a_world(*case, vec![plain.clone()]));
    let without = join_all(without).await.into_iter().flatten();
    // What the table is asked at a place is the same in all cases of a function.
    let mut explored = BTreeSet::new();
    let mut explores = Vec::new();
    for (case, (_, expected)) in cases.into_iter().zip(without) {
        let wrong = vacuous(&case, &expected);
        report.case(&case, &expected, &wrong);
        if filter == ["calls"] {
            Report::calls(&case, &expected);
        }
        let mut is_new =
            |call: &Call| call.service != Service::Table || explored.insert(call.clone());
        let is_new = |call: &Call| case.explores(call) && is_new(call);
        let cells = walk.cells(&expected.calls, expected.needed, &[], is_new);
        if wrong.is_empty() {
            explores.push((Exploration::new(case, expected, (walk, filter), report), cells));
        }
    }
    join_all(explores.into_iter().map(|(exploration, cells)| exploration.both_generations(cells)))
        .await
}
