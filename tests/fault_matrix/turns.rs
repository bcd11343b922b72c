//! Turns: so many runs wait at a time that the machine must not be asked for all of them
//! at once, or what is no fault at all takes too long.

use std::pin::pin;

use tokio::sync::Semaphore;
use tokio::time::{Duration, timeout};

/// How many do something at a time.
static TURNS: Semaphore = Semaphore::const_new(6);

/// Whoever is not done by then waits for something.
const A_TURN: Duration = Duration::from_millis(200);

/// Does something when it is its turn. The turn is over when it is done, or seems to wait.
pub async fn in_turn<T>(act: impl Future<Output = T>) -> T {
    let turn = TURNS.acquire().await;
    let mut act = pin!(act);
    if let Ok(done) = timeout(A_TURN, &mut act).await {
        return done;
    }
    drop(turn);
    act.await
}
