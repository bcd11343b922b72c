//! The Lambda function `channel-reply`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<channel_reply::ChannelReply>().await
}
