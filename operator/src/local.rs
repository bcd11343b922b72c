//! `--local`: the command runs again with the variables of the local stack, since the AWS SDK
//! reads addresses and keys from the environment alone.

use std::collections::BTreeMap;
use std::io;
use std::process::{Command, ExitCode, ExitStatus};

use crate::cli::Cli;
use crate::problem::Problem;
use crate::stack;

/// The mark of a process that has the variables already.
const MARK: &str = "BRIDGECTL_LOCAL";

/// Runs the command again for the local stack, if that is asked for, and returns its exit code.
pub async fn run_as_local(cli: &Cli) -> Result<Option<ExitCode>, Problem> {
    let Some(url) = cli.local.as_ref().filter(|_| std::env::var_os(MARK).is_none()) else {
        return Ok(None);
    };
    let variables = stack::of_local(url.trim_end_matches('/')).await?;
    let status = run_again(variables)
        .map_err(|error| Problem::Failed(format!("bridgectl cannot run itself: {error}")))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Some(code.map_or(ExitCode::FAILURE, ExitCode::from)))
}

fn run_again(variables: BTreeMap<String, String>) -> io::Result<ExitStatus> {
    let mut again = Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1)).envs(variables).env(MARK, "1").status()
}
