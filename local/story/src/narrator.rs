//! The narration on standard output.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use tokio::time::Instant;

/// Writes the steps of the story, with the time that each observation took.
pub(crate) struct Narrator {
    started: Instant,
    step_started: Instant,
    steps: u32,
}

impl Narrator {
    /// Starts the story with the addresses of its parts.
    pub(crate) fn start(bridge: &str, portal: &str, opencx: &str) -> Self {
        println!("The bridge runs at {bridge}, between a simulated HubSpot portal at {portal}");
        println!("and a simulated OpenCX at {opencx}. All of it is on this machine.");
        let now = Instant::now();
        Self { started: now, step_started: now, steps: 0 }
    }

    /// Tells the action that starts a step.
    pub(crate) fn step(&mut self, text: &str) {
        self.steps += 1;
        self.step_started = Instant::now();
        println!("{}\n{:>2}. {text}", erase(), self.steps);
    }

    /// Tells a result of the step, with the place where it shows.
    pub(crate) fn result(&self, place: &str, text: &str) {
        let seconds = self.step_started.elapsed().as_secs_f64();
        println!("{}    {seconds:>5.1} s  {place}: {text}", erase());
    }

    /// Tells on a terminal what a long wait is for, in a line that the next one replaces.
    pub(crate) fn progress(waited: Duration, expected: &str) {
        if io::stdout().is_terminal() {
            print!("{}    {:>5.0} s  waiting for {expected}\r", erase(), waited.as_secs_f64());
            // A line that cannot be written is missed by nobody.
            let _ = io::stdout().flush();
        }
    }

    pub(crate) fn end(&self, org: &str) {
        let seconds = self.started.elapsed().as_secs_f64();
        println!("{}\nAll {} steps passed for {org}, in {seconds:.0} s.", erase(), self.steps);
    }
}

/// Returns the code that erases the line of progress on a terminal.
fn erase() -> &'static str {
    if io::stdout().is_terminal() { "\x1b[K" } else { "" }
}
