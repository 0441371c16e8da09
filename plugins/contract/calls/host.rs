//! What the host itself offers: registration, settings, log, state, files.

use super::{EFFECT, EVERYWHERE, LOADING, READING, param};
use registrar_sdk::{AnsweredBy, Field, HostCall, Method, Param, Phase, Struct, Type, Value};

/// Names that are values, not functions: `host.settings`.
pub const VALUES: &[&str] = &["settings", "figures", "null"];
/// Names that are called without `host.` before them.
pub const GLOBALS: &[&str] = &["require"];

const fn own(
    name: &'static str,
    doc: &'static str,
    params: &'static [Param],
    result: Type,
    phases: &'static [Phase],
) -> HostCall {
    HostCall { name, doc, params, result, phases, capability: None, place: AnsweredBy::Host }
}

const fn with_capability(call: HostCall, capability: &'static str) -> HostCall {
    HostCall { capability: Some(capability), ..call }
}

// A point's arguments stand beside these, under their own names.
static EXAMPLE_OF: Struct = Struct::open(
    "example",
    "A call of one point: its arguments by name, and what is to come of it.",
    &[
        Field::required("point", Type::Text, "The point."),
        Field::optional("expect", Type::Any, "The answer; of tables, only what is named here is compared."),
        Field::optional(
            "calls",
            Type::Map(&Type::Any),
            "What host calls answer meanwhile, by name: `{ sequence = 7 }`, each call of a name the same; for `state.update` the value that it finds; `host.null` for nil.",
        ),
        Field::optional(
            "fails",
            Type::Text,
            "Instead of `expect`: a part of the message with which it fails.",
        ),
    ],
);

pub(super) const ON: HostCall = own(
    "on",
    "Registers a handler at a point.",
    &[
        param("point", Type::Text, "The point's id."),
        param(
            "options",
            Type::Optional(&Type::Map(&Type::Any)),
            "When it is called, and what its answers mean; may be left out.",
        ),
        param("handler", Type::Any, "The function; it may take fewer arguments than the point offers."),
    ],
    Type::Optional(&Type::Any),
    LOADING,
);

static RULES_OF: Struct = Struct {
    name: "rules",
    doc: "Handlers that have options in common: what `host.on` and `host.example` do, starting from these.",
    fields: &[],
    open: false,
    methods: &[
        while_loading(
            "on",
            "Registers a handler at a point, with those of the common options that the point takes; one that the \
             handler gives itself goes before, and `host.null` leaves one out.",
            ON.params,
            Type::Optional(&Type::Any),
        ),
        while_loading(
            "example",
            "An example of these rules: arguments that do not say what the common options choose by (`register`, \
             `action`, `measure`) have that.",
            EXAMPLE_PARAMS,
            Type::Optional(&Type::Any),
        ),
        while_loading(
            "examples",
            "The same for many; see `host.examples`.",
            EXAMPLES_PARAMS,
            Type::Optional(&Type::Any),
        ),
        while_loading(
            "with",
            "The same rules with some options changed.",
            OPTIONS_PARAMS,
            Type::Struct(&RULES_OF),
        ),
    ],
};

const fn while_loading(
    name: &'static str,
    doc: &'static str,
    params: &'static [Param],
    result: Type,
) -> Method {
    let run = |_: &Value, _: &[Value]| Err("is there for Lua, while sources run".to_owned());
    Method { name, doc, params, result, run }
}

const OPTIONS_PARAMS: &[Param] = &[param(
    "options",
    Type::Map(&Type::Any),
    "Options of `host.on` that the handlers have in common, such as `register`, `measure`, `clause`.",
)];

const EXAMPLE_PARAMS: &[Param] = const {
    &[
        param("title", Type::Text, "What it shows."),
        param("example", Type::Struct(&EXAMPLE_OF), "The point, its arguments and the expected answer."),
    ]
};

const EXAMPLES_PARAMS: &[Param] = &[param(
    "examples",
    Type::Any,
    "Under names what the examples have in common; then each example, a table of its title and what is its own: \
     `{ \"a brief\", event = { fields = { carrier = \"brief\" } }, expect = 4 }`. Tables are put together name by name; `host.null` takes away a common part (in `expect` and for a call it is an answer).",
)];

pub(super) const RULES: HostCall = own(
    "rules",
    "What several handlers have in common, said once: `local rules = host.rules { register = \"information\" }`, then \
     `rules:on(…)` and `rules:examples { … }`.",
    OPTIONS_PARAMS,
    Type::Struct(&RULES_OF),
    LOADING,
);

