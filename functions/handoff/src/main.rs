//! The Lambda function `handoff`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<handoff::Handoff>().await
}
