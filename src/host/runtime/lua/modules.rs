//! `require`: a plugin's own modules and those of plugins it depends on, from memory.

use crate::{plugin::body::Body, runtime::lua::error};
use mlua::{Lua, Value as LuaValue};
use std::{cell::RefCell, collections::HashMap};

/// Modules that ran in this VM, each once.
#[derive(Default)]
pub struct Modules {
    known: RefCell<HashMap<String, Module>>,
}

enum Module {
    Running,
    Done(LuaValue),
}

impl Modules {
    /// Runs the file at `path` (`plugin/file.lua`), once; later calls get the same value.
    pub fn run(&self, lua: &Lua, body: &Body, path: &str) -> mlua::Result<LuaValue> {
        match self.known.borrow().get(path) {
            Some(Module::Done(value)) => return Ok(value.clone()),
            Some(Module::Running) => {
                return Err(mlua::Error::runtime(format!(
                    "{path} requires itself, through the modules it requires"
                )));
            }
            None => {}
        }
        let Some(source) = body.files.get(path) else {
            return Err(mlua::Error::runtime(format!("no file {path}")));
        };
        if source.first().is_some_and(|b| *b < b'\t') {
            return Err(mlua::Error::runtime(format!("{path}:1: is bytecode; only sources are loaded")));
        }
        self.known.borrow_mut().insert(path.to_owned(), Module::Running);
        let outcome = lua
            .load(&source[..])
            .set_name(format!("={path}"))
            .set_mode(mlua::chunk::ChunkMode::Text)
            .into_function()
            .and_then(|f| f.call::<LuaValue>(()));
        match outcome {
            Ok(value) => {
                self.known.borrow_mut().insert(path.to_owned(), Module::Done(value.clone()));
                Ok(value)
            }
            Err(e) => {
                self.known.borrow_mut().remove(path);
                Err(e)
            }
        }
    }

    /// What `require(name)` means to a plugin: `lib/x` is its own, `other/lib/x` that of a
    /// plugin it depends on.
    pub fn require(&self, lua: &Lua, body: &Body, name: &str) -> mlua::Result<LuaValue> {
        // What a plugin was called before is found under what it is called now.
        let renamed = name
            .split_once('/')
            .and_then(|(plugin, rest)| Some(format!("{}/{rest}", body.earlier.get(plugin)?)));
        let name = renamed.as_deref().unwrap_or(name);
        let own = format!("{}/{name}", body.info.id);
        let found = [own.clone() + ".lua", own + ".luau", format!("{name}.lua"), format!("{name}.luau")]
            .into_iter()
            .find(|path| body.files.contains_key(path));
        match found {
            Some(path) => self.run(lua, body, &path).map_err(|e| mlua::Error::runtime(error::located(&e))),
            None => {
                let modules: Vec<_> = body.files.keys().map(|f| f.trim_end_matches(".lua")).collect();
                let hint = registrar_sdk::suggest::nearest(name, modules.iter().copied());
                Err(mlua::Error::runtime(format!(
                    "require(\"{name}\"): no such module; a plugin finds its own modules (\"lib/x\") and those of the plugins its plugin.toml names under `depends` (\"other/lib/x\"){hint}"
                )))
            }
        }
    }
}
