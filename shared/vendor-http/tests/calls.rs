//! Tests of a caller against a server's answers, good and bad.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use bridge_vendor_http::{
    Api, Budget, Call, CallError, Caller, Credentials, Deadline, Deferral, DeferralReason, Effect,
    Meter, Problem, RateNews, Waiting,
};
use secrecy::SecretString;
use serde_json::{Value, json};

/// Answers in turn, the last one for ever.
async fn server(answers: Vec<(u16, &'static str)>) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let answer = move || {
        let turn = counter.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let (status, body) = answers[turn];
        async move { (StatusCode::from_u16(status).unwrap(), body) }
    };
    (serve(Router::new().fallback(answer)).await, asked)
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn caller(base: &str, left: Duration) -> Caller {
    Api::new("HubSpot", base.parse().unwrap()).caller("token".into(), Deadline::after(left))
}

async fn outcome(
    answers: Vec<(u16, &'static str)>,
    call: Call,
) -> (Result<Value, CallError>, usize) {
    let (base, asked) = server(answers).await;
    let result = caller(&base, Duration::from_secs(20)).send(call).await;
    (result, asked.load(Ordering::SeqCst))
}

fn read() -> Call {
    Call::get("read", &["a"])
}

fn write() -> Call {
    Call::post("write", &["a"]).json(json!({ "x": 1 }))
}

#[tokio::test]
async fn what_had_no_effect_is_tried_again_and_what_may_have_had_one_is_not() {
    let cases = [
        (read(), vec![(500, ""), (200, "{}")], Ok(()), 2),
        (write(), vec![(500, ""), (200, "{}")], Err(Effect::Perhaps), 1),
        (write(), vec![(429, "{}"), (200, "{}")], Ok(()), 2),
        (write(), vec![(200, "{")], Err(Effect::Perhaps), 1),
        (read(), vec![(200, "{"), (200, "<html>"), (200, "{}")], Ok(()), 3),
        (read(), vec![(200, "<html>")], Err(Effect::None), 3),
        (Call::search("find", &["a"]), vec![(200, "\u{feff}"), (200, "{}")], Ok(()), 2),
        (write(), vec![(408, "")], Err(Effect::Perhaps), 1),
        (read(), vec![(408, ""), (200, "{}")], Ok(()), 2),
        (write(), vec![(425, ""), (477, ""), (200, "{}")], Ok(()), 3),
        (write(), vec![(307, ""), (200, "{}")], Ok(()), 2),
        (write(), vec![(423, ""), (200, "{}")], Ok(()), 2),
        (write(), vec![(400, "{}")], Err(Effect::Never), 1),
        (read(), vec![(401, "")], Err(Effect::None), 1),
        (write(), vec![(403, "")], Err(Effect::Never), 1),
        (write(), vec![(409, "")], Err(Effect::Never), 1),
        (Call::patch("change", &["a"]), vec![(502, ""), (204, "")], Ok(()), 2),
    ];
    for (call, answers, expected, times) in cases {
        let told = format!("{call:?} {answers:?}");
        let (result, asked) = outcome(answers, call).await;
        assert_eq!(result.map(|_| ()).map_err(|error| error.effect()), expected, "{told}");
        assert_eq!(asked, times, "{told}");
    }
}

#[tokio::test]
async fn a_refused_connection_had_no_effect() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let caller = caller(&format!("http://{gone}"), Duration::from_millis(1_500));
    let error = caller.send::<Value>(write()).await.unwrap_err();
    assert!(matches!(error.problem, Problem::NotSent), "{error}");
    assert_eq!(error.effect(), Effect::None);
}

#[tokio::test]
async fn a_try_that_was_lost_is_not_forgotten_when_the_next_one_is_refused() {
    for (first, undone) in [(502, false), (429, true)] {
        let change = Call::patch("change", &["a"]);
        let (result, asked) = outcome(vec![(first, "{}"), (400, "{}")], change).await;
        assert_eq!(asked, 2);
        assert_eq!(result.unwrap_err().is_certainly_undone(), undone, "{first}, then 400");
    }
}

#[tokio::test]
async fn no_call_leaves_when_there_is_no_time_for_its_answer() {
    let (base, asked) = server(vec![(200, "{}")]).await;
    let error = caller(&base, Duration::from_millis(500)).send::<Value>(write()).await.unwrap_err();
    assert!(matches!(error.problem, Problem::NoTime), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_request_carries_token_query_and_encoded_path() {
    let echo = |uri: Uri, headers: HeaderMap| async move {
        let token = headers["authorization"].to_str().unwrap().to_owned();
        axum::Json(json!({ "uri": uri.to_string(), "token": token }))
    };
    let base = serve(Router::new().fallback(echo)).await;
    let call = Call::get("read", &["contacts", "a/b@x.org?"]).query("idProperty", "e&mail");
    let seen: Value = caller(&base, Duration::from_secs(5)).send(call).await.unwrap();
    assert_eq!(seen["uri"], "/contacts/a%2Fb@x.org%3F?idProperty=e%26mail");
    assert_eq!(seen["token"], "Bearer token");
}

#[tokio::test]
async fn the_error_for_the_log_quotes_neither_words_nor_addresses() {
    let refusal = r#"{"category":"VALIDATION_ERROR","message":"ann@x.org said: secret words"}"#;
    let (result, _) =
        outcome(vec![(400, refusal)], Call::get("read contact", &["ann@x.org"])).await;
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "HubSpot read contact: refused with 400 VALIDATION_ERROR");
    assert!(error.refusal().unwrap().message.contains("secret words"), "kept for decisions");
}

#[tokio::test]
async fn every_try_is_counted() {
    let (base, _) = server(vec![(503, ""), (200, "{}")]).await;
    let caller = caller(&base, Duration::from_secs(5));
    caller.send::<Value>(read()).await.unwrap();
    assert_eq!(caller.calls().count(), 2);
}

#[tokio::test]
async fn half_a_character_does_not_cost_the_answer() {
    let (result, _) = outcome(vec![(200, r#"{"text":"cut \ud83d"}"#)], read()).await;
    assert_eq!(result.unwrap(), json!({ "text": "cut \u{fffd}" }));
}

#[tokio::test]
async fn an_id_never_leads_to_another_place() {
    for id in ["", ".", ".."] {
        let (result, asked) = outcome(vec![(200, "{}")], Call::get("read", &["a", id])).await;
        assert!(result.unwrap_err().is_status(404), "{id:?}");
        assert_eq!(asked, 0, "{id:?}");
    }
}

/// A source of tokens that has this one.
#[derive(Debug)]
struct Rotated(Option<&'static str>);

impl Credentials for Rotated {
    fn renew(&self) -> Waiting<'_, Option<SecretString>> {
        Box::pin(async { self.0.map(Into::into) })
    }
}

#[tokio::test]
async fn a_token_that_was_rotated_is_read_again_once() {
    let known = |headers: HeaderMap| async move {
        let is_new = headers["authorization"] == "Bearer new";
        (if is_new { StatusCode::OK } else { StatusCode::UNAUTHORIZED }, "{}")
    };
    let base = serve(Router::new().fallback(known)).await;
    for (source, works, calls) in
        [(Some("new"), true, 2), (Some("wrong"), false, 2), (None, false, 1)]
    {
        let caller = caller(&base, Duration::from_secs(5)).renewing(Arc::new(Rotated(source)));
        let result = caller.send::<Value>(write()).await;
        assert_eq!(result.is_ok(), works, "{source:?}");
        assert!(works || result.is_err_and(|error| error.is_status(401)), "{source:?}");
        assert_eq!(caller.calls().count(), calls, "{source:?}");
    }
}

#[tokio::test]
async fn a_vendor_that_names_a_time_is_asked_again_then_and_not_before() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(10));
    for (status, told, tries) in [
        (503, "1", 3),
        (503, "8", 1),
        (429, "8", 1),
        (477, "3600", 1),
        (423, "8", 1),
        (429, &date, 1),
        (503, &date, 1),
        (477, &date, 1),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let (counter, header) = (asked.clone(), told.to_owned());
        let answer = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            let status = StatusCode::from_u16(status).unwrap();
            let header = header.clone();
            async move { (status, [("retry-after", header)], "{}") }
        };
        let base = serve(Router::new().fallback(answer)).await;
        let error = caller(&base, Duration::from_secs(20)).send::<Value>(read()).await.unwrap_err();
        assert_eq!(asked.load(Ordering::SeqCst), tries, "{status} {told}");
        let seconds = error.retry_after().unwrap().as_secs();
        match told.parse::<u64>() {
            Ok(told) => assert_eq!(seconds, told, "{status}"),
            Err(_) => assert!((500..=600).contains(&seconds), "{status} {told}: {seconds}"),
        }
    }
}

/// Holds all calls back once one was turned away.
#[derive(Debug, Default)]
struct Held(std::sync::atomic::AtomicBool);

impl Budget for Held {
    fn permit(&self, _: Meter) -> Waiting<'_, Result<(), Deferral>> {
        let deferral = Deferral { after: Duration::from_mins(1), reason: DeferralReason::NoPermit };
        Box::pin(async move { if self.0.load(Ordering::SeqCst) { Err(deferral) } else { Ok(()) } })
    }

    fn told(&self, _: Meter, news: &RateNews) {
        self.0.fetch_or(news.refused.is_some(), Ordering::SeqCst);
    }

    fn pass_on(&self, _: Meter) -> Waiting<'_, ()> {
        Box::pin(async {})
    }
}

#[tokio::test]
async fn one_call_that_is_turned_away_does_not_hold_back_the_others_of_its_event() {
    let by_path = |uri: Uri| async move {
        StatusCode::from_u16(uri.path().trim_start_matches('/').parse().unwrap()).unwrap()
    };
    let base = serve(Router::new().fallback(by_path)).await;
    for (calls, last_is_made) in [
        (["429", "204", "204"], true),
        (["429", "403", "204"], true),
        (["429", "429", "204"], false),
    ] {
        let caller = caller(&base, Duration::from_secs(20)).within(Arc::new(Held::default()));
        let mut last = Ok(Value::Null);
        for status in calls {
            last = caller.send::<Value>(Call::get("read", &[status])).await;
        }
        assert_eq!(last.is_ok(), last_is_made, "{calls:?} {last:?}");
    }
    let held_by_others = Arc::new(Held(true.into()));
    let event = caller(&base, Duration::from_secs(20)).within(held_by_others);
    let error = event.send::<Value>(Call::get("read", &["204"])).await.unwrap_err();
    assert!(matches!(error.problem, Problem::Deferred(_)), "{error}");
}
