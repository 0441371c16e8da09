//! Links that let someone in once: to set the office up, to choose a password, to look at a demo.
//!
//! Kept in memory: who has the program's console makes new ones after a restart.

use crate::url::encode;
use jiff::Timestamp;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// To become the first person of an office, who may let others in.
    SetUp,
    /// To choose a password as this person.
    Password(String),
    /// To be signed in as this person, for an office that is there to be looked at.
    Enter(String),
}

/// A link's meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The office's name.
    pub office: String,
    /// What it is for.
    pub to: Invited,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// Whether it can be used more than once.
    pub lasting: bool,
    /// Which of the person's passwords there was when it was made: with another it is no longer meant.
    pub version: u64,
}

/// All links that are open.
#[derive(Default)]
pub struct Invitations(Mutex<HashMap<[u8; 32], Invitation>>);

/// Characters of a secret.
pub(crate) const SECRET: usize = 48;

/// A secret that nobody guesses, for addresses and forms.
///
/// # Errors
/// The machine gives no chance.
pub(crate) fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; SECRET / 2];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

impl Invitations {
    /// Opens a link; gives its address below the server's.
    ///
    /// # Errors
    /// The machine gives no chance.
    pub fn open(&self, invitation: Invitation) -> Result<String, getrandom::Error> {
        let token = secret()?;
        let address = format!("/{}/enter/{token}", encode(&invitation.office));
        let mut open = self.held();
        open.retain(|_, known| known.expires > now());
        open.insert(key(&token), invitation);
        Ok(address)
    }

    /// What a link of an office means, if it is open.
    pub(crate) fn look(&self, office: &str, token: &str) -> Option<Invitation> {
        let found = self.held().get(&key(token)).cloned();
        found.filter(|known| known.office == office && known.expires > now())
    }

    /// Opens a link again that was taken in vain.
    pub(crate) fn put_back(&self, token: &str, invitation: Invitation) {
        self.held().insert(key(token), invitation);
    }

    /// The same as [`Invitations::look`], and closes it.
    pub(crate) fn take(&self, office: &str, token: &str) -> Option<Invitation> {
        let found = self.look(office, token)?;
        if !found.lasting {
            self.held().remove(&key(token))?;
        }
        Some(found)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<[u8; 32], Invitation>> {
        // Whole after each call.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn key(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_lets_in_once_and_only_into_its_office() {
        let open = Invitations::default();
        let invitation = |expires, lasting| Invitation {
            office: "east".into(),
            to: Invited::Enter("li".into()),
            expires,
            lasting,
            version: 0,
        };
        let token = |address: String| address.rsplit('/').next().unwrap().to_owned();
        let once = token(open.open(invitation(now() + 60, false)).unwrap());
        assert!(open.look("west", &once).is_none() && open.look("east", "guessed").is_none());
        assert!(open.look("east", &once).is_some() && open.take("east", &once).is_some());
        assert!(open.take("east", &once).is_none());
        let lasting = token(open.open(invitation(now() + 60, true)).unwrap());
        assert!(open.take("east", &lasting).is_some() && open.take("east", &lasting).is_some());
        let over = token(open.open(invitation(now(), true)).unwrap());
        assert!(open.take("east", &over).is_none());
    }
}
