//! What strangers send: inputs for property tests, from the odd to the malicious.
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

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Tries a property on that many inputs, or on as many as `PROPTEST_CASES` says.
///
/// Runs on a stack of 512 KiB, a quarter of what an invocation has: nothing that a
/// stranger sends may cost stack in the measure of its nesting.
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
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let usual = Config { failure_persistence: None, ..Config::default() };
    let config = if asked { usual } else { Config { cases, ..usual } };
    let run = move || {
        let tried = TestRunner::new(config).run(&input, property);
        tried.map_err(|error| error.to_string())
    };
    let tried = std::thread::Builder::new().stack_size(512 * 1024).spawn(run);
    let tried = tried.expect("a thread starts").join();
    if let Err(error) = tried.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
        panic!("{error}");
    }
}
