//! The addresses, and what stands before all of them.

use crate::{
    act, assets, batch_action, board, calendar,
    client::{Client, NoHost, Proxies},
    concurrency::{ConcurrencyLimit, Permit},
    directory, export, figures,
    form::MOST_FILES,
    headers, home,
    invitation::Invitations,
    language, list, live, log, packages,
    page_error::{self, PageError},
    password, people, plugins, record, reports,
    rules::{self, Trials},
    served_office::Offices,
    session::Sessions,
    set_up, sign_in, similar, visitor,
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderValue, Request, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get, post},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{ServiceExt, service_fn};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::RequestBodyTimeoutLayer, timeout::TimeoutLayer};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time},
};

/// Who does nothing for so long is signed out.
const IDLE: time::Duration = time::Duration::hours(12);
/// A request is answered within this time, and has arrived by then.
const PATIENCE: Duration = Duration::from_secs(30);
/// Its head within this.
const HEADS: Duration = Duration::from_secs(10);
/// Passwords that are hashed at once: each takes 19 MiB.
const HASHING: usize = 2;
/// Connections that are served at once.
const CONNECTIONS: usize = 4_000;
/// Pages that are told of changes at once.
const LISTENING: usize = 1_000;
/// From one address, that of a trusted proxy aside.
const CONNECTIONS_EACH: usize = 400;
/// Of one person.
const LISTENING_EACH: usize = 20;
/// From one address so many sign-ins may be tried at once, and then one in so many seconds.
const TRIES: u32 = 20;
const PAUSE: u64 = 3;

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct PageConfig {
    /// Whether browsers reach the server by https alone: then they send their cookies by nothing else.
    pub https: bool,
    /// The proxies that are believed when they say who asks, and where browsers reach us.
    pub trusted_proxies: Proxies,
}

/// The pages of some offices.
#[derive(Clone)]
pub struct Web(Arc<WebState>);

struct WebState {
    offices: Arc<dyn Offices>,
    invitations: Invitations,
    hashing: Semaphore,
    listening: Arc<Semaphore>,
    listeners: Arc<ConcurrencyLimit<String>>,
    trials: Arc<Trials>,
    config: PageConfig,
}

impl Web {
    /// Pages of these offices.
    pub fn new(offices: Arc<dyn Offices>, config: PageConfig) -> Web {
        let hashing = Semaphore::new(HASHING);
        let listening = Arc::new(Semaphore::new(LISTENING));
        Web(Arc::new(WebState {
            offices,
            invitations: Invitations::default(),
            hashing,
            listening,
            listeners: ConcurrencyLimit::new(LISTENING_EACH),
            trials: Arc::default(),
            config,
        }))
    }

    /// The links that let someone in.
    pub fn invitations(&self) -> &Invitations {
        &self.0.invitations
    }

    pub(crate) fn offices(&self) -> &dyn Offices {
        &*self.0.offices
    }

    /// What rules that wait would do.
    pub(crate) fn trials(&self) -> &Arc<Trials> {
        &self.0.trials
    }

    /// The whole address of a path below us, as this client reaches it.
    pub(crate) fn absolute(&self, client: &Client, path: &str) -> String {
        let scheme = if client.https.unwrap_or(self.0.config.https) { "https" } else { "http" };
        format!("{scheme}://{}{}{path}", client.host, client.prefix)
    }

    /// A place to listen at for someone; none while so many pages of theirs, or of all, listen that this one is not
    /// told.
    pub(crate) fn listening(&self, person: &str) -> Option<(OwnedSemaphorePermit, Permit<String>)> {
        let own = self.0.listeners.enter(person.to_owned())?;
        Some((self.0.listening.clone().try_acquire_owned().ok()?, own))
    }

