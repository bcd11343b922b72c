//! A stranger learns nothing from an answer: not which organisations there are, nor which of
//! them have OpenCX's webhook.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bridge_lambda::FunctionState;
use bridge_local::aws::clients;
use bridge_local::demo;
use lambda_http::http::Method;
use serde_json::{Value, json};
use tests::Bridge;

const STRONG: &str = "a-token_of-24-characters";

/// The table behind a counter of its requests.
#[derive(Clone)]
struct Counted {
    table: String,
    requests: Arc<AtomicUsize>,
    http: reqwest::Client,
}

impl Counted {
    async fn start(bridge: &Bridge) -> (Self, String) {
        let table = variable(bridge, "AWS_ENDPOINT_URL_DYNAMODB");
        let counted = Self { table, requests: Arc::default(), http: bridge.http.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(pass_on).with_state(counted.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        (counted, url)
    }
}

async fn pass_on(State(counted): State<Counted>, request: Request) -> Response {
    counted.requests.fetch_add(1, Ordering::Relaxed);
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let request = counted.http.request(parts.method, &counted.table).headers(headers).body(body);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
    *response.status_mut() = status;
    response
}

fn variable(bridge: &Bridge, name: &str) -> String {
    let variables = bridge.stack().variables();
    variables.into_iter().find(|(key, _)| *key == name).expect("the stack sets it").1
}

/// A function of a stack, as it is in AWS or as it is here, with its table behind the counter.
fn function(bridge: &Bridge, table: &str, deployed: bool) -> Arc<FunctionState> {
    let sqs = variable(bridge, "AWS_ENDPOINT_URL_SQS");
    let key = variable(bridge, "AWS_ACCESS_KEY_ID");
    let (mut environment, _) = bridge.stack().environment();
    environment.deployed = deployed;
    Arc::new(FunctionState::new(environment, clients(table, &sqs, &key)))
}

/// Status, headers and body of the answer to an event that carries no signature.
async fn answer(app: &Arc<FunctionState>, path: &str) -> (u16, Vec<(String, String)>, String) {
    let mut request = lambda_http::Request::new(lambda_http::Body::from("[]"));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().unwrap();
    let answer = webhook::handle(app.clone(), request).await;
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let lambda_http::Body::Text(body) = answer.body() else { panic!("a text") };
    (answer.status().as_u16(), headers.collect(), body.clone())
}

fn without_opencx() -> Value {
    let mut other = demo::settings();
    other["org"] = "closed".into();
    other["hubspot"]["portal_id"] = 7.into();
    other["opencx"].as_object_mut().unwrap().remove("webhook_token");
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_and_the_work_for_them_tell_nothing_about_organisations() {
    let bridge = Bridge::with(|options| options.settings.push(without_opencx())).await;
    let (counted, table) = Counted::start(&bridge).await;
    let long = format!("/webhooks/hubspot/acme/{}", "x".repeat(5_000));
    let strangers = [
        "/webhooks/hubspot/nobody/demo-webhook-token",
        "/webhooks/hubspot/acme/wrong",
        "/webhooks/hubspot/acme/demo-opencx-token",
        "/webhooks/hubspot/ACME/demo-webhook-token",
        "/webhooks/opencx/nobody/demo-opencx-token",
        "/webhooks/opencx/acme/demo-webhook-token",
        "/webhooks/opencx/closed/demo-opencx-token",
        "/webhooks/opencx/closed/",
        long.as_str(),
    ];
    let mut all = Vec::new();
    for path in strangers {
        if path.trim_matches('/').split('/').count() < 4 {
            continue;
        }
        let app = function(&bridge, &table, false);
        let mut seen = Vec::new();
        for _ in 0..2 {
            let before = counted.requests.load(Ordering::Relaxed);
            let answer = answer(&app, path).await;
            seen.push((answer, counted.requests.load(Ordering::Relaxed) - before));
        }
        assert_eq!(seen[0].0.0, 401, "{path}");
        assert_eq!((seen[0].1, seen[1].1), (1, 0), "reads of the table: {path}");
        all.push(seen);
    }
    assert!(all.iter().all(|seen| *seen == all[0]), "{all:#?}");
    assert_eq!(bridge.portal().calls().len() + bridge.opencx().calls().len(), 0, "no vendor");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployed_webhook_takes_no_token_that_is_easy_to_guess() {
    for (token, deployed, here) in [
        (STRONG, 200, 200),
        ("demo-webhook-token", 401, 200),
        ("a", 401, 200),
        ("24-characters-but-a-dot.", 401, 200),
    ] {
        let bridge = Bridge::with_settings(|settings| {
            settings["webhook_token"] = token.into();
            settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
            settings["unsigned"] = true.into();
        })
        .await;
        let table = variable(&bridge, "AWS_ENDPOINT_URL_DYNAMODB");
        let path = format!("/webhooks/hubspot/acme/{token}");
        for (is_deployed, expected) in [(true, deployed), (false, here)] {
            let app = function(&bridge, &table, is_deployed);
            assert_eq!(answer(&app, &path).await.0, expected, "{token}, deployed: {is_deployed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_secret_verifies_nothing() {
    for empty in [json!(""), json!(" \n")] {
        let bridge = Bridge::with_settings(|settings| {
            settings["hubspot"]["client_secret"] = empty.clone();
        })
        .await;
        let signature = {
            use sha2::Digest as _;
            hex::encode(sha2::Sha256::digest(b"[]"))
        };
        let request = bridge.http.post(bridge.url(&demo::webhook_path())).body("[]");
        let request = request.header("X-HubSpot-Signature", signature);
        assert_eq!(request.send().await.unwrap().status(), 503, "to be mended: {empty}");
    }
}
