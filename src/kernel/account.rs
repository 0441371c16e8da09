//! Who may sign in: passwords of people of the directory, and what wrong guesses lead to.
//!
//! What a person may do is said by the directory's roles and decided in `access`; here it is only
//! found out that someone is who they say. Passwords and sessions lie apart from the log, which keeps
//! everything for ever.

use crate::{KernelError, StoreError, storage::OfficeKey, storage::Stored};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use std::sync::{Arc, LazyLock};

/// Fewest characters of a password.
pub const LEAST: usize = 10;
/// Most bytes of one: hashing more is only work for whoever sends it.
const MOST: usize = 1024;
/// So many wrong passwords in a row close an account for a while.
const PATIENCE: u32 = 5;
/// For so many seconds at first, twice as long with each further one,
const FIRST_LOCK: i64 = 60;
/// up to an hour.
const LONGEST_LOCK: i64 = 3600;

/// What is kept of a person's sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The password's hash, with its method and parameters; empty: no password signs in.
    pub hash: String,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// Until when no password is looked at, in seconds since 1970.
    pub locked_until: i64,
    /// When the password was set, in seconds since 1970: sessions from before have ended.
    pub changed: i64,
}

/// A session of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is, once someone signed in.
    pub person: Option<(OfficeKey, String)>,
    /// What it holds, in the words of whoever keeps sessions.
    pub body: String,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
}

/// What a session is found by: the hash of the secret that the browser has.
pub type SessionKey = [u8; 32];

/// Where accounts and sessions are kept.
pub trait AccountStore: Send + Sync {
    /// The account of a person.
    fn account(&self, office: OfficeKey, person: &str) -> Stored<Option<Account>>;
    /// Writes an account.
    fn put_account(&self, office: OfficeKey, person: &str, account: &Account) -> Stored<()>;
    /// Removes an account and all its sessions; says whether there was one.
    fn remove_account(&self, office: OfficeKey, person: &str) -> Stored<bool>;
    /// All accounts of an office, by person.
    fn accounts(&self, office: OfficeKey) -> Stored<Vec<(String, Account)>>;
    /// A session that has not ended by `now`.
    fn session(&self, key: &SessionKey, now: i64) -> Stored<Option<Session>>;
    /// Writes a session. With `fresh` only if its key is not there yet; says whether it did.
    fn put_session(&self, key: &SessionKey, session: &Session, fresh: bool) -> Stored<bool>;
    /// Removes a session.
    fn remove_session(&self, key: &SessionKey) -> Stored<()>;
    /// Removes all sessions of a person.
    fn remove_sessions(&self, office: OfficeKey, person: &str) -> Stored<()>;
    /// Removes the sessions that had ended by `now`.
    fn sweep_sessions(&self, now: i64) -> Stored<()>;
    /// The views that a person keeps, by register and name.
    fn views(&self, office: OfficeKey, person: &str) -> Stored<Vec<View>>;
    /// Keeps a view, in place of one of its name; without a question it goes.
    fn put_view(&self, office: OfficeKey, person: &str, view: &View) -> Stored<()>;
}

/// A way of looking at a register's list that someone keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The register.
    pub register: String,
    /// What its owner calls it.
    pub name: String,
    /// What the list is asked, as in an address.
    pub question: String,
}

/// Most views that a person keeps of a register.
const VIEWS: usize = 30;
/// Most characters of a view's name.
pub const VIEW_NAME: usize = 40;

/// Why a password was not taken as a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It has too few characters.
    #[error("a password has at least {LEAST} characters")]
    Short,
    /// It has too many bytes.
    #[error("a password has at most {MOST} bytes")]
    Long,
    /// It is the person's own name, or one thing again and again.
    #[error("a password is not the person's id, nor the same few characters again and again")]
    Guessable,
}

/// What became of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// It is them.
    Right,
    /// The person or the password is wrong; which one is nobody's business.
    Wrong,
    /// Too many were wrong: none is looked at before then, in seconds since 1970.
    Locked(i64),
}

/// The accounts of one office.
#[derive(Clone)]
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    office: OfficeKey,
}

impl Accounts {
    /// Those that `store` keeps of an office.
    pub fn new(store: Arc<dyn AccountStore>, office: OfficeKey) -> Accounts {
        Accounts { store, office }
    }

