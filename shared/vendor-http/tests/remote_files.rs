//! Tests of fetching files, and of passing them on while they are read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bridge_vendor_http::remote_file::{FileSource, LARGEST_FILE, NotFetched};
use bridge_vendor_http::{Api, Call, CallError, Deadline, Upload, Url};
use futures::stream;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

async fn serve(router: Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}").parse().unwrap()
}

/// As many bytes, without a word about their number before.
fn unannounced(bytes: u64) -> Response {
    let chunk = Bytes::from(vec![0x89; 64 * 1024]);
    let chunks = usize::try_from(bytes).unwrap().div_ceil(chunk.len());
    let chunks = std::iter::repeat_n(chunk, chunks).map(Ok::<_, std::io::Error>);
    Body::from_stream(stream::iter(chunks)).into_response()
}

async fn host() -> Url {
    serve(Router::new().fallback(|uri: Uri| async move {
        match uri.path() {
            "/photo" => ([(header::CONTENT_TYPE, "text/html")], PNG).into_response(),
            "/large" => Body::from(vec![0; 20 * 1024 * 1024 + 1]).into_response(),
            "/unannounced" => unannounced(LARGEST_FILE + 1),
            "/fits" => unannounced(LARGEST_FILE),
            "/moved" => redirect("/photo"),
            "/inside" => redirect("http://169.254.169.254/latest/meta-data"),
            "/round" => redirect("/round"),
            "/busy" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }))
    .await
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, to.to_owned())]).into_response()
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

#[tokio::test]
async fn a_file_has_the_type_of_its_bytes_and_a_bounded_size() {
    let host = host().await;
    let source = FileSource::new(&[&host]);
    let cases = [
        ("/photo", Ok("image/png")),
        ("/moved", Ok("image/png")),
        ("/large", Err(NotFetched::TooLarge)),
        ("/inside", Err(NotFetched::NotAllowed)),
        ("/round", Err(NotFetched::NotAllowed)),
        ("/busy", Err(NotFetched::Unavailable)),
        ("/gone", Err(NotFetched::Refused(404))),
    ];
    for (path, expected) in cases {
        let opened = source.open(host.join(path).unwrap().as_str(), soon()).await;
        let told = opened.map(|file| file.mime_type);
        assert_eq!(told, expected.map(str::to_owned), "{path}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_from_within_a_network_or_without_encryption() {
    let host = host().await;
    let source = FileSource::new(&[]);
    let of_this_machine = format!("https://localhost:{}/photo", host.port().unwrap());
    let addresses = [
        host.join("/photo").unwrap().to_string(),
        of_this_machine,
        "https://127.0.0.1/photo".to_owned(),
        "https://[::ffff:10.0.0.1]/x".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://2130706433/x".to_owned(),
        "https://0x7f.1/x".to_owned(),
        "http://example.org/photo.png".to_owned(),
        "https://user:secret@example.org/photo.png".to_owned(),
        "file:///etc/passwd".to_owned(),
        "data:text/plain,x".to_owned(),
        "not an address".to_owned(),
    ];
    for address in addresses {
        let opened = source.open(&address, soon()).await;
        assert_eq!(opened.map(|_| ()).unwrap_err(), NotFetched::NotAllowed, "{address}");
    }
}

/// Answers with the length of the body and the number of uploads, after some answers of 503.
async fn receiver() -> Url {
    let receive = |body: Bytes| async move { axum::Json(json!({ "length": body.len() })) };
    let router = Router::new().fallback(receive);
    serve(router.layer(axum::extract::DefaultBodyLimit::disable())).await
}

async fn passed_on(path: &str) -> (Result<Value, CallError>, bool) {
    let (host, receiver) = (host().await, receiver().await);
    let source = FileSource::new(&[&host]);
    let file = source.open(host.join(path).unwrap().as_str(), soon()).await.unwrap();
    let size = file.size.clone();
    let caller = Api::new("HubSpot", receiver).caller("token".into(), soon());
    let upload = Upload::new("a name.png", file.mime_type, file.body).field("folderPath", "/x");
    let call = Call::create_named("upload", &["files"]).upload(upload);
    (caller.send(call).await, size.is_exceeded())
}

#[tokio::test]
async fn a_file_is_passed_on_while_it_is_read_and_not_beyond_its_limit() {
    let (answer, too_large) = passed_on("/fits").await;
    assert!(answer.unwrap()["length"].as_u64().unwrap() > LARGEST_FILE);
    assert!(!too_large);
    let (answer, too_large) = passed_on("/unannounced").await;
    assert!(answer.is_err());
    assert!(too_large, "the caller knows why");
    assert!(passed_on("/photo").await.0.unwrap()["length"].as_u64().unwrap() > 100);
}
