//! The addresses, and what stands before all of them.

use crate::{
    act, assets, batch_action, board, calendar, client::Client, directory, error_page, export, figures,
    form::MOST_FILES, headers, home, language, list, live, log, packages, page_error::PageError, password,
    people, plugins, record, reports, rules, screen, session::Sessions, set_up, sign_in, similar, state::Web,
    visitor,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderValue, Request, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get, post},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time},
};

/// Who does nothing for so long is signed out.
const IDLE: time::Duration = time::Duration::hours(12);

/// A request is answered within this time, and has arrived by then.
const PATIENCE: Duration = Duration::from_secs(30);

/// From one address so many sign-ins may be tried at once, and then one in so many seconds.
const TRIES: u32 = 20;

const PAUSE: u64 = 3;

impl Web {
    /// All addresses.
    pub fn router(&self) -> Router {
        self.routes().0
    }

    pub(crate) fn routes(&self) -> (Router, Forget) {
        let mut limits = GovernorConfigBuilder::default();
        let limits = limits.burst_size(TRIES).per_second(PAUSE).key_extractor(ByClient).finish();
        // Both are more than nothing, so there is a configuration; without one nothing would be answered.
        let Some(limits) = limits else { return (Router::new(), Box::new(|| ())) };
        let limits = Arc::new(limits);
        let guessing = GovernorLayer::new(limits.clone());
        let forget: Forget = Box::new(move || limits.limiter().retain_recent());
        let sessions = SessionManagerLayer::new(Sessions::new(self.offices()))
            .with_name("session")
            .with_secure(self.config().https)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_expiry(Expiry::OnInactivity(IDLE));
        let (guarded, open): (Vec<PageRoute>, _) = addresses().into_iter().partition(|one| one.guessed);
        let routes = |all: Vec<PageRoute>| {
            all.into_iter().fold(Router::new(), |router, one| router.route(one.path, one.answer))
        };
        let router = routes(open)
            .merge(routes(guarded).layer(guessing))
            .fallback(async || PageError::Absent)
            .method_not_allowed_fallback(async || {
                (
                    StatusCode::METHOD_NOT_ALLOWED,
                    PageError::Strange("不支持这种请求方式", "not by this method"),
                )
                    .into_response()
            })
            .layer(sessions)
            .layer(DefaultBodyLimit::max(MOST_FILES))
            .merge(assets::routes())
            .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                tracing::error!("A page panicked.");
                PageError::Broken.into_response()
            }))
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
            .layer(RequestBodyTimeoutLayer::new(PATIENCE))
            .layer(from_fn(error_page::speak))
            .layer(from_fn(headers::put))
            .with_state(self.clone());
        (router, forget)
    }
}

/// Forgets from where sign-ins were tried that could be tried again.
pub(crate) type Forget = Box<dyn Fn() + Send + Sync>;

/// Counts sign-ins by who sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ByClient;

impl KeyExtractor for ByClient {
    type Key = String;

    fn extract<T>(&self, request: &Request<T>) -> Result<String, GovernorError> {
        request.extensions().get::<Client>().map(Client::key).ok_or(GovernorError::UnableToExtractKey)
    }
}

/// Something that is answered.
struct PageRoute {
    /// By this method.
    method: &'static str,
    /// At this path.
    path: &'static str,
    answer: MethodRouter<Web>,
    /// Whether someone could try passwords there: then they may not try many.
    guessed: bool,
}

