//! The fault matrix: every function × every outside call that it really makes × every
//! fault × every way of delivering the event again. In no cell may a customer see a
//! message twice, may there be a second ticket, contact, comment or note, may an event
//! stay without an outcome, or private text reach OpenCX.
//!
//! The calls are recorded and not listed: a proxy in front of each service names them as
//! they come, first without a fault; calls to which only a fault leads are walked too.
//!
//!     cargo run -p tests --bin fault-matrix                        # all faults
//!     cargo run -p tests --bin fault-matrix -- handoff 'killed after'
//!     cargo run -p tests --bin fault-matrix -- status              # every status of every vendor call
//!
//! Both together take about ten minutes on two free cores; `--help` tells the words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod call;
mod cases;
mod cell;
mod concurrency;
mod deliveries;
mod event;
mod exploration;
mod fault;
mod fault_plan;
mod gated_listener;
mod invariants;
mod log;
mod matrix;
mod play;
mod proxy;
mod report;
mod runs;
mod sabotage;
mod sabotage_run;
mod snapshot;
mod stage;
mod statuses;
mod worker;
mod world;

use std::collections::BTreeSet;
use std::process::ExitCode;

use tokio::time::Instant;

use crate::cell::Walk;

/// Threads with room for whole functions, whose futures are large where nothing is optimised.
const STACK: usize = 16 * 1024 * 1024;

const HELP: &str = "Plays every call of every function with every fault.

Usage: fault-matrix [status] [WORD…]

  status     every status of every vendor call, instead of the faults
  forgetful  only the test of the test: a table that forgets must be noticed
  calls      lists the calls that are made without a fault
  WORD…      only the cells whose name holds all words, as a violation prints it

Exit codes: 0 no violation, 1 violations.";

fn main() -> ExitCode {
    if std::env::args().any(|word| matches!(word.as_str(), "-h" | "--help")) {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK).build().expect("a runtime");
    // The main thread has a stack of its own size.
    runtime.block_on(async { tokio::spawn(matrix()).await.expect("the matrix does not panic") })
}

async fn matrix() -> ExitCode {
    let began = Instant::now();
    let mut filter: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let walk = match filter.first().map(String::as_str) {
        Some("status") => Walk::Statuses,
        _ => Walk::Faults,
    };
    filter.retain(|word| word != "status");
    if walk == Walk::Statuses {
        concurrency::widen();
    }
    log::read();
    let report = report::Report::default();
    let all = cases::all();
    let is_asked = walk == Walk::Faults && (filter.is_empty() || filter == ["forgetful"]);
    let unnoticed = if is_asked { sabotage_run::unnoticed(&all).await } else { Vec::new() };
    let functions: BTreeSet<&str> = all.iter().map(|case| case.function).collect();
    let named = |function: &str| filter.iter().any(|word| word == function);
    let some_named = functions.iter().any(|function| named(function));
    let asked = functions.into_iter().filter(|function| !some_named || named(function));
    let of = |function| all.iter().copied().filter(move |case| case.function == function).collect();
    matrix::all(walk, asked.map(of).collect(), &filter, &report).await;
    let wrong = report.print();
    let leaks = log::found();
    for line in &leaks {
        println!("VIOLATION in the log: {line}");
    }
    for what in &unnoticed {
        println!("NOT NOTICED {what}");
    }
    println!("in {:.0?}", began.elapsed());
    if wrong + leaks.len() + unnoticed.len() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