    /// Gives a person a password and ends all their sessions. Takes a tenth of a second, on purpose.
    ///
    /// # Errors
    /// [`KernelError::Refused`] for a weak password; the store.
    pub fn set_password(&self, person: &str, password: &str, now: i64) -> Result<(), KernelError> {
        strong(person, password).map_err(|weak| KernelError::Refused(weak.to_string()))?;
        let account = Account { hash: hash(password)?, changed: now, ..Account::default() };
        self.store.put_account(self.office, person, &account)?;
        Ok(self.store.remove_sessions(self.office, person)?)
    }

    /// Whether a password is a person's. Takes as long for a person who has none.
    ///
    /// # Errors
    /// The store.
    pub fn sign_in(&self, person: &str, password: &str, now: i64) -> Result<SignIn, KernelError> {
        let known = self.store.account(self.office, person)?.filter(|account| !account.hash.is_empty());
        if let Some(locked) = known.as_ref().filter(|account| account.locked_until > now) {
            return Ok(SignIn::Locked(locked.locked_until));
        }
        let expected = known.as_ref().map_or(NOBODYS.as_str(), |account| &account.hash);
        let right = password.len() <= MOST && verify(password, expected);
        let Some(mut account) = known else { return Ok(SignIn::Wrong) };
        if right {
            if account.failures > 0 {
                (account.failures, account.locked_until) = (0, 0);
                self.store.put_account(self.office, person, &account)?;
            }
            return Ok(SignIn::Right);
        }
        account.failures += 1;
        if let Some(over) = account.failures.checked_sub(PATIENCE) {
            let pause = FIRST_LOCK.saturating_mul(1 << over.min(20)).min(LONGEST_LOCK);
            account.locked_until = now + pause;
        }
        self.store.put_account(self.office, person, &account)?;
        Ok(SignIn::Wrong)
    }

    /// When a person's password was set; `None`: they have none.
    ///
    /// # Errors
    /// The store.
    pub fn changed(&self, person: &str) -> Result<Option<i64>, KernelError> {
        Ok(self.store.account(self.office, person)?.map(|account| account.changed))
    }

    /// All of them.
    ///
    /// # Errors
    /// The store.
    pub fn all(&self) -> Result<Vec<(String, Account)>, KernelError> {
        Ok(self.store.accounts(self.office)?)
    }

    /// Takes a person's password and sessions away; says whether there was one.
    ///
    /// # Errors
    /// The store.
    pub fn remove(&self, person: &str) -> Result<bool, KernelError> {
        Ok(self.store.remove_account(self.office, person)?)
    }

    /// The views that a person keeps of a register, by name.
    ///
    /// # Errors
    /// The store.
    pub fn views(&self, person: &str, register: &str) -> Result<Vec<View>, KernelError> {
        let mut views = self.store.views(self.office, person)?;
        views.retain(|view| view.register == register);
        Ok(views)
    }

    /// Keeps a view for a person, or has one without a question go.
    ///
    /// # Errors
    /// [`KernelError::Refused`] for a name that is none, or more views than anyone uses; the store.
    pub fn keep_view(&self, person: &str, view: &View) -> Result<(), KernelError> {
        let name = view.name.trim();
        if name.is_empty() || name.chars().count() > VIEW_NAME || name.chars().any(char::is_control) {
            return Err(KernelError::Refused(format!("a view's name has 1 to {VIEW_NAME} characters")));
        }
        let kept = self.views(person, &view.register)?;
        if kept.len() >= VIEWS && !view.question.is_empty() && !kept.iter().any(|known| known.name == name) {
            return Err(KernelError::Refused(format!("{VIEWS} views are kept already; remove one first")));
        }
        Ok(self.store.put_view(self.office, person, &View { name: name.to_owned(), ..view.clone() })?)
    }

    /// Ends all sessions of a person.
    ///
    /// # Errors
    /// The store.
    pub fn end_sessions(&self, person: &str) -> Result<(), KernelError> {
        Ok(self.store.remove_sessions(self.office, person)?)
    }
}

/// Looked at where there is no account, so that the answer takes as long.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

fn hash(password: &str) -> Result<String, StoreError> {
    // Argon2id with the crate's parameters, which are OWASP's: 19 MiB, twice over, one lane.
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|e| StoreError::Failed { doing: "hashing a password", why: e.to_string() })
}

