//! The Lambda function `handoff`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    bridge_runtime::run_consumer::<handoff::Handoff>().await
}
