//! The Lambda function `ai-reply`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<ai_reply::AiReply>().await
}
