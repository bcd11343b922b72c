//! The HTTP routes: those that are deployed, and `/local` for people and tests.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::{any, get, post};
use bridge_console::only_local;
use bridge_domain::ids::OrgId;
use bridge_domain::json::value;
use bridge_domain::registry::queues_of_event;
use bridge_engine::App;
use bridge_lambda::FunctionState;
use bridge_store::{LARGEST_MESSAGE, Outgoing, Queue, now_us, queue_event};
use serde_json::{Value, json};

use crate::outcomes;

/// The state of the routes.
#[derive(Clone)]
pub(crate) struct RouteState {
    pub(crate) webhook: Arc<FunctionState>,
    pub(crate) crm_context: Arc<App>,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) variables: Arc<[(&'static str, String)]>,
}

const HELP: &str = "\
The bridge, on one machine. Open / in a browser for the console.

  POST /webhooks/hubspot/{org}/{token}     HubSpot's events
  POST /webhooks/hubspot/{org}/{token}/channel  messages of Custom Channels
  POST /webhooks/opencx/{org}/{token}      OpenCX's events, by webhook
  GET  /orgs/{org}/crm-context?email=…     the CRM record of a customer
  GET  /orgs/{org}/status                  how the integration is doing
  POST /local/opencx-events                OpenCX's events, as they come by SQS
  GET  /local/variables                    how bridgectl finds this bridge
  GET  /local/outcomes                     every event so far, and how it ended
";

pub(crate) fn router(state: RouteState) -> Router {
    Router::new()
        .route("/local", get(HELP))
        .route("/local/variables", get(list_variables))
        .route("/local/outcomes", get(list_outcomes))
        .route("/local/opencx-events", post(queue_events))
        // In AWS these need IAM; here whoever is on this machine may read them, and no website.
        .route("/orgs/{*rest}", any(call_crm_context))
        .layer(from_fn(only_local))
        .route("/webhooks/{*rest}", any(call_webhook))
        .with_state(state)
}

async fn call_webhook(State(state): State<RouteState>, request: Request) -> Response<Body> {
    match for_lambda(request).await {
        Ok(request) => from_lambda(webhook::handle(state.webhook, request).await),
        Err(answer) => answer,
    }
}

async fn call_crm_context(State(state): State<RouteState>, request: Request) -> Response<Body> {
    match for_lambda(request).await {
        Ok(request) => from_lambda(crm_context::handle(state.crm_context, request).await),
        Err(answer) => answer,
    }
}

/// Converts a request to Lambda's form. Up to 10 MB reach a function, as through API Gateway.
async fn for_lambda(request: Request) -> Result<lambda_http::Request, Response<Body>> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 10_000_000).await;
    let body = body.map_err(|_| error(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"))?;
    Ok(lambda_http::Request::from_parts(head, lambda_http::Body::from(body.to_vec())))
}

fn from_lambda(response: lambda_http::Response<lambda_http::Body>) -> Response<Body> {
    response.map(|body| Body::from(body.to_vec()))
}

/// Tells the variables by which `bridgectl` finds this bridge.
async fn list_variables(State(state): State<RouteState>) -> Response<Body> {
    let variables = state.variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    answer(StatusCode::OK, &Value::Object(variables.collect()))
}

async fn list_outcomes(State(state): State<RouteState>) -> Response<Body> {
    match outcomes::all(&state.dynamodb).await {
        Ok(records) => answer(StatusCode::OK, &json!(records)),
        Err(text) => error(StatusCode::SERVICE_UNAVAILABLE, &text),
    }
}

/// Puts events on their queues as OpenCX does, without reading more than their names.
async fn queue_events(State(state): State<RouteState>, request: Request) -> Response<Body> {
    let Ok(body) = to_bytes(request.into_body(), LARGEST_MESSAGE).await else {
        return error(StatusCode::PAYLOAD_TOO_LARGE, "SQS takes 1 MiB at most");
    };
    let messages = match queue_messages(&state.webhook, &body).await {
        Ok(messages) => messages,
        Err(reason) => return error(StatusCode::BAD_REQUEST, &reason),
    };
    let queued = messages.len();
    for (queue, message) in messages {
        if let Err(problem) = state.webhook.queues.send(queue, &[message]).await {
            return error(StatusCode::SERVICE_UNAVAILABLE, &problem.to_string());
        }
    }
    answer(StatusCode::ACCEPTED, &json!({ "queued": queued }))
}

/// Returns the messages of one event or an array of them, or the reason why it is none.
async fn queue_messages(
    function: &FunctionState,
    body: &[u8],
) -> Result<Vec<(Queue, Outgoing)>, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let events = match body {
        Value::Array(events) => events,
        event => vec![event],
    };
    let mut messages = Vec::new();
    for event in events {
        let name = event.get("event").and_then(Value::as_str).unwrap_or_default();
        let org = event.get("organization_id").and_then(value::id);
        let org = OrgId::new(org.unwrap_or_else(|| "none".to_owned()));
        let settings = function.settings(&org).await;
        let has_channels = settings.is_ok_and(|settings| !settings.channels.is_empty());
        let queue = queues_of_event(&name.trim().to_lowercase(), has_channels).next();
        let queue = queue.ok_or_else(|| format!("no function reads an event named {name:?}"))?;
        let own = queue_event(&event, &org, &now_us().to_string(), has_channels);
        if own.is_empty() {
            // Nothing in it to split: the function says what is wrong.
            let text = event.to_string();
            messages.push((queue, Outgoing::new(&org, "none", &text, text.clone())));
        }
        messages.extend(own);
    }
    Ok(messages)
}

fn error(status: StatusCode, text: &str) -> Response<Body> {
    answer(status, &json!({ "error": text }))
}

fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
