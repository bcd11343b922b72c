//! Turns: so many runs wait at a time that the machine must not be asked for all of them
//! at once, or what is no fault at all takes too long.

use std::pin::pin;

use tokio::sync::Semaphore;
use tokio::time::{Duration, sleep};

/// The number of runs that do something at a time.
static TURNS: Semaphore = Semaphore::const_new(6);

/// Whoever is not done by then waits for something.
const LONGEST: Duration = Duration::from_secs(2);

/// Lets more runs do something at a time: those without a fault that hangs.
pub fn widen() {
    TURNS.add_permits(6);
}

/// Does something when it is its turn. The turn is over when it is done, or `waits` says
/// that it has to wait from now on.
pub async fn in_turn<T>(act: impl Future<Output = T>, waits: impl Future<Output = ()>) -> T {
    let turn = TURNS.acquire().await;
    let mut act = pin!(act);
    tokio::select! {
        biased;
        () = waits => {}
        done = &mut act => return done,
        () = sleep(LONGEST) => {}
    }
    drop(turn);
    act.await
}
