//! Runs side by side, a few in a world.

use std::future::pending;
use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use tokio::sync::Semaphore;

use crate::cases::{Case, PortalIs};
use crate::cell::Cell;
use crate::concurrency::in_turn;
use crate::play::{Mode, Run, play};
use crate::sabotage::Sabotage;
use crate::stage::{PRIVATE, Stage};
use crate::world::World;

/// Runs that share a world.
const IN_A_WORLD: usize = 48;

/// The number of runs of a world that are played at a time.
const AT_A_TIME: usize = 12;

/// The number of times that a cell is played until its call is made.
const MOST_TRIES: usize = 3;

/// Worlds at a time: most runs wait, for a time-out or for their message to come again.
static WORLDS: Semaphore = Semaphore::const_new(18);

/// Returns the number of runs of a case that can share a world, side by side or in turn.
pub fn in_one(case: &Case) -> usize {
    if case.portal == PortalIs::New { 1 } else { IN_A_WORLD }
}

/// Plays cells of a case in a world of their own.
pub async fn in_a_world(case: Case, cells: Vec<Cell>) -> Vec<(Cell, Run)> {
    // Nothing hangs where everything grows old: a few worlds keep the machine busy.
    let never_hangs = cells.iter().all(|cell| cell.mode == Mode::Ageing);
    let _one_of_few = WORLDS.acquire_many(if never_hangs { 6 } else { 1 }).await;
    let world = Arc::new(Box::pin(in_turn(World::start(case.portal), pending())).await);
    if case.portal != PortalIs::New {
        Box::pin(in_turn(world.warm(), pending())).await;
    }
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
        let set = Stage::set(world.clone(), tag, case.settings);
        let stage = Box::pin(in_turn(set, pending())).await;
        let faults = cell.faults.clone();
        let run = Box::pin(play(&stage, case, faults, cell.mode, Sabotage::Nothing)).await;
        tries += 1;
        if run.met == cell.faults.len() || tries == MOST_TRIES.min(in_one(case)) {
            return run;
        }
    }
}
