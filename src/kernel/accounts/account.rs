//! Who may sign in: passwords of people of the directory, and what wrong guesses lead to.
//!
//! What a person may do is said by the directory's roles and decided in `access`; here it is only
//! found out that someone is who they say. Passwords and sessions lie apart from the log, which keeps
//! everything for ever.

use crate::{accounts::sign_in_limits::Guesses, error::KernelError};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use registrar_domain::{
    OfficeKey, StoreError,
    account_store::{Account, AccountStore, SavedView},
    id,
};
use std::sync::{Arc, LazyLock};
use zxcvbn::{Score, zxcvbn};

/// Fewest characters of a password.
pub const LEAST: usize = 10;
/// Most bytes of one: hashing more is only work for whoever sends it.
const MOST: usize = 1024;
/// How hard a password must be to guess, from 0 to 4, as zxcvbn reckons it (Wheeler, USENIX Security 2016): 3 is
/// 10^8 guesses.
const HARD: Score = Score::Three;

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
    /// It is the person's own name, a word or a pattern that many use, or one thing again and again.
    #[error(
        "this password is too easily guessed: it is the person's id, or words and patterns that many use; four words \
         that do not belong together make a good one · 这个密码太容易猜到；可用四个互不相干的词"
    )]
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
    guesses: Arc<Guesses>,
}

impl Accounts {
    /// Those that `store` keeps of an office; `sign_in_limits` are the program's.
    pub fn new(store: Arc<dyn AccountStore>, office: OfficeKey, guesses: Arc<Guesses>) -> Accounts {
        Accounts { store, office, guesses }
    }

    /// Rises whenever a person's password is set or taken away: a link that was made before is no longer meant.
    pub fn version(&self, person: &str) -> u64 {
        self.guesses.version(self.office, person)
    }

    /// Gives a person a password and ends all their sessions. Takes a tenth of a second, on purpose.
    ///
    /// # Errors
    /// [`KernelError::Refused`] for a weak password; the store.
    pub fn set_password(&self, person: &str, password: &str, now: i64) -> Result<(), KernelError> {
        strong(person, password).map_err(|weak| KernelError::refused(weak.to_string()))?;
        if !is_somebody(person) {
            return Err(KernelError::refused(format!("\"{person}\" is no person who signs in")));
        }
        let account = Account { hash: hash(password)?, changed: now, ..Account::default() };
        self.store.put_account(self.office, person, &account)?;
        self.guesses.changed(self.office, person);
        Ok(self.store.remove_sessions(self.office, person)?)
    }

    /// Whether a password is a person's, as it is tried from a client. Takes as long for a person who has none,
    /// and answers the same.
    ///
    /// # Errors
    /// The store.
    pub fn sign_in(
        &self,
        person: &str,
        password: &str,
        client: &str,
        now: i64,
    ) -> Result<SignIn, KernelError> {
        if let Some(until) = self.guesses.locked(self.office, person, client, now) {
            return Ok(SignIn::Locked(until));
        }
        let known = self.store.account(self.office, person)?.filter(|account| !account.hash.is_empty());
        let expected = known.as_ref().map_or(NOBODYS.as_str(), |account| &account.hash);
        let right = password.len() <= MOST && verify(password, expected);
        let Some(mut account) = known.filter(|_| is_somebody(person)) else {
            self.guesses.wrong(self.office, person, client, now);
            return Ok(SignIn::Wrong);
        };
        if right {
            self.guesses.right(self.office, person, client);
            if account.failures > 0 {
                account.failures = 0;
                self.store.put_account(self.office, person, &account)?;
            }
            return Ok(SignIn::Right);
        }
        self.guesses.wrong(self.office, person, client, now);
        account.failures = account.failures.saturating_add(1);
        self.store.put_account(self.office, person, &account)?;
        Ok(SignIn::Wrong)
    }

    /// From how many clients no password of a person is looked at for a while.
    pub fn clients_locked(&self, person: &str, now: i64) -> usize {
        self.guesses.clients_locked(self.office, person, now)
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
        self.guesses.changed(self.office, person);
        Ok(self.store.remove_account(self.office, person)?)
    }

    /// The views that a person keeps of a register, by name.
    ///
    /// # Errors
    /// The store.
    pub fn views(&self, person: &str, register: &str) -> Result<Vec<SavedView>, KernelError> {
        let mut views = self.store.views(self.office, person)?;
        views.retain(|view| view.register == register);
        Ok(views)
    }

    /// Keeps a view for a person, or has one without a question go.
    ///
    /// # Errors
    /// [`KernelError::Refused`] for a name that is none, or more views than anyone uses; the store.
    pub fn keep_view(&self, person: &str, view: &SavedView) -> Result<(), KernelError> {
        let name = view.name.trim();
        if name.is_empty() || name.chars().count() > VIEW_NAME || name.chars().any(char::is_control) {
            return Err(KernelError::refused(format!("a view's name has 1 to {VIEW_NAME} characters")));
        }
        let kept = self.views(person, &view.register)?;
        if kept.len() >= VIEWS && !view.question.is_empty() && !kept.iter().any(|known| known.name == name) {
            return Err(KernelError::refused(format!("{VIEWS} views are kept already; remove one first")));
        }
        Ok(self.store.put_view(self.office, person, &SavedView { name: name.to_owned(), ..view.clone() })?)
    }

