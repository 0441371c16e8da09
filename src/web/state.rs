//! What all pages share: the offices, links that let someone in, and how much is done at once.

use crate::{
    client::{Client, Proxies},
    concurrency::{ConcurrencyLimit, Permit},
    invitation::Invitations,
    page_error::PageError,
    served_office::Offices,
    trials::Trials,
};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Passwords that are hashed at once: each takes 19 MiB.
const HASHING: usize = 2;

/// Pages that are told of changes at once.
const LISTENING: usize = 1_000;

/// Of one person.
const LISTENING_EACH: usize = 20;

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

    /// How the pages are served.
    pub(crate) fn config(&self) -> &PageConfig {
        &self.0.config
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
}
