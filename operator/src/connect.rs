//! Which bridge: its table and queues, from flags and the environment.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_engine::App;
use bridge_lambda::{Clients, Environment, Variables, parse_url};
use bridge_store::Queue;
use secrecy::SecretString;

use crate::cli::Cli;
use crate::problem::Problem;
use crate::stack;

/// The variable with the key of HubSpot's developer account.
pub(crate) const DEVELOPER_KEY: &str = "HUBSPOT_DEVELOPER_KEY";

/// A bridge to look after.
#[derive(Clone, Debug)]
pub struct Operator {
    pub(crate) app: Arc<App>,
    /// The beginning of the names of the stack's secrets, if it is known.
    pub(crate) secrets_prefix: Option<String>,
    /// The key of HubSpot's developer account, to which Custom Channels belong.
    pub(crate) developer_key: Option<SecretString>,
}

impl Operator {
    /// The bridge with this environment, by these clients. Commands that need a queue
    /// whose address is not there say so.
    pub fn new(environment: Environment, clients: Clients) -> Self {
        let app = Arc::new(App::new(environment, clients));
        Self { app, secrets_prefix: None, developer_key: None }
    }

    /// The same bridge, whose secrets' names begin so.
    #[must_use]
    pub fn with_secrets_prefix(self, prefix: Option<String>) -> Self {
        Self { secrets_prefix: prefix.filter(|prefix| !prefix.is_empty()), ..self }
    }

    /// The same bridge, with the key of HubSpot's developer account.
    #[must_use]
    pub fn with_developer_key(self, key: Option<String>) -> Self {
        let key = key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        Self { developer_key: key.map(SecretString::from), ..self }
    }

    /// The bridge that the command line and the process's environment tell.
    pub async fn from_process(cli: &Cli) -> Result<Self, Problem> {
        let mut variables = Variables::of_process();
        if let Some(stack) = &cli.stack {
            variables.extend(stack::of_stack(stack).await?);
        }
        let prefix = variables.get("SECRETS_PREFIX").map(str::to_owned);
        let key = variables.get(DEVELOPER_KEY).map(str::to_owned);
        let environment = environment(cli, &variables)?;
        let operator = Self::new(environment, Clients::from_process().await);
        Ok(operator.with_secrets_prefix(prefix).with_developer_key(key))
    }
}

fn environment(cli: &Cli, variables: &Variables) -> Result<Environment, Problem> {
    let Some(table) = cli.table.as_deref().or(variables.get("TABLE_NAME")) else {
        let error = "which bridge? give --stack NAME or --local, or set TABLE_NAME (the stack's output `Table`)";
        return Err(Problem::Usage(error.to_owned()));
    };
    let public_url = cli.public_url.as_deref().or(variables.get("PUBLIC_URL")).unwrap_or_default();
    if !public_url.is_empty() && parse_url(public_url).is_none() {
        return Err(Problem::Usage("--public-url must be a URL".to_owned()));
    }
    let mut queues = BTreeMap::new();
    for queue in Queue::ALL {
        if let Some(address) = variables.get(queue.variable()) {
            queues.insert(queue, address.to_owned());
        }
    }
    Ok(Environment {
        table: table.to_owned(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        hubspot_url: variables.hubspot_url()?,
        opencx_url: variables.opencx_url()?,
        queues,
        deployed: false,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn read(flags: &[&str], variables: &[(&str, &str)]) -> Result<Environment, Problem> {
        let cli = Cli::parse_from([&["bridgectl", "parked", "list"], flags].concat());
        let mut given = Variables::default();
        given.extend(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        environment(&cli, &given)
    }

    #[test]
    fn flags_go_before_variables_and_the_table_must_be_known() {
        let variables = [("TABLE_NAME", "one"), ("PARKED_QUEUE_URL", "http://q/parked.fifo")];
        let found = read(&["--table", "two", "--public-url", "https://b.example/"], &variables);
        let found = found.unwrap();
        assert_eq!((&*found.table, &*found.public_url), ("two", "https://b.example"));
        assert_eq!(found.queues.keys().collect::<Vec<_>>(), [&Queue::Parked]);
        assert_eq!(read(&[], &variables).unwrap().table, "one");
        let error = read(&[], &[("TABLE_NAME", " ")]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("TABLE_NAME"));
        assert!(read(&["--public-url", "b.example"], &variables).is_err());
    }
}
