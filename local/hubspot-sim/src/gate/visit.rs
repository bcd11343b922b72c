//! One call on its way through the gate.

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::{self, Caller};
use super::faults::{self, FaultKind};
use super::{CallMoment, Moment};
use crate::error::ApiError;
use crate::portal::Portal;

/// A call, with what the gate has to know of it.
pub(super) struct Visit<'a> {
    portal: &'a Portal,
    pub(super) number: u64,
    method: String,
    path: String,
    token: Option<String>,
}

impl<'a> Visit<'a> {
    pub(super) fn new(portal: &'a Portal, request: &Request) -> Self {
        let method = request.method().to_string();
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default();
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        let number =
            portal.with(|state| state.calls.arrived(&method, &path, query, token.as_deref()));
        Self { portal, number, method, path, token }
    }

    /// The answer; `None` when the connection is to be dropped without one.
    pub(super) async fn answer(&self, request: Request, next: Next) -> Option<Response> {
        let caller = match self.caller() {
            Ok(caller) => caller,
            Err(error) => return Some(error.into_response()),
        };
        if let Err(error) = self.portal.with(|state| state.quota.admit(&caller, &state.options)) {
            return Some(self.marked(error.into_response(), &caller));
        }
        let fault = self.portal.with(|state| state.faults.take(&self.method, &self.path));
        let response = match fault {
            Some(kind) => self.answer_with(kind, &caller, request, next).await?,
            None => self.effect(&caller, request, next).await,
        };
        Some(self.marked(response, &caller))
    }

    /// Who calls: without a known token a call counts for no app's rate limit.
    fn caller(&self) -> Result<Caller, ApiError> {
        self.portal.with(|state| {
            state.faults.check_up()?;
            access::caller(&state.options, self.token.as_deref(), &self.path)
        })
    }

    /// The answer with the rate headers, which a refusal carries too.
    fn marked(&self, response: Response, caller: &Caller) -> Response {
        self.portal.with(|state| state.quota.mark(response, caller, &state.options))
    }

    async fn effect(&self, caller: &Caller, mut request: Request, next: Next) -> Response {
        if let Err(error) = caller.check_scopes(&self.method, &self.path) {
            return error.into_response();
        }
        self.tell(Moment::BeforeEffect, None);
        request.extensions_mut().insert(caller.clone());
        let response = next.run(request).await;
        self.tell(Moment::AfterEffect, Some(response.status().as_u16()));
        response
    }

    async fn answer_with(
        &self,
        kind: FaultKind,
        caller: &Caller,
        request: Request,
        next: Next,
    ) -> Option<Response> {
        match kind {
            FaultKind::Status { status, retry_after } => {
                Some(faults::status_answer(status, retry_after))
            }
            FaultKind::DropBeforeEffect => None,
            FaultKind::DropAfterEffect => {
                self.effect(caller, request, next).await;
                None
            }
            FaultKind::HangBeforeEffect(time) => {
                tokio::time::sleep(time).await;
                Some(self.effect(caller, request, next).await)
            }
            FaultKind::HangAfterEffect(time) => {
                let response = self.effect(caller, request, next).await;
                tokio::time::sleep(time).await;
                Some(response)
            }
            FaultKind::Malformed => {
                let response = self.effect(caller, request, next).await;
                Some((response.status(), "<html>upstream connect error</html>").into_response())
            }
        }
    }

    fn tell(&self, moment: Moment, status: Option<u16>) {
        if let Some(hook) = self.portal.hook() {
            let (method, path) = (self.method.clone(), self.path.clone());
            hook(&CallMoment { moment, method, path, status });
        }
    }
}
