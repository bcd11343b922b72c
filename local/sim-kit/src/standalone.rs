//! The command line of a simulator that runs alone, for people with `curl`.

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use serde::de::DeserializeOwned;

/// Command line of a simulator.
#[derive(Parser, Debug)]
#[command(about = "A simulated vendor on 127.0.0.1")]
pub struct Arguments {
    /// TCP port, instead of the one in the options; 0 takes any free one
    #[arg(long)]
    pub port: Option<u16>,
    /// JSON file with the simulator's options [default: the demo setup]
    #[arg(long, value_name = "FILE")]
    pub options: Option<PathBuf>,
}

impl Arguments {
    /// Reads the options file, or returns the default options.
    pub fn read_options<O: Default + DeserializeOwned>(&self) -> Result<O, Box<dyn Error>> {
        let Some(path) = &self.options else { return Ok(O::default()) };
        let name = path.display();
        let text = std::fs::read(path).map_err(|error| format!("cannot read {name}: {error}"))?;
        Ok(serde_json::from_slice(&text).map_err(|error| format!("in {name}: {error}"))?)
    }
}
