//! `bridgectl`: see the library.

use std::process::ExitCode;

use bridge_operator::{Cli, Operator, Problem, run, write_help};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match execute(&cli).await {
        Ok(code) => code,
        // `| head` has read enough.
        Err(Problem::NoReader) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bridgectl: {problem}");
            ExitCode::from(problem.exit_code())
        }
    }
}

async fn execute(cli: &Cli) -> Result<ExitCode, Problem> {
    let mut out = anstream::stdout();
    if write_help(cli, &mut out)? {
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(code) = bridge_operator::run_as_local(cli).await? {
        return Ok(code);
    }
    run(cli, &Operator::from_process(cli).await?, &mut out).await?;
    Ok(ExitCode::SUCCESS)
}
