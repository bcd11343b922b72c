//! The variables of a bridge that is named: a `CloudFormation` stack by its outputs, the local
//! stack by its route.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bridge_store::Queue;

use crate::problem::Problem;

/// Reads the outputs of a `CloudFormation` stack.
pub(crate) async fn of_stack(name: &str) -> Result<BTreeMap<String, String>, Problem> {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = Builder::new().tls_provider(tls).build_https();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest());
    let config = config.http_client(http).load().await;
    let region = config.region().map_or("none", |region| region.as_ref()).to_owned();
    let client = aws_sdk_cloudformation::Client::new(&config);
    let answer = client.describe_stacks().stack_name(name).send().await;
    let answer = answer.map_err(|error| {
        let is_unknown = error.code() == Some("ValidationError");
        let profile = std::env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned());
        let place = format!("region {region}, profile {profile}");
        if is_unknown {
            return Problem::Usage(format!("there is no stack {name} in {place}"));
        }
        let what = format!("reading the outputs of the stack {name} ({place})");
        Problem::of_aws(&what, "cloudformation:DescribeStacks", &error)
    })?;
    let outputs =
        answer.stacks.into_iter().flatten().flat_map(|stack| stack.outputs.unwrap_or_default());
    let outputs = outputs.filter_map(|output| Some((output.output_key?, output.output_value?)));
    Ok(variables(outputs.collect()))
}

/// Renames outputs to the variables of the functions.
fn variables(outputs: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let renamed = outputs.into_iter().filter_map(|(output, value)| {
        let variable = match output.as_str() {
            "Table" => "TABLE_NAME",
            "WebhookBaseUrl" => "PUBLIC_URL",
            "SecretsPrefix" => "SECRETS_PREFIX",
            output => queue_of(output)?.variable(),
        };
        Some((variable.to_owned(), value))
    });
    renamed.collect()
}

/// Finds the queue whose address an output holds: `MessagesQueueUrl` is `MESSAGES_QUEUE_URL`.
fn queue_of(output: &str) -> Option<Queue> {
    Queue::ALL
        .into_iter()
        .find(|queue| queue.variable().replace('_', "").eq_ignore_ascii_case(output))
}

/// Asks the local stack for its variables, those of the AWS SDK among them.
pub(crate) async fn of_local(url: &str) -> Result<BTreeMap<String, String>, Problem> {
    let request = crate::http::client()?.get(format!("{url}/local/variables"));
    variables_of(request).await.map_err(|_| {
        Problem::Usage(format!(
            "no local stack answers at {url}: start it with `cargo run`, or name its address, --local=http://127.0.0.1:PORT"
        ))
    })
}

async fn variables_of(
    request: reqwest::RequestBuilder,
) -> reqwest::Result<BTreeMap<String, String>> {
    request.send().await?.error_for_status()?.json().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_become_the_variables_of_the_functions() {
        let outputs = [
            ("Table", "t"),
            ("WebhookBaseUrl", "https://b.example"),
            ("EmailMessagesQueueUrl", "q"),
            ("ApiId", "x"),
        ];
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found = variables(outputs.into());
        let names: Vec<_> = found.keys().map(String::as_str).collect();
        assert_eq!(names, ["EMAIL_MESSAGES_QUEUE_URL", "PUBLIC_URL", "TABLE_NAME"]);
    }
}
