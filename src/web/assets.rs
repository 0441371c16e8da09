//! The style sheet and the script of all pages, each at an address of its own for each content.

use crate::server::Web;
use axum::{Router, http::header, response::IntoResponse, routing::get};
use std::sync::LazyLock;

static STYLE: Asset = Asset::new("/assets/style.css", "text/css", include_str!("assets/style.css"));
static SCRIPT: Asset = Asset::new("/assets/page.js", "text/javascript", include_str!("assets/page.js"));

struct Asset {
    at: &'static str,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    const fn new(at: &'static str, kind: &'static str, text: &'static str) -> Asset {
        Asset { at, kind, text }
    }

    fn address(&self) -> String {
        format!("{}?v={}", self.at, &blake3::hash(self.text.as_bytes()).to_hex()[..16])
    }

    fn answer(&self) -> impl IntoResponse {
        let headers = [
            (header::CONTENT_TYPE, format!("{}; charset=utf-8", self.kind)),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        ];
        (headers, self.text)
    }
}

/// The style sheet's address.
pub fn style() -> &'static str {
    static AT: LazyLock<String> = LazyLock::new(|| STYLE.address());
    &AT
}

/// The script's address.
pub fn script() -> &'static str {
    static AT: LazyLock<String> = LazyLock::new(|| SCRIPT.address());
    &AT
}

/// Where they are served.
pub fn routes() -> Router<Web> {
    Router::new()
        .route(STYLE.at, get(async || STYLE.answer()))
        .route(SCRIPT.at, get(async || SCRIPT.answer()))
}
