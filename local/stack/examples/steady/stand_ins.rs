//! The vendors' simulators and the table in a process of their own: they keep all records, and the
//! bridge's memory is looked at.

use std::error::Error;
use std::process::Stdio;
use std::time::Duration;

use bridge_local::aws::serve_table;
use bridge_local::environment::Source;
use hubspot_sim::Portal;
use opencx_sim::OpenCxSim;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Steady;
use crate::support::options_of_orgs;

/// The interval at which the logs of calls are emptied.
const EMPTIED_EVERY: Duration = Duration::from_secs(1);

/// The addresses of the running process, which ends with this.
pub(crate) struct StandIns {
    pub(crate) hubspot: String,
    pub(crate) opencx: String,
    pub(crate) table: String,
    _process: Child,
}

impl StandIns {
    /// Starts this program once more, as the stand-ins for the same options.
    pub(crate) async fn start(steady: &Steady) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--orgs", &steady.orgs.to_string(), "--limit", &steady.limit.to_string()])
            .arg("--stand-ins")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or("the stand-ins have no output")?;
        let line = BufReader::new(output).lines().next_line().await?;
        let line = line.ok_or("the stand-ins did not start")?;
        let [hubspot, opencx, table] = line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("the stand-ins said: {line}").into());
        };
        let (hubspot, opencx, table) = (hubspot.to_owned(), opencx.to_owned(), table.to_owned());
        Ok(Self { hubspot, opencx, table, _process: process })
    }
}

/// Serves the stand-ins until the process is killed, and prints their addresses.
pub(crate) async fn serve(steady: &Steady) -> Result<(), Box<dyn Error>> {
    let options = options_of_orgs(steady.orgs, steady.limit);
    let (Source::Simulated(hubspot), Source::Simulated(opencx)) = (options.hubspot, options.opencx)
    else {
        return Err("the vendors are not simulated".into());
    };
    let (portal, opencx) = (Portal::start(hubspot).await?, OpenCxSim::start(opencx).await?);
    let table = serve_table(std::future::pending()).await?;
    println!("{} {} {table}", portal.url(), opencx.url());
    loop {
        tokio::time::sleep(EMPTIED_EVERY).await;
        portal.reset_calls();
        opencx.reset_calls();
    }
}
