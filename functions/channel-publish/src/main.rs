//! The Lambda function `channel-publish`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    bridge_engine::run_consumer::<channel_publish::ChannelPublish>().await
}
