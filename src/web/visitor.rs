//! Who asks for a page: of which office, in which language, and as whom.

use crate::{
    client::Client,
    invitation::{now, secret},
    language,
    page_error::PageError,
    served_office::ServedOffice,
    session::{OFFICE, PERSON, SEEN, TOKEN},
    state::Web,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use registrar_domain::{Actor, BilingualText, Lang, Register, directory::people::Person};
use registrar_kernel::{OfficeView, access::Principal};
use std::{collections::HashMap, sync::Arc};
use tower_sessions::Session;

/// So many seconds may pass before it is noted that someone is still here.
const STILL_HERE: i64 = 600;

/// Someone with a browser.
pub struct Visitor {
    /// The office that the address names.
    pub served: ServedOffice,
    /// The language.
    pub lang: Lang,
    /// Where they are: path and question.
    pub at: String,
    /// From where, and by what name they reached the server.
    pub client: Client,
    /// Who they are, if they signed in.
    pub who: Option<SignedIn>,
    /// Their session, perhaps an empty one.
    pub session: Session,
}

/// A person who signed in.
pub struct SignedIn {
    pub person: Person,
    pub principal: Principal,
    /// The secret that their forms carry.
    pub token: String,
}

impl SignedIn {
    /// As whom they act.
    pub fn actor(&self) -> Actor {
        Actor::person(&self.person.id)
    }
}

/// A visitor who signed in; others are sent to do so.
pub struct Member {
    pub visitor: Visitor,
    pub who: SignedIn,
}

impl Visitor {
    /// The one of two texts that is in their language.
    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.of(zh, en)
    }

    /// A title in their language.
    pub fn title<'a>(&self, title: &'a BilingualText) -> &'a str {
        self.lang.title(title)
    }

    /// Makes them a person of the office, in a session with a new id.
    ///
    /// # Errors
    /// The session can't be kept.
    pub async fn welcome(&self, person: &str) -> Result<(), PageError> {
        let broken = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "Nobody can sign in.");
            PageError::Broken
        };
        let token = secret().map_err(|e| broken(&e))?;
        // An id that someone knew before must not become this person's.
        self.session.clear().await;
        self.session.cycle_id().await.map_err(|e| broken(&e))?;
        let values = [
            (OFFICE, self.served.office.key().0.into()),
            (PERSON, person.into()),
            (TOKEN, token.into()),
            (SEEN, now().into()),
        ];
        for (key, value) in values {
            self.session.insert_value(key, value).await.map_err(|e| broken(&e))?;
        }
        tracing::info!(office = %self.served.office.name, person, "Signed in.");
        Ok(())
    }
}

impl Member {
    /// The register of this id, if this person may open it.
    ///
    /// # Errors
    /// There is none, or it is not for them.
    pub fn register(&self, id: &str) -> Result<Arc<Register>, PageError> {
        let registers = self.visitor.served.office.registers();
        let register = registers.by_id.get(id).ok_or(PageError::Absent)?.clone();
        if self.who.principal.may_open(&register).is_none() {
            return Err(self.denied(&format!("`{id}`")));
        }
        Ok(register)
    }

    /// Looks at the office as this person sees it, beside the threads that answer.
    ///
    /// # Errors
    /// What `look` says.
    pub async fn look<T: Send + 'static>(
        &self,
        web: &Web,
        look: impl FnOnce(OfficeView<'_>) -> Result<T, PageError> + Send + 'static,
    ) -> Result<T, PageError> {
        let (office, principal) = (self.visitor.served.office.clone(), self.who.principal.clone());
        web.work(move || look(office.as_principal(&principal))).await
    }

    /// The same at once, for what is looked up while a page is drawn.
    pub fn view(&self) -> OfficeView<'_> {
        self.visitor.served.office.as_principal(&self.who.principal)
    }

    /// That this person may not, noted in the log.
    pub fn denied(&self, what: &str) -> PageError {
        let (office, person) = (&self.visitor.served.office.name, &self.who.person.id);
        tracing::warn!(%office, %person, at = %self.visitor.at, what, "Denied.");
        PageError::Denied(BilingualText::new(
            format!("{what} 不在您的职责范围内；如需办理，请联系管理员。"),
            format!("{what} is not among what your roles let you do; ask whoever looks after the office."),
        ))
    }

    /// Goes on only for who looks after the office.
    ///
    /// # Errors
    /// This person does not.
    pub fn administers(&self) -> Result<(), PageError> {
        if self.who.principal.administers() { Ok(()) } else { Err(self.denied("admin")) }
    }
}

/// Where someone who was sent to sign in may be sent back to: nowhere but into the same office.
pub fn back<'a>(to: Option<&'a str>, served: &ServedOffice) -> Option<&'a str> {
    let home = served.link("/");
    to.filter(|to| to.starts_with(&home) && !to.contains(['\\', '\r', '\n']) && !to.contains("//"))
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Visitor, PageError> {
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, web).await;
        let names = names.map_err(|_| PageError::Absent)?;
        let client = parts.extensions.get::<Client>().cloned().ok_or(PageError::Broken)?;
        let served =
            names.get("office").and_then(|name| web.offices().office(name)).ok_or(PageError::Absent)?;
        let served = ServedOffice { prefix: client.prefix.clone(), ..served };
        let session = Session::from_request_parts(parts, web).await.map_err(|(_, why)| {
            tracing::error!(why, "There are no sessions.");
            PageError::Broken
        })?;
        let at = parts.uri.path_and_query().map_or("/", |at| at.as_str());
        let at = format!("{}{at}", client.prefix);
        let who = who(&served, &session).await?;
        Ok(Visitor { served, lang: language::of(&parts.headers), at, client, who, session })
    }
}

async fn who(served: &ServedOffice, session: &Session) -> Result<Option<SignedIn>, PageError> {
    let get = async |key: &str| session.get_value(key).await.map_err(|_| PageError::Broken);
    if get(OFFICE).await?.and_then(|key| key.as_i64()) != Some(served.office.key().0) {
        return Ok(None);
    }
    let text = |value: Option<serde_json::Value>| value.and_then(|v| v.as_str().map(str::to_owned));
    let (Some(id), Some(token)) = (text(get(PERSON).await?), text(get(TOKEN).await?)) else {
        return Ok(None);
    };
    // With the roles of today: who has left since is nobody any more.
    let directory = served.office.directory();
    let Ok(Principal::Person(person)) = Principal::of(&directory, &Actor::person(id), served.office.today())
    else {
        return Ok(None);
    };
    if get(SEEN).await?.and_then(|seen| seen.as_i64()).is_none_or(|seen| seen + STILL_HERE < now()) {
        session.insert_value(SEEN, now().into()).await.map_err(|_| PageError::Broken)?;
    }
    Ok(Some(SignedIn { principal: Principal::Person(person.clone()), person, token }))
}

impl FromRequestParts<Web> for Member {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Member, PageError> {
        Visitor::from_request_parts(parts, web).await?.member()
    }
}

impl Visitor {
    /// The person, if they signed in.
    ///
    /// # Errors
    /// They are sent to do so.
    pub fn member(mut self) -> Result<Member, PageError> {
        match self.who.take() {
            Some(who) => Ok(Member { visitor: self, who }),
            None => {
                let back = form_urlencoded::byte_serialize(self.at.as_bytes()).collect::<String>();
                Err(PageError::SignIn(self.served.link(&format!("/sign-in?back={back}"))))
            }
        }
    }
}
