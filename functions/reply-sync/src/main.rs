//! The Lambda function `reply-sync`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<reply_sync::ReplySync>().await
}
