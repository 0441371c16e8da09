//! The pages beside a running office: where they are served, and the first links into them.

use crate::{App, OpenOffice, config::WebConfig};
use anyhow::{Context, Result, bail};
use registrar_domain::account_store::AccountStore;
use registrar_kernel::accounts::account::Accounts;
use registrar_store::Database;
use registrar_web::{Invitation, Invited, Offices, PageConfig, Proxies, ServedOffice, Web};
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

/// Where pages are served if nobody says otherwise.
const LISTEN: &str = "127.0.0.1:8080";
/// The word for no pages at all.
const NONE: &str = "none";

/// The offices of a program, as their pages see them.
struct ProgramOffices(Arc<App>);

impl Offices for ProgramOffices {
    fn names(&self) -> Vec<String> {
        let first = self.0.config().default_office().to_owned();
        let mut names = self.0.all_opened();
        names.sort_by_key(|name| *name != first);
        names
    }

    fn office(&self, name: &str) -> Option<ServedOffice> {
        let opened = self.0.opened(name)?;
        let accounts = accounts(&self.0, &opened);
        Some(ServedOffice {
            office: opened.office.clone(),
            ledger: opened.ledger.clone(),
            accounts,
            prefix: String::new(),
        })
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        self.0.store().account_store()
    }
}

/// Who may sign in to an office.
pub fn accounts(app: &App, opened: &OpenOffice) -> Accounts {
    Accounts::new(app.store().account_store(), opened.office.key(), app.guesses())
}

/// Pages that are served.
pub struct Pages {
    web: Web,
    at: SocketAddr,
}

impl Pages {
    /// Serves the pages of an app's offices in threads of their own, unless it is told not to.
    ///
    /// # Errors
    /// The address is none, or can't be listened at.
    pub fn serve(app: &Arc<App>) -> Result<Option<Pages>> {
        let config = app.config();
        let WebConfig { listen, https, trusted_proxies } = &config.web;
        if listen.as_deref() == Some(NONE) {
            return Ok(None);
        }
        let listener = match listen {
            Some(address) => bind(address)?,
            // Nobody asked for this port, so another will do.
            None => TcpListener::bind(LISTEN).or_else(|_| TcpListener::bind("127.0.0.1:0"))?,
        };
        let at = listener.local_addr()?;
        let web = Web::new(
            Arc::new(ProgramOffices(app.clone())),
            PageConfig { https: *https, trusted_proxies: Proxies(trusted_proxies.clone()) },
        );
        let serving = web.clone();
        thread::Builder::new().name("registrar-web".into()).spawn(move || {
            if let Err(error) = serving.serve(listener) {
                tracing::error!(%error, "Pages are not served any more.");
            }
        })?;
        Ok(Some(Pages { web, at }))
    }

    /// The address of an office's pages.
    pub fn address(&self, office: &str) -> String {
        format!("{}/{office}/", self.root())
    }

    fn root(&self) -> String {
        format!("http://{}", self.at)
    }

    /// A link to set up an office in which nobody can sign in yet.
    ///
    /// # Errors
    /// The store.
    pub fn set_up(&self, app: &App, opened: &OpenOffice) -> Result<Option<String>> {
        let free = accounts(app, opened).all()?.is_empty();
        free.then(|| self.link(&opened.office.name, Invited::SetUp, false)).transpose()
    }

    /// A link that signs in as someone, as often as it is followed.
    ///
    /// # Errors
    /// The machine gives no chance.
    pub fn enter(&self, office: &str, person: &str) -> Result<String> {
        self.link(office, Invited::Enter(person.to_owned()), true)
    }

    fn link(&self, office: &str, to: Invited, lasting: bool) -> Result<String> {
        // As long as the process runs: the link is on its console.
        let (office, expires) = (office.to_owned(), i64::MAX);
        let invitation = Invitation { office, to, expires, lasting, version: 0 };
        let below = self.web.invitations().open(invitation).map_err(|e| anyhow::anyhow!("{e}"))?;
        Ok(format!("{}{below}", self.root()))
    }
}

fn bind(address: &str) -> Result<TcpListener> {
    let Ok(address) = address.parse::<SocketAddr>() else {
        bail!("\"{address}\" is no address to listen at; write it like {LISTEN}, or {NONE} for no pages");
    };
    TcpListener::bind(address).with_context(|| format!("pages can't be served at {address}"))
}
