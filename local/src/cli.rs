//! The command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bridge_vendor_http::Url;
use clap::{Args, Parser, Subcommand};
use serde_json::Value;

use crate::story::Vendor;

/// The whole bridge on one machine, with a simulated HubSpot portal and a simulated
/// OpenCX. Everything listens on 127.0.0.1 only.
#[derive(Debug, Parser)]
#[command(name = "bridge", version)]
pub struct Cli {
    /// What to do; without it, the bridge runs until Ctrl-C.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to run.
    #[command(flatten)]
    pub run: Run,
}

/// What else there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plays one whole conversation through the running parts, tells what happens, and
    /// exits 0 if all of it held.
    Story {
        /// Plays two minutes in which this vendor is down while everybody goes on, and
        /// checks that all of it arrives afterwards.
        #[arg(long, value_name = "VENDOR")]
        outage: Option<Vendor>,
    },
}

/// How to run.
#[derive(Debug, Args)]
pub struct Run {
    /// Port of the HTTP routes [default: 9000; for the story, any free one].
    #[arg(long, global = true)]
    pub port: Option<u16>,
    /// HubSpot's API, instead of the simulated portal, which then does not start.
    #[arg(long, global = true, value_name = "URL", value_parser = url)]
    pub hubspot_url: Option<Url>,
    /// OpenCX's API, instead of the simulated OpenCX, which then does not start.
    #[arg(long, global = true, value_name = "URL", value_parser = url)]
    pub opencx_url: Option<Url>,
    /// Settings of one organisation, or an array of them (JSON), instead of the demo's.
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Seconds that email waits.
    #[arg(long, global = true, value_name = "S", default_value = "5", value_parser = seconds)]
    pub email_delay: Duration,
    /// Seconds that the close of a ticket waits.
    #[arg(long, global = true, value_name = "S", default_value = "15", value_parser = seconds)]
    pub close_delay: Duration,
}

fn url(text: &str) -> Result<Url, String> {
    let wrong = "must be an address that starts with http:// or https://";
    bridge_engine::parse_url(text).ok_or_else(|| wrong.to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number of seconds from 0 to 900".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    if (0.0..=900.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(wrong())
    }
}

/// Reads a file with one settings document or an array of them.
///
/// # Errors
/// What is wrong with the file, by its name.
pub fn read_settings(file: &Path) -> Result<Vec<Value>, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("--settings {}: {error}", file.display()))?;
    match serde_json::from_str(&text) {
        Ok(Value::Array(documents)) if !documents.is_empty() => Ok(documents),
        Ok(document @ Value::Object(_)) => Ok(vec![document]),
        Ok(_) => {
            Err(format!("--settings {}: must be an object or an array of objects", file.display()))
        }
        Err(error) => Err(format!("--settings {}: not JSON: {error}", file.display())),
    }
}
