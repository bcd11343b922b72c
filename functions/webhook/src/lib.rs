//! The function `webhook`: takes what HubSpot and OpenCX announce, verifies it,
//! and puts it on the queues. Neither vendor is called here, so that the answer
//! comes well within HubSpot's five seconds (docs/vendors/hubspot.md#webhooks).

mod answer;
mod authentication;
mod channel;
mod delivery;
#[cfg(test)]
mod fuzz_tests;
mod hubspot;
mod opencx;
mod signature;
mod standard_webhooks;

use std::sync::Arc;

use bridge_lambda::{FunctionState, Needs};
use bridge_store::Queue;
use lambda_http::http::Method;
use lambda_http::{Body, Request, Response};

use crate::answer::Answer;
use crate::authentication::Authenticator;

/// The environment that the function needs.
pub const NEEDS: Needs = Needs {
    public_url: true,
    queues: &[
        Queue::Messages,
        Queue::Properties,
        Queue::Handoffs,
        Queue::AiReplies,
        Queue::Contacts,
        Queue::Closes,
        Queue::ChannelMessages,
        Queue::ChannelReplies,
    ],
};

/// Answers a request.
pub async fn handle(state: Arc<FunctionState>, request: Request) -> Response<Body> {
    let answer = route(&state, &request).await.unwrap_or_else(|refusal| refusal);
    answer.into_response()
}

async fn route(state: &FunctionState, request: &Request) -> Result<Answer, Answer> {
    let path: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
    let (vendor, org, token) = match path[..] {
        ["webhooks", vendor @ ("hubspot" | "opencx"), org, token] => (vendor, org, token),
        ["webhooks", "hubspot", org, token, "channel"] => ("channel", org, token),
        _ => return Err(Answer::NotFound),
    };
    if request.method() != Method::POST {
        return Err(Answer::MethodNotAllowed);
    }
    let gate = Authenticator { state, request, org, token };
    match vendor {
        "hubspot" => hubspot::receive(state, &gate.hubspot().await?).await,
        "channel" => channel::receive(state, &gate.channel().await?).await,
        _ => opencx::receive(state, &gate.opencx().await?).await,
    }
}
