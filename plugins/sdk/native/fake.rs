//! A host for a plugin's unit tests: loads the plugin through its real entry, answers its host
//! calls as the test says, and calls its handlers.

use crate::{
    Map, Value,
    abi::{
        Arena,
        host::{Door, EntryFn, HostCalls, LoadedLibrary},
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

type Canned = Box<dyn FnMut(&[Value]) -> Result<Value, String>>;

/// See the module.
///
/// ```no_run
/// # use registrar_sdk::{Value, native::Fake};
/// # extern "C" fn registrar_plugin() -> *const registrar_sdk::abi::PluginTable { std::ptr::null() }
/// let mut host = Fake::load(registrar_plugin, [("limit", Value::Int(3))]).unwrap();
/// host.answer("records", |_| Ok(Value::List(vec![])));
/// let answers = host.call("record.check", &[Value::map([("title", "标题".into())]), "submit".into()]);
/// assert_eq!(answers, [Ok(Value::Nil)]);
/// ```
pub struct Fake {
    instance: LoadedLibrary,
    canned: BTreeMap<String, Canned>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// Loads a plugin by its entry, with settings.
    ///
    /// # Errors
    /// What the plugin or the border says.
    pub fn load<K: AsRef<str>>(
        entry: EntryFn,
        settings: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<Fake, String> {
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        let note = move |_: u32, text: &str| {
            // A test that panicked while it looked at the lines has failed already.
            lines.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(text.to_owned());
        };
        let settings: Map = settings.into_iter().map(|(k, v)| (k.as_ref().into(), v)).collect();
        let door = Door::linked(entry)?;
        let instance = door.load(&Value::Map(settings), Box::new(note))?;
        Ok(Fake { instance, canned: BTreeMap::new(), log })
    }

    /// Answers a host call.
    pub fn answer(
        &mut self,
        name: &str,
        answer: impl FnMut(&[Value]) -> Result<Value, String> + 'static,
    ) -> &mut Fake {
        self.canned.insert(name.to_owned(), Box::new(answer));
        self
    }

    /// Calls the handlers registered at a point, whatever their options, in order.
    pub fn call(&mut self, point: &str, args: &[Value]) -> Vec<Result<Value, String>> {
        let mut arena = Arena::default();
        let mut calls = CannedCalls(&mut self.canned);
        let at = |(index, r): (usize, &crate::abi::RegisteredHandler)| (r.point == point).then_some(index);
        let concerned: Vec<usize> = self.instance.handlers().iter().enumerate().filter_map(at).collect();
        let call = |index| self.instance.call(index, args, &mut arena, &mut calls).map_err(|e| e.to_string());
        concerned.into_iter().map(call).collect()
    }

    /// The points it registered at, with their options.
    pub fn registered(&self) -> Vec<(&str, &Value)> {
        self.instance.handlers().iter().map(|r| (&*r.point, &r.options)).collect()
    }

    /// What it logged so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

struct CannedCalls<'a>(&'a mut BTreeMap<String, Canned>);

impl HostCalls for CannedCalls<'_> {
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        match self.0.get_mut(name) {
            Some(answer) => answer(&args),
            None => Err(format!("host.{name} has no answer in this test; give one with `answer`")),
        }
    }
}
