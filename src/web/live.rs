//! Tells open pages that something changed that their reader may see: not what, so that nothing is told
//! twice or past anyone's rights. The page then asks for itself anew.

use crate::{
    concurrency::Permit, page_error::PageError, served_office::ServedOffice, session::PERSON, state::Web,
    visitor::Member,
};
use axum::{
    extract::{Query, State},
    response::sse::{Event as Told, KeepAlive, Sse},
};
use futures_util::stream::{Stream, unfold};
use registrar_domain::Actor;
use registrar_kernel::access::Principal;
use std::{collections::HashMap, convert::Infallible, fmt, str::FromStr, time::Duration};
use tower_sessions::Session;

/// How often is looked.
const ROUND: Duration = Duration::from_millis(500);
/// What of an office a page knows: the generation of its plugins, what stands for their faults, and how
/// long its log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficePulse {
    generation: u64,
    faults: u32,
    head: u64,
}

impl OfficePulse {
    /// As it is now; a log that can't be read stands still.
    pub fn now(served: &ServedOffice) -> OfficePulse {
        let host = served.office.host();
        // Not their number alone: one may take another's place. And without waiting for a reload.
        let mut faults = blake3::Hasher::new();
        for fault in host.trouble().iter() {
            faults.update(fault.to_string().as_bytes());
        }
        for handler in host.quarantine().out() {
            faults.update(handler.as_bytes());
        }
        let [a, b, c, d, ..] = *faults.finalize().as_bytes();
        let faults = u32::from_le_bytes([a, b, c, d]);
        let head = served.office.head().unwrap_or(0);
        OfficePulse { generation: host.generation().number, faults, head }
    }
}

impl fmt::Display for OfficePulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.generation, self.faults, self.head)
    }
}

impl FromStr for OfficePulse {
    type Err = ();

    fn from_str(text: &str) -> Result<OfficePulse, ()> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(());
        Ok(OfficePulse {
            generation: next()?.parse().map_err(drop)?,
            faults: next()?.parse().map_err(drop)?,
            head: next()?.parse().map_err(drop)?,
        })
    }
}

struct LiveListener {
    served: ServedOffice,
    person: String,
    session: Session,
    knows: OfficePulse,
    // Held as long as the page listens.
    _place: (tokio::sync::OwnedSemaphorePermit, Permit<String>),
}

/// The stream of one page: `change` with the pulse it then knows.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Sse<impl Stream<Item = Result<Told, Infallible>>>, PageError> {
    let Member { visitor, who } = member;
    let listens = format!("{}/{}", visitor.served.office.key().0, who.person.id);
    let place = web.listening(&listens).ok_or(PageError::Busy)?;
    let now = OfficePulse::now(&visitor.served);
    let knows = question.get("since").and_then(|since| since.parse().ok()).unwrap_or(now);
    let listener = LiveListener {
        served: visitor.served,
        person: who.person.id,
        session: visitor.session,
        knows,
        _place: place,
    };
    let stream = unfold(listener, async |mut listener| {
        let pulse = listener.next().await?;
        Some((Ok(Told::default().event("change").data(pulse.to_string())), listener))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

impl LiveListener {
    /// Waits for a change that concerns this person; `None` once they are signed out.
    async fn next(&mut self) -> Option<OfficePulse> {
        loop {
            tokio::time::sleep(ROUND).await;
            let (served, person, knows) = (self.served.clone(), self.person.clone(), self.knows);
            let looked = tokio::task::spawn_blocking(move || look(&served, &person, knows)).await.ok()?;
            let (pulse, concerns) = looked?;
            self.knows = pulse;
            if concerns {
                // Signed out since, here or elsewhere.
                self.session.load().await.ok()?;
                let signed: Option<String> = self.session.get(PERSON).await.ok()?;
                return (signed.as_deref() == Some(&self.person)).then_some(pulse);
            }
        }
    }
}

/// What there is now, and whether what is new concerns someone; `None` if they are nobody any more.
fn look(served: &ServedOffice, person: &str, knows: OfficePulse) -> Option<(OfficePulse, bool)> {
    let office = &served.office;
    let pulse = OfficePulse::now(served);
    if pulse == knows {
        return Some((pulse, false));
    }
    let principal = Principal::of(&office.directory(), &Actor::person(person), office.today()).ok()?;
    if pulse.generation != knows.generation {
        return Some((pulse, true));
    }
    if pulse.faults != knows.faults && principal.administers() {
        return Some((pulse, true));
    }
    Some((pulse, office.as_principal(&principal).has_news(knows.head).ok()?))
}
