//! A function as Lambda runs it: its own process, and a stand-in of Lambda's runtime API, which hands
//! out invocations and takes the answers.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;

use crate::{Bridge, seen};

/// A running function; it ends with this value.
pub struct FunctionProcess {
    process: Child,
    log: PathBuf,
    api: RuntimeApi,
}

impl FunctionProcess {
    /// Starts a function's binary with the variables of a bridge, at the most detailed log level.
    pub async fn start(bridge: &Bridge, binary: &str, invocations: Vec<String>) -> Self {
        let name =
            FilePath::new(binary).file_name().and_then(OsStr::to_str).expect("a file's name");
        let api = RuntimeApi::start(invocations).await;
        let id = api.address.rsplit(':').next().expect("a port");
        let log = std::env::temp_dir().join(format!("bridge-log-{name}-{id}"));
        let file = File::create(&log).expect("a log file");
        let process = Command::new(binary)
            .env_clear()
            .envs(bridge.stack().variables())
            .envs([
                ("AWS_LAMBDA_RUNTIME_API", api.address.as_str()),
                ("AWS_LAMBDA_FUNCTION_NAME", name),
                ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_LOG_STREAM_NAME", "log"),
                ("AWS_LAMBDA_LOG_GROUP_NAME", "log"),
                ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
                ("RUST_LOG", "trace"),
                ("RUST_BACKTRACE", "full"),
            ])
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log file"))
            .stderr(file)
            .spawn()
            .expect("the function starts");
        Self { process, log, api }
    }

    /// Waits until so many invocations are answered.
    pub async fn answers(&self, count: usize) -> Vec<Value> {
        seen("an answer to each invocation", || {
            let state = self.api.state.lock().expect("no panic before");
            (state.answers.len() >= count).then(|| state.answers.clone())
        })
        .await
    }

    /// Returns its resident memory in KiB; `None` where the system does not tell.
    pub fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Ends it, and returns all that it printed.
    pub fn end(mut self) -> String {
        self.kill();
        std::fs::read_to_string(&self.log).expect("its log")
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for FunctionProcess {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_file(&self.log);
    }
}

#[derive(Clone)]
struct RuntimeApi {
    address: String,
    state: Arc<Mutex<Invocations>>,
}

#[derive(Default)]
struct Invocations {
    left: VecDeque<String>,
    answers: Vec<Value>,
}

impl RuntimeApi {
    async fn start(invocations: Vec<String>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let invocations = Invocations { left: invocations.into(), ..Default::default() };
        let address = listener.local_addr().expect("an address").to_string();
        let api = Self { address, state: Arc::new(Mutex::new(invocations)) };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{answer}", post(answer))
            .with_state(api.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        api
    }
}

async fn next(State(api): State<RuntimeApi>) -> Response {
    let invocation = api.state.lock().expect("no panic before").left.pop_front();
    let Some(invocation) = invocation else { return std::future::pending().await };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "9999999999999"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:1:function:x"),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1"),
    ] {
        headers.insert(name, value.parse().expect("a header"));
    }
    (headers, invocation).into_response()
}

async fn answer(
    State(api): State<RuntimeApi>,
    Path((_id, _kind)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    api.state
        .lock()
        .expect("no panic before")
        .answers
        .push(serde_json::from_str(&body).unwrap_or_default());
    StatusCode::ACCEPTED
}

/// Returns an invocation with one message of a queue.
pub fn sqs_batch(queue: &str, body: String) -> String {
    let mut message = SqsMessage::default();
    message.message_id = Some("m-1".to_owned());
    message.receipt_handle = Some("none".to_owned());
    message.body = Some(body);
    message.attributes = [("MessageGroupId".to_owned(), "g".to_owned())].into();
    message.event_source_arn = Some(format!("arn:aws:sqs:eu-central-1:1:x-{queue}.fifo"));
    let mut batch = SqsEvent::default();
    batch.records = vec![message];
    serde_json::to_string(&batch).expect("JSON")
}
