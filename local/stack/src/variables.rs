//! The environment variables of a running bridge.

use bridge_lambda::Environment;

/// Lists the environment variables by which `bridgectl` finds a bridge.
pub(crate) fn variables(
    environment: &Environment,
    of_aws: &[(&'static str, String)],
) -> Vec<(&'static str, String)> {
    let Environment { table, public_url, hubspot_url, opencx_url, queues, .. } = environment;
    let own = [
        ("TABLE_NAME", table.clone()),
        ("PUBLIC_URL", public_url.clone()),
        ("HUBSPOT_API_URL", hubspot_url.to_string()),
        ("OPENCX_API_URL", opencx_url.to_string()),
    ];
    let queues = queues.iter().map(|(queue, url)| (queue.variable(), url.clone()));
    own.into_iter().chain(queues).chain(of_aws.iter().cloned()).collect()
}
