//! Host calls of plugins that are told of what happened: they act by themselves, with the rights they were given.

use crate::{
    access::Principal,
    action::{Act, ActError},
    office::{Office, OfficeGeneration},
    queries::{read_calls::ReadCalls, vote},
    table::printable,
};
use registrar_contract::payload::point;
use registrar_domain::Actor;
use registrar_host::{Caller, Services};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;

/// Calls in the background: each sees what is committed, and acts in a transaction of its own with
/// the rights that the operator granted to the plugin.
pub(crate) struct Background<'a> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    /// The event that is being told of.
    pub cause: Option<&'a str>,
    /// Whether it is only tried: what is made goes nowhere.
    pub tried: bool,
}

impl Services for Background<'_> {
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        // What was granted to it under an id that it had before is granted still.
        let directory = self.office.directory();
        let mut names = caller.plugin.names().map(|name| format!("plugin:{name}"));
        let by = names.find(|name| directory.knows_person(name));
        let by = by.unwrap_or_else(|| format!("plugin:{}", caller.plugin.id));
        let of = args.first().unwrap_or(&Value::Nil);
        let plugin = &caller.plugin.id;
        match name {
            "act" => return self.act(by, caller.depth, of),
            "http" => return self.office.outside()?.http(&self.office.name, plugin, of),
            "mail" => return self.office.outside()?.mail(&self.office.name, plugin, of).map(|()| Value::Nil),
            "render" => return self.render(args),
            "vote" => {
                let (office, plan) = (self.office, self.plan);
                return vote::count(office, plan, caller.depth + 1, self, of);
            }
            _ => {}
        }
        // What was not granted is not seen; a plugin without a grant sees nothing of any record.
        let principal = Principal::of(&directory, &Actor::person(&by), self.office.today())
            .map_err(|why| format!("host.{name}: {why}, with the roles that the plugin is to have"))?;
        if name == "package" {
            return self.package(&principal, of);
        }
        let read = self.office.read().map_err(|e| e.to_string())?;
        ReadCalls { office: self.office, plan: self.plan, principal: &principal, tx: &*read }.call(name, args)
    }
}

impl Background<'_> {
    // A document is given: nothing is looked up for it, so it takes no rights.
    fn render(&self, args: &[Value]) -> Result<Value, String> {
        let args = vec![
            printable(args.first().cloned().unwrap_or_default()),
            args.get(1).cloned().unwrap_or_default(),
        ];
        let rendered = self.office.as_operator().ask(point::ReportRender::ID, args);
        rendered.map(|outcome| outcome.value).map_err(|why| format!("host.render: {why}"))
    }

    fn package(&self, by: &Principal, of: &Value) -> Result<Value, String> {
        let word = |key: &str| of.get(key).as_str().unwrap_or_default();
        let parameters = of.get("parameters").as_map().cloned().unwrap_or_default();
        let packed = self.office.pack(by, word("name"), word("to"), parameters);
        let packed = packed.map_err(|why| format!("host.package: {why}"))?;
        if let Some(text) = packed.as_ref().filter(|_| !self.tried) {
            self.office
                .tell_sent(word("name"), word("to"), text)
                .map_err(|why| format!("host.package: {why}"))?;
        }
        Ok(packed.map_or(Value::Nil, |text| Value::Bytes(text.into_bytes().into())))
    }

    fn act(&self, by: String, depth: u8, of: &Value) -> Result<Value, String> {
        let word = |key: &str| of.get(key).as_str().map(str::to_owned);
        let key = word("key").ok_or("host.act: `key` is missing")?;
        let act = Act {
            register: word("register").unwrap_or_default(),
            record: word("record"),
            action: word("action").unwrap_or_default(),
            on: word("on").and_then(|on| on.parse().ok()),
            // Two plugins may choose the same key.
            id: Some(format!("{by}/{key}")),
            by: Actor::Person(by),
            fields: of.get("fields").as_map().cloned().unwrap_or_default(),
            cause: self.cause.map(str::to_owned),
            files: Vec::new(),
        };
        let done = self.office.act_at(act, depth + 1).map_err(|e: ActError| e.to_string())?;
        let texts = |items: Vec<String>| Value::List(items.into_iter().map(Value::from).collect());
        let number = done.record.as_ref().and_then(|r| r.number.clone());
        let record = done.events.first().map(|e| e.record.clone()).unwrap_or_default();
        Ok(Value::map([
            ("record", Value::from(record)),
            ("number", Value::from(number)),
            ("events", texts(done.events.iter().map(|e| e.id.clone()).collect())),
            ("warnings", texts(done.warnings.iter().map(|w| w.text.to_string()).collect())),
        ]))
    }
}
