//! The Lambda function `webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    bridge_runtime::run_http(webhook::NEEDS, webhook::handle).await
}
