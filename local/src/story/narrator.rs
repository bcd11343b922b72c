//! The voice of the story.

use tokio::time::Instant;

/// Tells what happens, and when.
pub(crate) struct Narrator {
    began: Instant,
    step_began: Instant,
    steps: u32,
}

impl Narrator {
    /// Says where everything is.
    pub(crate) fn begin(bridge: &str, portal: &str, opencx: &str) -> Self {
        println!("The bridge runs at {bridge}, between a HubSpot portal at {portal}");
        println!("and OpenCX at {opencx}. All of it is on this machine.");
        let now = Instant::now();
        Self { began: now, step_began: now, steps: 0 }
    }

    /// Somebody does something.
    pub(crate) fn step(&mut self, text: &str) {
        self.steps += 1;
        self.step_began = Instant::now();
        println!("\n{:>2}. {text}", self.steps);
    }

    /// What can be seen of it, where, and how long after it was done.
    pub(crate) fn seen(&self, place: &str, text: &str) {
        println!("    {:>5.1} s  {place}: {text}", self.step_began.elapsed().as_secs_f64());
    }

    pub(crate) fn ending(&self, org: &str) {
        let seconds = self.began.elapsed().as_secs_f64();
        println!("\nAll {} steps held for {org}, in {seconds:.0} s.", self.steps);
    }
}
