//! The test of the test: with a table that forgets claims, there must be violations.

use std::sync::Arc;

use futures::future::join_all;

use crate::cases::Case;
use crate::play::{Mode, play};
use crate::sabotage::Sabotage;
use crate::snapshot::Snapshot;
use crate::stage::Stage;
use crate::world::World;

/// The functions whose effects show twice.
const SHOWN: [&str; 3] = ["ai-reply", "handoff", "reply-sync"];

/// Plays these functions without a fault, but with a forgetful table; which of them showed
/// nothing twice, so that the matrix would prove nothing.
pub async fn unnoticed(cases: &[Case]) -> Vec<String> {
    let shown = SHOWN.map(|name| cases.iter().find(|case| case.function == name));
    let unnoticed = join_all(shown.into_iter().flatten().map(unnoticed_in)).await;
    unnoticed.into_iter().flatten().collect()
}

async fn unnoticed_in(case: &Case) -> Vec<String> {
    let (right, each, both) = tokio::join!(
        run(case, Mode::InTurn, Sabotage::Nothing),
        run(case, Mode::InTurn, Sabotage::deliveries()),
        run(case, Mode::AtOnce, Sabotage::conditions()),
    );
    let forgetful = [("each delivery forgets the others", each), ("two have the claim", both)];
    let mut unnoticed = Vec::new();
    for (what, seen) in forgetful {
        let twice = seen.surplus(&right, &right).len();
        println!("{}, {what}: {twice} things seen twice", case.title());
        if twice == 0 {
            unnoticed.push(format!("{}, {what}", case.title()));
        }
    }
    unnoticed
}

async fn run(case: &Case, mode: Mode, sabotage: Sabotage) -> Snapshot {
    let world = Arc::new(Box::pin(World::start(case.portal)).await);
    Box::pin(world.warm()).await;
    let stage = Stage::set(world.clone(), "run00000".to_owned(), case.settings).await;
    let run = Box::pin(play(&stage, case, Vec::new(), mode, sabotage)).await;
    world.stop().await;
    run.after.into_iter().last().unwrap_or_default()
}