fn verify(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

fn strong(person: &str, password: &str) -> Result<(), WeakPassword> {
    if password.len() > MOST {
        return Err(WeakPassword::Long);
    }
    if password.chars().count() < LEAST {
        return Err(WeakPassword::Short);
    }
    let different = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    if password.eq_ignore_ascii_case(person) || different < 4 {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, sync::Mutex};

    #[derive(Default)]
    struct Kept(Mutex<BTreeMap<String, Account>>);

    impl AccountStore for Kept {
        fn account(&self, _: OfficeKey, person: &str) -> Stored<Option<Account>> {
            Ok(self.0.lock().unwrap().get(person).cloned())
        }
        fn put_account(&self, _: OfficeKey, person: &str, account: &Account) -> Stored<()> {
            self.0.lock().unwrap().insert(person.to_owned(), account.clone());
            Ok(())
        }
        fn remove_account(&self, _: OfficeKey, person: &str) -> Stored<bool> {
            Ok(self.0.lock().unwrap().remove(person).is_some())
        }
        fn accounts(&self, _: OfficeKey) -> Stored<Vec<(String, Account)>> {
            Ok(self.0.lock().unwrap().clone().into_iter().collect())
        }
        fn session(&self, _: &SessionKey, _: i64) -> Stored<Option<Session>> {
            Ok(None)
        }
        fn put_session(&self, _: &SessionKey, _: &Session, _: bool) -> Stored<bool> {
            Ok(true)
        }
        fn remove_session(&self, _: &SessionKey) -> Stored<()> {
            Ok(())
        }
        fn remove_sessions(&self, _: OfficeKey, _: &str) -> Stored<()> {
            Ok(())
        }
        fn sweep_sessions(&self, _: i64) -> Stored<()> {
            Ok(())
        }
        fn views(&self, _: OfficeKey, _: &str) -> Stored<Vec<View>> {
            Ok(Vec::new())
        }
        fn put_view(&self, _: OfficeKey, _: &str, _: &View) -> Stored<()> {
            Ok(())
        }
    }

    const PASSWORD: &str = "一把很长的钥匙 42";

    fn accounts() -> Accounts {
        let accounts = Accounts::new(Arc::new(Kept::default()), OfficeKey(1));
        accounts.set_password("li", PASSWORD, 100).unwrap();
        accounts
    }

    #[test]
    fn only_the_right_password_of_a_person_signs_in() {
        let accounts = accounts();
        let check = |person: &str, password: &str, expected: SignIn| {
            assert_eq!(accounts.sign_in(person, password, 200).unwrap(), expected, "{person} {password}");
        };
        check("li", PASSWORD, SignIn::Right);
        check("li", "一把很长的钥匙 43", SignIn::Wrong);
        check("li", "", SignIn::Wrong);
        check("wang", PASSWORD, SignIn::Wrong);
        check("wang", "nobody has this password", SignIn::Wrong);
        check("li", &"a".repeat(5000), SignIn::Wrong);
        check("li", PASSWORD, SignIn::Right);
    }

    #[test]
    fn wrong_guesses_close_an_account_for_longer_and_longer() {
        let accounts = accounts();
        let guess = |now: i64| accounts.sign_in("li", "a wrong password", now).unwrap();
        for _ in 0..5 {
            assert_eq!(guess(1000), SignIn::Wrong);
        }
        assert_eq!(accounts.sign_in("li", PASSWORD, 1001).unwrap(), SignIn::Locked(1060));
        assert_eq!(guess(1060), SignIn::Wrong);
        assert_eq!(accounts.sign_in("li", PASSWORD, 1061).unwrap(), SignIn::Locked(1180));
        assert_eq!(accounts.sign_in("li", PASSWORD, 1180).unwrap(), SignIn::Right);
        // The right one forgives what was before.
        assert_eq!(guess(1181), SignIn::Wrong);
        assert_eq!(accounts.sign_in("li", PASSWORD, 1182).unwrap(), SignIn::Right);
    }

    #[test]
    fn weak_passwords_are_not_taken() {
        let accounts = accounts();
        let refused =
            |password: &str| accounts.set_password("zhang-xiaoming", password, 1).unwrap_err().to_string();
        assert!(refused("short").contains("at least 10"));
        assert!(refused("Zhang-Xiaoming").contains("not the person's id"));
        assert!(refused("aaaaaaaaaaaa").contains("again and again"));
        assert!(refused(&"一".repeat(400)).contains("at most"));
    }

    #[test]
    fn a_hash_says_its_method_and_never_the_password() {
        let accounts = accounts();
        let all = accounts.all().unwrap();
        assert!(all[0].1.hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", all[0].1.hash);
        assert_eq!(accounts.changed("li").unwrap(), Some(100));
        accounts.set_password("li", PASSWORD, 300).unwrap();
        assert_ne!(accounts.all().unwrap()[0].1.hash, all[0].1.hash, "each has a salt of its own");
    }
}
