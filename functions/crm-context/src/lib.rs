//! The function `crm-context`: what the CRM knows of a customer, for whoever looks
//! at their session in OpenCX; and how an organisation's integration is doing.
//!
//! It only reads, and uses the CRM token alone: that of the ticketing side is not
//! asked for here.

mod answer;
mod query;
mod record;
mod shape;
mod status;

use std::sync::Arc;

use bridge_domain::ids::OrgId;
use bridge_engine::{App, Needs};
use lambda_http::http::Method;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _, Response};

use crate::answer::{Answer, Problem};

/// The environment that the function needs.
pub const NEEDS: Needs = Needs { public_url: true, queues: status::COUNTED };

/// Answers a request.
pub async fn handle(app: Arc<App>, request: Request) -> Response<Body> {
    answer::response(route(&app, &request).await)
}

async fn route(app: &App, request: &Request) -> Answer {
    let path: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
    let ["orgs", org, what @ ("crm-context" | "status")] = path[..] else {
        return Err(Problem::NoRoute);
    };
    if request.method() != Method::GET {
        return Err(Problem::OnlyGet);
    }
    tracing::info!(org, route = what, caller = caller(request), "asked");
    let settings = app.settings(&OrgId::new(org)).await?;
    if what == "status" {
        return status::of(app, &settings).await;
    }
    let customer = query::Customer::read(request.uri().query().unwrap_or_default())?;
    record::of(app, &settings, &customer).await
}

/// Returns the ARN of who asks, as IAM authenticated them. The local stack authenticates nobody.
fn caller(request: &Request) -> Option<String> {
    let RequestContext::ApiGatewayV2(context) = request.request_context_ref()? else { return None };
    context.authorizer.as_ref()?.iam.as_ref()?.user_arn.clone()
}