    /// Does what waits for the disk or for a worker, beside the threads that answer.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PageError> + Send + 'static,
    ) -> Result<T, PageError> {
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
            tracing::error!(%error, "A page's work ended by itself.");
            Err(PageError::Broken)
        })
    }

    /// The same for what hashes a password: few at a time.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PageError> + Send + 'static,
    ) -> Result<T, PageError> {
        let _turn = self.0.hashing.acquire().await.map_err(|_| PageError::Broken)?;
        self.work(work).await
    }

    /// All addresses.
    pub fn router(&self) -> Router {
        self.routes().0
    }

    fn routes(&self) -> (Router, Forget) {
        let mut limits = GovernorConfigBuilder::default();
        let limits = limits.burst_size(TRIES).per_second(PAUSE).key_extractor(ByClient).finish();
        // Both are more than nothing, so there is a configuration; without one nothing would be answered.
        let Some(limits) = limits else { return (Router::new(), Box::new(|| ())) };
        let limits = Arc::new(limits);
        let guessing = GovernorLayer::new(limits.clone());
        let forget: Forget = Box::new(move || limits.limiter().retain_recent());
        let sessions = SessionManagerLayer::new(Sessions::new(self.offices()))
            .with_name("session")
            .with_secure(self.0.config.https)
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
            .layer(from_fn(page_error::speak))
            .layer(from_fn(headers::put))
            .with_state(self.clone());
        (router, forget)
    }

    /// Answers until the process ends.
    ///
    /// # Errors
    /// The listener can't be used, or no thread can be started.
    pub fn serve(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("registrar-web")
            .enable_all()
            .build()?;
        let (router, forget) = self.routes();
        let accounts = self.offices().accounts();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::task::spawn(sweep(accounts, forget));
            accept(listener, router, self.0.config.trusted_proxies.clone()).await
        })
    }
}

/// Serves each connection by itself. `axum::serve` would do, but waits for ever for the head of a request.
async fn accept(listener: tokio::net::TcpListener, router: Router, proxies: Proxies) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADS);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let from_one = ConcurrencyLimit::new(CONNECTIONS_EACH);
    let proxies = Arc::new(proxies);
    loop {
        // Who connects while all places are taken waits in the system's queue.
        let Ok(place) = connections.clone().acquire_owned().await else { return Ok(()) };
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, or the other side went away: others come.
                tracing::debug!(%error, "A connection was not accepted.");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let peer = from.ip();
        // Through a proxy come all.
        let own = if proxies.trust(peer) { None } else { from_one.enter(peer) };
        if own.is_none() && !proxies.trust(peer) {
            tracing::warn!(%peer, "Denied: a connection more than one address may have.");
            continue;
        }
        let (router, proxies) = (router.clone(), proxies.clone());
        let service = TowerToHyperService::new(service_fn(move |request: Request<Incoming>| {
            answer(router.clone(), proxies.clone(), peer, request)
        }));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        tokio::task::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "A connection ended.");
            }
            drop((place, own));
        });
    }
}

/// Answers a request, once it is known who sent it.
async fn answer(
    router: Router,
    proxies: Arc<Proxies>,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let (mut parts, body) = request.into_parts();
    match proxies.client(peer, &mut parts) {
        Ok(client) => {
            parts.extensions.insert(client);
            router.oneshot(Request::from_parts(parts, Body::new(body))).await
        }
        Err(NoHost) => Ok(page_error::no_host(&parts.headers)),
    }
}

/// Counts sign-ins by who sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ByClient;

impl KeyExtractor for ByClient {
    type Key = String;

    fn extract<T>(&self, request: &Request<T>) -> Result<String, GovernorError> {
        request.extensions().get::<Client>().map(Client::key).ok_or(GovernorError::UnableToExtractKey)
    }
}

/// Forgets from where sign-ins were tried that could be tried again.
type Forget = Box<dyn Fn() + Send + Sync>;

/// Removes sessions that have ended, and forgets who tried to sign in, now and then.
async fn sweep(accounts: Arc<dyn registrar_domain::account_store::AccountStore>, forget: Forget) {
    loop {
        forget();
        let accounts = accounts.clone();
        let swept =
            tokio::task::spawn_blocking(move || accounts.sweep_sessions(crate::invitation::now())).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "Old sessions could not be swept away.");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
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
    match web.offices().names().first().and_then(|name| web.offices().seat(name)) {
        Some(seat) => Redirect::to(&seat.link("/")).into_response(),
        None => PageError::Absent.into_response(),
    }
}

async fn office(visitor: visitor::Visitor) -> Redirect {
    Redirect::to(&visitor.seat.link("/"))
}

/// Chooses a language and goes back.
async fn speak(
    visitor: visitor::Visitor,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let lang = names.get("lang").and_then(|name| language::named(name)).ok_or(PageError::Absent)?;
    let home = visitor.seat.link("/");
    let to = visitor::back(question.get("back").map(String::as_str), &visitor.seat).unwrap_or(&home);
    let cookie =
        format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax", language::COOKIE, language::tag(lang));
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
