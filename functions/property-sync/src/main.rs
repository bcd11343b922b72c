//! The Lambda function `property-sync`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<property_sync::PropertySync>().await
}
