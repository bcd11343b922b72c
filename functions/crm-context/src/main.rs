//! The Lambda function `crm-context`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    bridge_runtime::run_http(crm_context::NEEDS, crm_context::handle).await
}
