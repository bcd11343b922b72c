//! The narration on standard output.

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
        println!("\n{:>2}. {text}", self.steps);
    }

    /// Tells a result of the step, with the place where it shows.
    pub(crate) fn result(&self, place: &str, text: &str) {
        println!("    {:>5.1} s  {place}: {text}", self.step_started.elapsed().as_secs_f64());
    }

    pub(crate) fn end(&self, org: &str) {
        let seconds = self.started.elapsed().as_secs_f64();
        println!("\nAll {} steps passed for {org}, in {seconds:.0} s.", self.steps);
    }
}
