//! The operator's command line, for a deployed stack and for the local one: what is
//! parked and what to do about it, how events ended, events by hand, settings.
//!
//! It works on the same table and queues as the functions, and claims nothing itself:
//! whatever it puts back on a queue goes the usual way, so that what was done stays
//! done.

mod api;
mod channels;
mod cli;
mod columns;
mod connect;
mod console;
mod customer;
mod event;
mod help;
mod http;
mod local;
mod outcome_reader;
mod outcomes;
mod parked;
mod problem;
mod progress;
mod replay;
mod samples;
mod search;
mod settings;
mod stack;
mod status;
mod trace;
mod trigger;

use std::io::Write;

use console::ConsoleOptions;

pub use api::{ApiOptions, console_api};
pub use cli::Cli;
pub use connect::Operator;
pub use help::write_help;
pub use local::run_as_local;
pub use problem::Problem;

use cli::{
    ChannelsCommand, Command, CustomerCommand, EventCommand, ParkedCommand, SettingsCommand,
};

/// Does what the command line asks for, and writes what came of it.
pub async fn run(
    cli: &Cli,
    operator: &Operator,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let result = execute(cli, operator, out).await;
    result.map_err(|problem| problem.with_table(&operator.app.environment.table))
}

async fn execute(
    cli: &Cli,
    operator: &Operator,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let json = cli.json;
    if let Command::Console { port, read_only, bodies } = cli.command {
        let options = ConsoleOptions { stack: cli.stack.clone(), port, read_only, bodies };
        return console::serve(operator.clone(), options, out).await;
    }
    match &cli.command {
        Command::Parked(ParkedCommand::List(filter)) => {
            parked::list(operator, filter, json, out).await
        }
        Command::Parked(ParkedCommand::Show { id, body }) => {
            parked::show(operator, id, *body, json, out).await
        }
        Command::Parked(ParkedCommand::Redrive(choice)) => {
            parked::redrive(operator, choice, json, out).await
        }
        Command::Parked(ParkedCommand::Discard(choice)) => {
            parked::discard(operator, choice, json, out).await
        }
        Command::Status { watch } => status::status(operator, *watch, json, out).await,
        Command::Outcomes(wanted) => outcomes::outcomes(operator, wanted, json, out).await,
        Command::Find(search) => search::find(operator, search, json, out).await,
        Command::Timeline(search) => search::timeline(operator, search, json, out).await,
        Command::Listen { org, echoes } => {
            outcomes::listen(operator, org.as_deref(), *echoes, json, out).await
        }
        Command::Trigger { name, org } => {
            trigger::trigger(operator, name.as_deref(), org.as_deref(), out).await
        }
        Command::Replay { what, yes } => replay::replay(operator, what, *yes, json, out).await,
        Command::Console { .. } | Command::Completions { .. } | Command::Man => Ok(()),
        Command::Event(EventCommand::Send { file }) => event::send(operator, file, json, out).await,
        Command::Customer(CustomerCommand::Show(person)) => {
            customer::show(operator, person, json, out).await
        }
        Command::Customer(CustomerCommand::Forget { person, yes }) => {
            customer::forget(operator, person, *yes, json, out).await
        }
        Command::Channels(ChannelsCommand::Create { org, name }) => {
            channels::create(operator, org, name, json, out).await
        }
        Command::Channels(ChannelsCommand::Connect { org, channel, inbox, known }) => {
            let id = known.channel_id.as_deref();
            channels::connect(operator, (org, *channel), inbox, id, json, out).await
        }
        Command::Channels(ChannelsCommand::List { org, known }) => {
            channels::list(operator, org, known.channel_id.as_deref(), json, out).await
        }
        Command::Channels(ChannelsCommand::Check { org }) => {
            channels::check(operator, org, json, out).await
        }
        Command::Settings(SettingsCommand::Put { file }) => {
            settings::put(operator, file, json, out).await
        }
        Command::Settings(SettingsCommand::Get { org, show_secrets }) => {
            settings::get(operator, org, *show_secrets, out).await
        }
        Command::Settings(SettingsCommand::List) => settings::list(operator, json, out).await,
        Command::Settings(SettingsCommand::Check { what, show_secrets }) => {
            settings::check(operator, what, *show_secrets, json, out).await
        }
    }
}
