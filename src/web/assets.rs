//! What is served as a file: the style sheet and the script of all pages, each at an address of its own
//! for each content; and whatever is taken home.

use crate::{state::Web, url::encode};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
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

/// A file to be kept, not shown.
pub fn as_file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    // Only what may stand in an address stands in the header; the plain name is for old browsers.
    let ending: String =
        name.rsplit('.').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    let disposition = format!("attachment; filename=\"file.{ending}\"; filename*=UTF-8''{}", encode(name));
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
