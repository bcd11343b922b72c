//! The log of the functions on standard error: short coloured lines on a terminal, JSON lines
//! when it is piped. Each line goes to the console, too.

use std::io::{self, IsTerminal, Write};

use bridge_console::{Live, short_line};
use serde_json::Value;
use tracing_subscriber::filter::Targets;

/// The crate that may log errors only: the embedded table warns of each condition that it refuses.
pub const QUIET: &str = "dynoxide";

/// The place of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// On standard error, and in the console.
    Shown,
    /// In the console alone.
    ConsoleOnly,
}

/// Starts the log of the functions.
pub fn start_logging(log: Log) {
    let is_terminal = io::stderr().is_terminal();
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse::<Targets>().ok());
    let asked = asked.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let asked = asked.with_target(QUIET, tracing::Level::ERROR);
    bridge_lambda::log_to(move || LineWriter { log, is_terminal, partial: Vec::new() }, asked);
}

/// Writes lines of the log, which come in one piece or in several.
struct LineWriter {
    log: Log,
    is_terminal: bool,
    partial: Vec<u8>,
}

impl Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.partial.extend(bytes);
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            self.write_line(String::from_utf8_lossy(&line).trim_end())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LineWriter {
    fn write_line(&self, line: &str) -> io::Result<()> {
        Live::of_process().push(line);
        let mut out = io::stderr().lock();
        match (self.log, self.is_terminal) {
            (Log::ConsoleOnly, _) => Ok(()),
            (Log::Shown, false) => writeln!(out, "{line}"),
            (Log::Shown, true) => match serde_json::from_str::<Value>(line) {
                Ok(json) => {
                    short_line(&json, false).map_or(Ok(()), |short| writeln!(out, "{short}"))
                }
                Err(_) => writeln!(out, "{line}"),
            },
        }
    }
}
