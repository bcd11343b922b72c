//! The signal that ends the tasks of a stack.

use tokio::sync::watch;

/// Waits until the signal is given, or its sender is gone.
pub(crate) async fn stopped(mut signal: watch::Receiver<bool>) {
    let _ = signal.wait_for(|stop| *stop).await;
}