pub(super) const EXAMPLES: HostCall = own(
    "examples",
    "Several examples of one point, with what they have in common said once.",
    EXAMPLES_PARAMS,
    Type::Optional(&Type::Any),
    LOADING,
);

pub(super) const EXAMPLE: HostCall = own(
    "example",
    "An example of the plugin's own rules, run before every version goes live. Arguments that are left out are filled in.",
    EXAMPLE_PARAMS,
    Type::Optional(&Type::Any),
    LOADING,
);

pub(super) const REQUIRE: HostCall = own(
    "require",
    "A module of the plugin (`lib/bands`), or of one it depends on (`information/lib/bands`); loaded once.",
    &[param("module", Type::Text, "Its path below the plugin's folder, without ending.")],
    Type::Any,
    LOADING,
);

pub(super) const SETTINGS: HostCall = own(
    "settings",
    "The plugin's settings: the manifest's defaults, and what the office has set.",
    &[],
    Type::Map(&Type::Any),
    EVERYWHERE,
);

pub(super) const FIGURES: HostCall = own(
    "figures",
    "The plugin's dated figures (`[figures]` in plugin.toml), each as it is on the day that the handler is asked about: \
     that of the event, of a period's target its first, else its last; nil before there is one. Where there is no such \
     day (while sources run, at `score.reconcile`, in reports) say it: `host.figure(name, day)`.",
    &[],
    Type::Map(&Type::Number),
    &Phase::ALL,
);

pub(super) const FIGURE: HostCall = own(
    "figure",
    "What a figure of the plugin is on a day; nil where there is none yet.",
    &[
        param("name", Type::Text, "Its name under `[figures]` in plugin.toml."),
        param("on", Type::Date, "The day."),
    ],
    Type::Optional(&Type::Number),
    &Phase::ALL,
);

pub(super) const NULL: HostCall =
    own("null", "Clears a field, where nil would leave it as it is.", &[], Type::Any, EVERYWHERE);

const LINE: &[Param] = &[
    param("text", Type::Text, "One sentence."),
    param("fields", Type::Optional(&Type::Map(&Type::Any)), "What it is about."),
];

pub(super) const LOG_DEBUG: HostCall =
    own("log.debug", "Logs a detail.", LINE, Type::Optional(&Type::Any), EVERYWHERE);
pub(super) const LOG_INFO: HostCall =
    own("log.info", "Logs something worth knowing.", LINE, Type::Optional(&Type::Any), EVERYWHERE);
pub(super) const LOG_WARN: HostCall =
    own("log.warn", "Logs something to look at.", LINE, Type::Optional(&Type::Any), EVERYWHERE);
pub(super) const LOG_ERROR: HostCall =
    own("log.error", "Logs something that went wrong.", LINE, Type::Optional(&Type::Any), EVERYWHERE);

pub(super) const NOW: HostCall = with_capability(
    own("now", "The moment, by the office's clock.", &[], Type::Struct(&crate::model::TIME), EFFECT),
    "now",
);

const KEY: Param = param("key", Type::Text, "Its key, the plugin's own.");

pub(super) const STATE_GET: HostCall =
    own("state.get", "What the plugin keeps under a key in this office.", &[KEY], Type::Any, READING);

pub(super) const STATE_SET: HostCall = own(
    "state.set",
    "Keeps a value under a key; nil removes it.",
    &[KEY, param("value", Type::Any, "The value.")],
    Type::Optional(&Type::Any),
    EFFECT,
);

pub(super) const STATE_UPDATE: HostCall = own(
    "state.update",
    "Keeps what a function makes of the value under a key, and returns it; nobody else writes in between.",
    &[KEY, param("change", Type::Any, "Gets the old value (nil at first), returns the new one.")],
    Type::Any,
    EFFECT,
);

const PATH: Param = param("path", Type::Text, "A path in the plugin's own folder of files.");

pub(super) const FILES_LIST: HostCall = with_capability(
    own(
        "files.list",
        "The names in a folder of the plugin's own files, sorted.",
        &[param("path", Type::Optional(&Type::Text), "The folder; the topmost if left out.")],
        Type::List(&Type::Text),
        READING,
    ),
    "files",
);

pub(super) const FILES_READ: HostCall = with_capability(
    own(
        "files.read",
        "The content of one of the plugin's own files; nil if there is none.",
        &[PATH],
        Type::Optional(&Type::Bytes),
        READING,
    ),
    "files",
);

pub(super) const FILES_WRITE: HostCall = with_capability(
    own(
        "files.write",
        "Writes one of the plugin's own files, whole or not at all.",
        &[PATH, param("content", Type::Bytes, "Its content; text is written as UTF-8.")],
        Type::Optional(&Type::Any),
        EFFECT,
    ),
    "files",
);
