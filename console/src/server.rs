//! The server's side of the console: page, live lines, and the guard around them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::get;
use futures::Stream;
use futures::stream::{self, StreamExt};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::guard::{Token, only_local, with_token};
use crate::live::Live;
use crate::page::{self, Mode};

/// Time between signs of life while nothing happens.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Puts the console together: the page, its live lines, and `api`, which is served under
/// `/console` to whoever has the token.
pub fn console(mode: &Mode, token: &Token, live: &'static Live, api: Router) -> Router {
    let api = api.route("/live", get(async move || follow(live)));
    let api = api.layer(from_fn_with_state(token.clone(), with_token));
    page::routes(mode).nest("/console", api).layer(from_fn(only_local))
}

/// Streams the log lines so far, then those that follow.
fn follow(live: &Live) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let (kept, following) = live.subscribe();
    let kept = stream::iter(kept).chain(stream::once(async { Arc::from("{\"up_to_date\":true}") }));
    let following = stream::unfold(following, |mut following| async {
        next(&mut following).await.map(|line| (line, following))
    });
    let lines = kept.chain(following).map(|line| Ok(Event::default().data(&*line)));
    Sse::new(lines).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Waits for the next line. A reader that is too slow misses some, and hears of it.
async fn next(following: &mut Receiver<Arc<str>>) -> Option<Arc<str>> {
    match following.recv().await {
        Ok(line) => Some(line),
        Err(RecvError::Lagged(missed)) => Some(format!("{{\"missed\":{missed}}}").into()),
        Err(RecvError::Closed) => None,
    }
}