/// All that is answered, each once. What is not here is not there.
fn addresses() -> Vec<PageRoute> {
    let look = |path, answer| PageRoute { method: "GET", path, answer, guessed: false };
    let send = |path, answer| PageRoute { method: "POST", path, answer, guessed: false };
    let guess = |path, answer| PageRoute { method: "POST", path, answer, guessed: true };
    vec![
        look("/", get(start)),
        look("/{office}", get(office)),
        look("/{office}/", get(home::get)),
        look("/{office}/lang/{lang}", get(speak)),
        look("/{office}/sign-in", get(sign_in::get)),
        guess("/{office}/sign-in", post(sign_in::post)),
        send("/{office}/sign-out", post(sign_in::leave)),
        look("/{office}/enter/{token}", get(set_up::get)),
        guess("/{office}/enter/{token}", post(set_up::post)),
        look("/{office}/password", get(password::get)),
        guess("/{office}/password", post(password::post)),
        look("/{office}/live", get(live::get)),
        look("/{office}/calendar", get(calendar::get)),
        look("/{office}/directory", get(directory::get)),
        look("/{office}/log", get(log::get)),
        // Whoever has no key may not have many tried.
        guess("/{office}/packages", post(packages::post)),
        look("/{office}/reports", get(reports::list)),
        look("/{office}/reports/{name}", get(reports::get)),
        send("/{office}/reports/{name}", post(reports::publish)),
        look("/{office}/rules", get(rules::get)),
        send("/{office}/rules", post(rules::decide)),
        look("/{office}/plugins", get(plugins::list)),
        send("/{office}/plugins", post(plugins::reload)),
        look("/{office}/plugins/{plugin}", get(plugins::get)),
        send("/{office}/plugins/{plugin}", post(plugins::post)),
        look("/{office}/people", get(people::get)),
        send("/{office}/people/{person}/link", post(people::link)),
        look("/{office}/r/{register}", get(list::get)),
        send("/{office}/r/{register}/views", post(list::keep)),
        look("/{office}/r/{register}/board", get(board::get)),
        look("/{office}/r/{register}/export", get(export::get)),
        look("/{office}/r/{register}/standings", get(figures::standings::get)),
        look("/{office}/r/{register}/why", get(figures::explanation::get)),
        look("/{office}/r/{register}/quotas", get(figures::quotas::get)),
        look("/{office}/r/{register}/awards", get(figures::awards::get)),
        send("/{office}/r/{register}/awards", post(figures::awards::decide)),
        look("/{office}/r/{register}/many", get(batch_action::go)),
        look("/{office}/r/{register}/many/{action}", get(batch_action::get)),
        send("/{office}/r/{register}/many/{action}", post(batch_action::post)),
        look("/{office}/r/{register}/new/{action}", get(act::new)),
        send("/{office}/r/{register}/new/{action}", post(act::create)),
        look("/{office}/r/{register}/i/{record}", get(record::get)),
        look("/{office}/r/{register}/i/{record}/similar", get(similar::get)),
        look("/{office}/r/{register}/i/{record}/screen", get(screen::get)),
        look("/{office}/r/{register}/i/{record}/file/{hash}", get(record::file)),
        look("/{office}/r/{register}/i/{record}/{action}", get(act::get)),
        send("/{office}/r/{register}/i/{record}/{action}", post(act::post)),
    ]
}

impl Web {
    /// The method and path of everything that is answered but the style sheet and the script: for whoever
    /// checks who may come in where.
    pub fn answered() -> Vec<(&'static str, &'static str)> {
        addresses().iter().map(|one| (one.method, one.path)).collect()
    }
}

async fn start(State(web): State<Web>) -> Response {
    match web.offices().names().first().and_then(|name| web.offices().office(name)) {
        Some(served) => Redirect::to(&served.link("/")).into_response(),
        None => PageError::Absent.into_response(),
    }
}

async fn office(visitor: visitor::Visitor) -> Redirect {
    Redirect::to(&visitor.served.link("/"))
}

/// Chooses a language and goes back.
async fn speak(
    visitor: visitor::Visitor,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let lang = names.get("lang").and_then(|name| language::named(name)).ok_or(PageError::Absent)?;
    let home = visitor.served.link("/");
    let to = visitor::back(question.get("back").map(String::as_str), &visitor.served).unwrap_or(&home);
    let cookie =
        format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax", language::COOKIE, language::tag(lang));
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
