//! The Lambda function `webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let new_state = bridge_lambda::FunctionState::new;
    bridge_lambda::run_http("webhook", webhook::NEEDS, new_state, webhook::handle).await
}
