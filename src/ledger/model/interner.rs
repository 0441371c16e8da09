//! The texts and rules that recur in a ledger, each under a number.

use crate::model::posting::RuleRef;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, RwLock, RwLockReadGuard},
};

/// Stands for a text or a rule in a ledger; 0 for none.
pub type Code = u32;

/// What recurs in one ledger. Shared by threads, and only grows; codes say nothing outside it.
#[derive(Default)]
pub struct Interner {
    texts: CodeTable<str>,
    rules: CodeTable<RuleRef>,
}

struct CodeTable<T: ?Sized>(RwLock<CodeList<T>>);

/// All there are: by code, and the codes.
struct CodeList<T: ?Sized> {
    list: Vec<Arc<T>>,
    codes: HashMap<Arc<T>, Code>,
}

impl<T: ?Sized> Default for CodeTable<T> {
    fn default() -> Self {
        CodeTable(RwLock::new(CodeList { list: Vec::new(), codes: HashMap::new() }))
    }
}

impl<T: ?Sized + Hash + Eq> CodeTable<T> {
    fn read(&self) -> RwLockReadGuard<'_, CodeList<T>> {
        // A panic between the two insertions leaves one without a number: it gets another.
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn code(&self, of: &T, own: impl FnOnce() -> Arc<T>) -> Code {
        if let Some(code) = self.read().codes.get(of) {
            return *code;
        }
        let mut all = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(code) = all.codes.get(of) {
            return *code;
        }
        let own = own();
        all.list.push(own.clone());
        let code = all.list.len() as Code;
        all.codes.insert(own, code);
        code
    }

    fn of(&self, code: Code) -> Option<Arc<T>> {
        self.read().list.get((code as usize).wrapping_sub(1)).cloned()
    }

    fn after(&self, count: usize) -> Vec<Arc<T>> {
        self.read().list.get(count..).unwrap_or_default().to_vec()
    }
}

impl Interner {
    /// The code of a text.
    pub fn code(&self, text: &str) -> Code {
        self.texts.code(text, || Arc::from(text))
    }

    /// The code of a text, or 0.
    pub fn code_of(&self, text: Option<&str>) -> Code {
        text.map_or(0, |text| self.code(text))
    }

    /// The code of a text that has one; another text is in no posting.
    pub fn known(&self, text: &str) -> Option<Code> {
        self.texts.read().codes.get(text).copied()
    }

    /// The text of a code; `None` for 0.
    pub fn text(&self, code: Code) -> Option<Arc<str>> {
        self.texts.of(code)
    }

    /// The code of a rule.
    pub fn rule(&self, rule: &RuleRef) -> Code {
        self.rules.code(rule, || Arc::new(rule.clone()))
    }

    /// The rule of a code; `None` for 0.
    pub fn rule_of(&self, code: Code) -> Option<Arc<RuleRef>> {
        self.rules.of(code)
    }

    /// The texts after the first `count`, in the order of their codes.
    pub fn texts_after(&self, count: usize) -> Vec<Arc<str>> {
        self.texts.after(count)
    }

    /// The rules after the first `count`, in the order of their codes.
    pub fn rules_after(&self, count: usize) -> Vec<Arc<RuleRef>> {
        self.rules.after(count)
    }
}
