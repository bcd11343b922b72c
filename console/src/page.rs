//! The page and its files, which are part of the program: no build step, no other host.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};

use crate::log_line::echoes;

macro_rules! files {
    ($($name:literal)+) => { &[$(($name, include_str!(concat!("../files/", $name)))),+] };
}

const FILES: &[(&str, &str)] = files! {
    "main.js" "api.js" "dom.js" "state.js" "events.js" "details.js" "charts.js" "actions.js"
    "customer.js" "hubspot.js" "operator.js" "scenarios.js" "search.js" "style.css" "icon.svg"
};

/// The end of the names of files that are scripts.
const SCRIPT: &str = ".js";

/// The two places where the page is served.
#[derive(Clone, Debug)]
pub enum Mode {
    /// By the local stack: people act in it.
    Local {
        /// The simulated HubSpot's address, for `curl`; none if another HubSpot is used.
        hubspot: Option<String>,
        /// The simulated OpenCX's address.
        opencx: Option<String>,
        /// The token of this run, as whoever sees the page may act.
        token: String,
    },
    /// By `bridgectl` for a deployed stack: people look, redrive and discard.
    Deployed {
        /// The name of the stack.
        stack: String,
        /// True if nothing may be redriven or discarded.
        read_only: bool,
    },
}

/// Returns the routes of the page and its files.
pub fn routes<S: Clone + Send + Sync + 'static>(mode: &Mode) -> Router<S> {
    let page = page(mode).into_string();
    let index = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page);
    Router::new()
        .route("/", get(async || index))
        .route("/console/files/{name}", get(async |Path(name): Path<String>| file(&name)))
}

fn file(name: &str) -> Response {
    let Some((_, content)) = FILES.iter().find(|(known, _)| *known == name) else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    let kind = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };
    ([(header::CONTENT_TYPE, kind)], *content).into_response()
}

fn page(mode: &Mode) -> Markup {
    let is_local = matches!(mode, Mode::Local { .. });
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "OpenCX ↔ HubSpot bridge" }
                link rel="icon" href="/console/files/icon.svg";
                link rel="stylesheet" href="/console/files/style.css";
                @for (name, _) in FILES.iter().filter(|(name, _)| name.ends_with(SCRIPT)) {
                    link rel="modulepreload" href={ "/console/files/" (name) };
                }
                script type="module" src="/console/files/main.js" {}
            }
            (body(mode, is_local))
        }
    }
}

fn body(mode: &Mode, is_local: bool) -> Markup {
    let (hubspot, opencx, token) = match mode {
        Mode::Local { hubspot, opencx, token } => (hubspot.as_deref(), opencx.as_deref(), &**token),
        Mode::Deployed { .. } => (None, None, ""),
    };
    let (stack, read_only) = match mode {
        Mode::Local { .. } => ("on this machine", false),
        Mode::Deployed { stack, read_only } => (&**stack, *read_only),
    };
    html! {
        body data-local[is_local] data-hubspot=[hubspot] data-opencx=[opencx] data-token=(token)
             data-read-only[read_only] data-echoes=(echoes()) {
            a.skip href="#events" { "Skip to the events" }
            header {
                h1 { "OpenCX ↔ HubSpot bridge" }
                p { (stack) }
                p #connection role="status" { "connecting…" }
            }
            main {
                @if is_local {
                    section #scenarios aria-labelledby="scenarios-title" {
                        h2 #scenarios-title { "Scenarios" }
                    }
                }
                div.panes {
                    @if is_local {
                        section #customer aria-labelledby="customer-title" {
                            h2 #customer-title { "Customer" }
                        }
                    } @else {
                        section #search aria-labelledby="search-title" {
                            h2 #search-title { "Search" }
                        }
                    }
                    section #events aria-labelledby="events-title" {
                        h2 #events-title { "Events, live" }
                    }
                    @if is_local {
                        section #hubspot aria-labelledby="hubspot-title" {
                            h2 #hubspot-title { "HubSpot" }
                        }
                    }
                }
                div.below {
                    section #parked aria-labelledby="parked-title" {
                        h2 #parked-title { "Parked" }
                    }
                    section #health aria-labelledby="health-title" {
                        h2 #health-title { "Organisations and queues" }
                    }
                    section #charts aria-labelledby="charts-title" {
                        h2 #charts-title { "Last 30 minutes" }
                    }
                }
            }
            div #announcements role="status" {}
            noscript { "The console needs JavaScript." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_small_and_holds_no_script_of_its_own() {
        let deployed =
            Mode::Deployed { stack: "<script>alert(1)</script>".into(), read_only: true };
        let page = page(&deployed).into_string();
        assert!(!page.contains("<script>") && !page.contains("style="), "{page}");
        assert!(page.contains("data-read-only") && !page.contains("id=\"customer\""));
        let size = page.len() + FILES.iter().map(|(_, content)| content.len()).sum::<usize>();
        assert!(size <= 120_000, "{size} bytes");
        for (name, content) in FILES {
            let others = content.lines().filter(|line| line.contains("://"));
            let foreign: Vec<_> = others.filter(|line| !line.contains("www.w3.org")).collect();
            assert!(foreign.is_empty(), "{name}: {foreign:?}");
        }
    }
}
