//! The console's page and routes answer to whoever uses this machine, and to no website.

use reqwest::{Method, StatusCode};
use tests::Bridge;

async fn ask(
    bridge: &Bridge,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, String) {
    let request = reqwest::Client::new().request(method, bridge.url(path));
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.body("{}").send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn another_name_or_another_site_gets_nothing_but_webhooks() {
    let bridge = Bridge::start().await;
    let foreign = [
        [("host", "evil.example")],
        [("host", "127.0.0.1.evil.example:9000")],
        [("origin", "https://evil.example")],
        [("origin", "null")],
    ];
    for headers in foreign {
        for path in ["/", "/console/status", "/local/outcomes", "/orgs/acme/status"] {
            let (status, _) = ask(&bridge, Method::GET, path, &headers).await;
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{path} {headers:?}");
        }
        let (status, _) = ask(&bridge, Method::POST, "/local/opencx-events", &headers).await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{headers:?}");
        let (status, _) = ask(&bridge, Method::POST, "/webhooks/hubspot/acme/x", &headers).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "HubSpot calls a tunnel's name");
    }
}

#[tokio::test]
async fn actions_need_the_token_that_the_page_holds() {
    let bridge = Bridge::start().await;
    let (status, page) = ask(&bridge, Method::GET, "/", &[]).await;
    assert_eq!(status, StatusCode::OK);
    let token = page.split("data-token=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.expect("the page of a local stack holds its token");
    let down = "/console/hubspot/down";
    for (headers, expected) in [
        (vec![], StatusCode::FORBIDDEN),
        (vec![("x-console-token", "guessed")], StatusCode::FORBIDDEN),
        (vec![("x-console-token", token)], StatusCode::NO_CONTENT),
    ] {
        let request = reqwest::Client::new().put(bridge.url(down)).body("false");
        let request = headers.iter().fold(request, |one, (name, value)| one.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), expected, "{headers:?}");
    }
}
