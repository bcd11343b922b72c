//! All cells: each call that is really made, with each fault, delivered again in each way.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::call::{Call, Service};
use crate::cases::Case;
use crate::cell::{Cell, cells};
use crate::forgetting::Forgetting;
use crate::judge::{vacuous, violations};
use crate::play::{Mode, Run, play};
use crate::report::Report;
use crate::stage::{PRIVATE, Stage};
use crate::turns::in_turn;
use crate::world::World;

/// Runs that share a world, and how many of them are played at a time.
const IN_A_WORLD: usize = 48;
const AT_A_TIME: usize = 12;

/// How often a cell is played until its call is made.
const MOST_TRIES: usize = 3;

/// Worlds at a time: most runs wait, for a time-out or for their message to come again.
static WORLDS: Semaphore = Semaphore::const_new(12);

/// A case, and how it ends without a fault.
struct Walk<'a> {
    case: Case,
    expected: Run,
    filter: &'a [String],
    report: &'a Report,
}

/// Plays all cells of a function that a filter leaves, and reports them.
pub async fn walk(cases: Vec<Case>, filter: &[String], report: &Report) {
    let plain = Cell { faults: Vec::new(), mode: Mode::InTurn };
    let without = cases.iter().map(|case| in_a_world(*case, vec![plain.clone()]));
    let without = join_all(without).await.into_iter().flatten();
    // What the table is asked at a place is the same in all cases of a function.
    let mut walked = BTreeSet::new();
    let mut walks = Vec::new();
    for (case, (_, expected)) in cases.into_iter().zip(without) {
        let wrong = vacuous(&case, &expected);
        report.case(&case, &expected, &wrong);
        let is_new = |call: &Call| call.service != Service::Table || walked.insert(call.clone());
        let cells = cells(&expected.calls, expected.needed, &[], is_new);
        if wrong.is_empty() {
            walks.push((Walk { case, expected, filter, report }, cells));
        }
    }
    join_all(walks.into_iter().map(|(walk, cells)| walk.both_generations(cells))).await;
}

impl Walk<'_> {
    /// Plays the cells, and those of calls to which only their faults lead.
    async fn both_generations(self, cells: Vec<Cell>) {
        let mut seen: BTreeSet<_> = self.expected.calls.iter().map(Call::kind).collect();
        let mut second = Vec::new();
        for (cell, run) in self.play(cells).await {
            let mut news: BTreeSet<_> = run.calls.iter().map(Call::kind).collect();
            news.retain(|kind| seen.insert(kind.clone()));
            if !news.is_empty() {
                let is_new = |call: &Call| news.remove(&call.kind());
                second.extend(crate::cell::cells(&run.calls, run.needed, &cell.faults, is_new));
            }
        }
        self.play(second).await;
    }

    /// Plays cells in worlds, and reports them.
    async fn play(&self, cells: Vec<Cell>) -> Vec<(Cell, Run)> {
        // What is behind another fault is reached by the cell of that fault.
        let leads = |title: &str| {
            let mut paths = self.filter.iter().filter_map(|word| word.split_once(" then "));
            paths.any(|(first, _)| title.contains(first))
        };
        let asked = |cell: &Cell| {
            let title = cell.title(&self.case);
            let all = self.filter.iter().all(|word| title.contains(word));
            all || (cell.faults.len() == 1 && leads(&title))
        };
        let cells: Vec<Cell> = cells.into_iter().filter(asked).collect();
        if !cells.is_empty() {
            println!("{}: {} runs", self.case.title(), cells.len());
        }
        let mut worlds = JoinSet::new();
        for some in cells.chunks(IN_A_WORLD) {
            worlds.spawn(in_a_world(self.case, some.to_vec()));
        }
        let mut all = Vec::new();
        while let Some(runs) = worlds.join_next().await {
            for (cell, run) in runs.expect("a run does not panic") {
                let wrong = violations(&run, &cell, &self.expected);
                self.report.cell(&self.case, &cell, &run, &wrong);
                all.push((cell, run));
            }
        }
        all
    }
}

async fn in_a_world(case: Case, cells: Vec<Cell>) -> Vec<(Cell, Run)> {
    let _one_of_few = WORLDS.acquire().await;
    let world = Arc::new(Box::pin(in_turn(World::start(), pending())).await);
    Box::pin(in_turn(world.warm(), pending())).await;
    let runs = cells.into_iter().enumerate().map(|(at, cell)| {
        let world = world.clone();
        async move {
            let run = meet(&world, &case, &cell, at).await;
            (cell, run)
        }
    });
    let mut runs: Vec<_> = stream::iter(runs).buffer_unordered(AT_A_TIME).collect().await;
    let told = |call: &opencx_sim::Call| {
        call.body.as_ref().is_some_and(|body| body.to_string().contains(PRIVATE))
    };
    if world.opencx.calls().iter().any(told) {
        // Whose it was is seen in its session, if it has one; here it is told of all.
        for (_, run) in &mut runs {
            run.leaked = true;
        }
    }
    world.stop().await;
    runs
}

/// Plays a cell; again, if its call was not made: on a busy machine another may be late.
async fn meet(world: &Arc<World>, case: &Case, cell: &Cell, at: usize) -> Run {
    let mut tries = 0;
    loop {
        let tag = format!("run{:05}", at * MOST_TRIES + tries);
        let stage = Stage::set(world.clone(), tag, case.settings).await;
        let faults = cell.faults.clone();
        let run = Box::pin(play(&stage, case, faults, cell.mode, Forgetting::Nothing)).await;
        tries += 1;
        if run.met == cell.faults.len() || tries == MOST_TRIES {
            return run;
        }
    }
}
