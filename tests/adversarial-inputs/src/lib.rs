//! Inputs for property tests, from the odd to the malicious.
//!
//! Never only random bytes: nearly right events, markup that a parser takes seriously,
//! characters that programs forget, and all of it large and deep.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use it, which fail by panicking")]

mod json;
mod markup;
mod text;

pub use json::{deep_json, mutated, value};
pub use markup::{html, html_pattern, markdown, markdown_pattern};
pub use text::{text, word};

use std::fs::OpenOptions;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// The seed of an ordinary test run, which tries the same inputs every time.
const TEST_SEED: u64 = 20_261_127;

/// Tries a property on that many inputs, the same in each run. With `PROPTEST_CASES` set it
/// is a fuzz run instead: that many inputs from a random seed (or `PROPTEST_RNG_SEED`),
/// which a failure names and keeps in `target/fuzz-failures.txt`.
///
/// Runs on a stack of 512 KiB, a quarter of what an invocation has: no input from outside
/// may cost stack in the measure of its nesting.
///
/// # Panics
///
/// With the smallest input that it found for which the property does not hold.
pub fn hold<S>(
    cases: u32,
    input: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError> + Send + 'static,
) where
    S: Strategy + Send + 'static,
{
    let (config, seed) = config(cases);
    let run = move || {
        let tried = TestRunner::new(config).run(&input, property);
        tried.map_err(|error| error.to_string())
    };
    let tried = std::thread::Builder::new().stack_size(512 * 1024).spawn(run);
    let tried = tried.expect("a thread starts").join();
    if let Err(error) = tried.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
        keep_seed(seed);
        panic!("{error}\nagain with PROPTEST_RNG_SEED={seed}");
    }
}

fn config(cases: u32) -> (Config, u64) {
    // Reads PROPTEST_CASES and PROPTEST_RNG_SEED.
    let default = Config { failure_persistence: None, ..Config::default() };
    let is_fuzzing = std::env::var_os("PROPTEST_CASES").is_some();
    let seed = match default.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random if is_fuzzing => RandomState::new().hash_one(cases),
        RngSeed::Random => TEST_SEED,
    };
    let cases = if is_fuzzing { default.cases } else { cases };
    (Config { cases, rng_seed: RngSeed::Fixed(seed), ..default }, seed)
}

/// Keeps the seed of a failure; a file that cannot be written only costs the copy, since
/// the message has the seed as well.
fn keep_seed(seed: u64) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/fuzz-failures.txt");
    if let Ok(mut file) = OpenOptions::new().append(true).create(true).open(path) {
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        let _ = writeln!(file, "PROPTEST_RNG_SEED={seed} {test}");
    }
}