    /// Ends all sessions of a person.
    ///
    /// # Errors
    /// The store.
    pub fn end_sessions(&self, person: &str) -> Result<(), KernelError> {
        Ok(self.store.remove_sessions(self.office, person)?)
    }
}

/// Whether a person of this id signs in: plugins and other offices act by themselves.
fn is_somebody(person: &str) -> bool {
    !id::is_reserved(person) && !person.contains(':')
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
    // Parts of the id, however it is put together, are no secrets.
    let parts: Vec<&str> =
        person.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 2).collect();
    let whole = parts.concat();
    let known: Vec<&str> = parts.iter().copied().chain([person, &whole]).collect();
    if different < 4 || zxcvbn(password, &known).score() < HARD {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::accounts::account::*;
    use registrar_domain::{
        Stored,
        account_store::{BrowserSession, SessionKey},
    };
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
        fn session(&self, _: &SessionKey, _: i64) -> Stored<Option<BrowserSession>> {
            Ok(None)
        }
        fn put_session(&self, _: &SessionKey, _: &BrowserSession, _: bool) -> Stored<bool> {
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
        fn views(&self, _: OfficeKey, _: &str) -> Stored<Vec<SavedView>> {
            Ok(Vec::new())
        }
        fn put_view(&self, _: OfficeKey, _: &str, _: &SavedView) -> Stored<()> {
            Ok(())
        }
    }

    const PASSWORD: &str = "一把很长的钥匙 42";

    fn accounts() -> Accounts {
        let accounts = Accounts::new(Arc::new(Kept::default()), OfficeKey(1), Arc::default());
        accounts.set_password("li", PASSWORD, 100).unwrap();
        accounts
    }

    #[test]
    fn only_the_right_password_of_a_person_signs_in() {
        let accounts = accounts();
        let check = |person: &str, password: &str, expected: SignIn| {
            assert_eq!(
                accounts.sign_in(person, password, "here", 200).unwrap(),
                expected,
                "{person} {password}"
            );
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
    fn a_sign_in_tells_nobody_who_there_is() {
        let accounts = accounts();
        let six = |person: &str| -> Vec<SignIn> {
            (0..6).map(|n| accounts.sign_in(person, "a wrong password", "here", 1000 + n).unwrap()).collect()
        };
        let known = six("li");
        assert_eq!(known, six("nobody"));
        assert_eq!(known.last(), Some(&SignIn::Locked(1064)));
        // Whoever guesses keeps nobody else out.
        assert_eq!(accounts.sign_in("li", PASSWORD, "there", 1010).unwrap(), SignIn::Right);
        assert_eq!(accounts.sign_in("li", PASSWORD, "here", 1010).unwrap(), SignIn::Locked(1064));
        assert_eq!(accounts.sign_in("li", PASSWORD, "here", 1065).unwrap(), SignIn::Right);
        // The right one forgives what was before.
        assert_eq!(accounts.sign_in("li", "a wrong password", "here", 1066).unwrap(), SignIn::Wrong);
        assert_eq!(accounts.sign_in("li", PASSWORD, "here", 1067).unwrap(), SignIn::Right);
    }

    #[test]
    fn a_password_that_is_set_or_taken_away_ends_the_links_before() {
        let accounts = accounts();
        let before = accounts.version("li");
        accounts.set_password("li", PASSWORD, 300).unwrap();
        assert_ne!(accounts.version("li"), before);
        let before = accounts.version("li");
        accounts.remove("li").unwrap();
        assert_ne!(accounts.version("li"), before);
    }

    #[test]
    fn who_acts_by_itself_signs_in_with_no_password() {
        let accounts = accounts();
        for who in ["plugin:tolls", "peer:east", "operator", "Operator", "clock"] {
            let refused = accounts.set_password(who, PASSWORD, 1).unwrap_err().to_string();
            assert!(refused.contains("no person who signs in"), "{who}: {refused}");
        }
    }

    #[test]
    fn weak_passwords_are_not_taken() {
        let accounts = accounts();
        let refused = |password: &str| match accounts.set_password("zhang-xiaoming", password, 1) {
            Ok(()) => panic!("{password} was taken"),
            Err(why) => why.to_string(),
        };
        assert!(refused("short").contains("at least 10"));
        for weak in [
            "Zhang-Xiaoming",
            "aaaaaaaaaaaa",
            "password123",
            "1234567890",
            "qwertyuiop",
            "P@ssw0rd2024",
            "zhangxiaoming1",
        ] {
            assert!(refused(weak).contains("too easily guessed"), "{weak}");
        }
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
