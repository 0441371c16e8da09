//! What its visitor is told of a request that went wrong, in their language.

use crate::{
    client::Client,
    language,
    layout::bare,
    page_error::{PageError, UnspokenError},
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::html;

/// Tells a problem in the language of whoever asked.
pub async fn speak(request: Request, next: Next) -> Response {
    let lang = language::of(request.headers());
    let prefix = request.extensions().get::<Client>().map(|client| client.prefix.clone()).unwrap_or_default();
    let response = next.run(request).await;
    let Some(UnspokenError(problem)) = response.extensions().get::<UnspokenError>().cloned() else {
        return response;
    };
    let (title, why) = problem.says(lang);
    let page = bare(
        lang,
        &prefix,
        &title,
        html! {
            h1 { (title) }
            @if !why.is_empty() { p { (why) } }
            @match &*problem {
                PageError::Stale(record) => p { a href=(record) { (lang.of("查看这条记录", "Look at the record")) } },
                _ => p { a href=(format!("{prefix}/")) { (lang.of("返回首页", "Back to the start")) } },
            }
        },
    );
    let mut answer = (response.status(), page).into_response();
    if matches!(&*problem, PageError::TooLarge) {
        // What is left of it is never read, so nothing else can come over this connection.
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// That a request names no host, or several: said before anything else is known of it.
pub fn no_host(headers: &HeaderMap) -> Response {
    let lang = language::of(headers);
    let title = lang.of("请求有误", "This can't be asked");
    let why = lang.of(
        "请求须写明一个 Host，且只能有一个；如有代理，请让它传送 Host。",
        "a request names one host, and only one; a proxy before us must pass the Host header",
    );
    let page = bare(lang, "", title, html! { h1 { (title) } p { (why) } });
    (StatusCode::BAD_REQUEST, page).into_response()
}
