//! The least that a function with the AWS SDK is: `lambda_http` and two clients, set up as the SDK's documentation
//! does. `tests/deploy/measure.py` measures the bridge's functions against it.

use aws_config::BehaviorVersion;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use lambda_http::{Body, Error, Request, Response, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let table = &aws_sdk_dynamodb::Client::new(&config);
    let queues = &aws_sdk_sqs::Client::new(&config);
    lambda_http::run(service_fn(move |_: Request| async move {
        // Calls of each client, so that the linker keeps them.
        let item = table.get_item().table_name("table").send().await;
        let sent = queues.send_message().queue_url("queue").message_body("body").send().await;
        let status = if item.is_ok() && sent.is_ok() { 200 } else { 503 };
        Response::builder().status(status).body(Body::Empty).map_err(Error::from)
    }))
    .await
}
