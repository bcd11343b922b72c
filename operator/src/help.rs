//! `completions` and `man`, which need no bridge.

use std::io::Write;

use clap::CommandFactory;

use crate::cli::{Cli, Command};
use crate::problem::Problem;

/// Writes completions or the man page, and returns whether that was asked for.
pub fn write_help(cli: &Cli, out: &mut (dyn Write + Send)) -> Result<bool, Problem> {
    match &cli.command {
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "bridgectl", &mut text);
            out.write_all(&text)?;
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            out.write_all(&text)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}
