//! Between a function and a service: passes calls on, and meddles with one of them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header, request::Parts};
use sim_kit::Injected;

use crate::call::{Service, name};
use crate::fault::{Kind, answer, page};
use crate::fault_plan::{FaultPlan, Orders};
use crate::gated_listener::{Accepting, GatedListeners};

/// The largest call, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// One proxy.
#[derive(Clone)]
pub struct Proxy {
    pub service: Service,
    /// The address of the service itself.
    pub behind: String,
    /// Its own door, and those of the other services.
    pub listeners: GatedListeners,
    pub plan: Arc<FaultPlan>,
    pub client: reqwest::Client,
}

/// Serves a proxy until its task is aborted.
pub async fn serve(proxy: Proxy) {
    let hall = Accepting(proxy.listeners[proxy.service as usize].clone());
    let routes = Router::new().fallback(intercept).with_state(proxy);
    let _ = axum::serve(hall, routes).await;
}

async fn intercept(State(proxy): State<Proxy>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else { return page(StatusCode::BAD_REQUEST) };
    let name = name(proxy.service, &head, &body);
    let Orders { kind, closes } = proxy.plan.arrives(proxy.service, name);
    if let Some(service) = closes {
        proxy.listeners[service as usize].close();
    }
    if kind == Some(Kind::KilledBefore) {
        proxy.plan.kill();
    }
    let effect = async {
        let answer = pass(&proxy, head, body.into()).await;
        if kind == Some(Kind::KilledAfter) {
            proxy.plan.kill();
        }
        answer
    };
    let injected = match kind.and_then(Kind::injected) {
        None => Injected::Answered(effect.await),
        Some(fault) => fault.inject(|status| answer(proxy.service, status), effect).await,
    };
    // No kind drops a connection.
    let Injected::Answered(mut response) = injected else { return page(StatusCode::BAD_GATEWAY) };
    // A call each has its own connection, which may be refused.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Passes a call on; 502 if the service itself fails.
async fn pass(proxy: &Proxy, head: Parts, body: Vec<u8>) -> Response<Body> {
    let body = proxy.plan.sabotage().rewrite(proxy.service, body).await;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = head.headers;
    for own in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(own);
    }
    let request = proxy.client.request(head.method, format!("{}{path}", proxy.behind));
    let answered = async {
        let answer = request.headers(headers).body(body).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?))
    };
    let Ok((status, headers, body)) = answered.await else { return page(StatusCode::BAD_GATEWAY) };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    for own in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        response.headers_mut().remove(own);
    }
    response
}
