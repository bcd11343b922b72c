//! The Lambda function `webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_http("webhook", webhook::NEEDS, webhook::handle).await
}
