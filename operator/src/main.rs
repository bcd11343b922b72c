//! `bridgectl`: see the library.

use std::process::ExitCode;

use bridge_operator::{Cli, Operator, run};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match Operator::from_process(&cli).await {
        Ok(operator) => run(&cli, &operator, &mut std::io::stdout()).await,
        Err(problem) => Err(problem),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bridgectl: {problem}");
            ExitCode::from(problem.exit_code())
        }
    }
}
