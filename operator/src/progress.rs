//! Progress of a command that takes longer than people take to wonder.

use std::io::{self, IsTerminal};
use std::time::Duration;

/// Longest time of which nothing is told.
const SILENCE: Duration = Duration::from_secs(2);

/// Tells on a terminal what goes on, in a line that the next one replaces; the empty text only
/// erases it.
pub(crate) fn progress(text: &str, elapsed: Duration) {
    if elapsed > SILENCE && io::stderr().is_terminal() {
        eprint!("\r\x1b[K{text}");
    }
}
