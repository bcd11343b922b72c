//! The Lambda function `crm-context`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let new_app = bridge_engine::App::new;
    bridge_engine::run_http("crm-context", crm_context::NEEDS, new_app, crm_context::handle).await
}
