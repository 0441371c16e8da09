//! Serves the pages: connections, how many and for how long, and who is at their other end.

use crate::{
    client::{NoHost, Proxies},
    concurrency::ConcurrencyLimit,
    error_page,
    router::Forget,
    state::Web,
};
use axum::{Router, body::Body, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    io,
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;
use tower::{ServiceExt, service_fn};

/// Its head within this.
const HEADS: Duration = Duration::from_secs(10);
/// Connections that are served at once.
const CONNECTIONS: usize = 4_000;
/// From one address, that of a trusted proxy aside.
const CONNECTIONS_EACH: usize = 400;

impl Web {
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
            accept(listener, router, self.config().trusted_proxies.clone()).await
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
        Err(NoHost) => Ok(error_page::no_host(&parts.headers)),
    }
}

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
