//! The Lambda function `crm-context`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_http("crm-context", crm_context::NEEDS, crm_context::handle).await
}
