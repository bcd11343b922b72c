//! The Lambda function `contact-sync`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<contact_sync::ContactSync>().await
}
