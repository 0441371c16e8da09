//! Every host call, one file a family; those that are pure functions are here with their bodies.

pub mod amounts;
pub mod dates;
mod directory;
mod host;
mod json;
mod office;
pub mod order;
mod outside;
pub(crate) mod period;

pub use host::{GLOBALS, VALUES};
pub use outside::METHODS;

use registrar_sdk::{AnsweredBy, HostCall, Param, Phase, Type, Value};

/// All host calls.
pub static ALL: &[HostCall] = &[
    host::ON,
    host::RULES,
    host::EXAMPLE,
    host::EXAMPLES,
    host::REQUIRE,
    host::SETTINGS,
    host::FIGURES,
    host::FIGURE,
    host::NULL,
    host::LOG_DEBUG,
    host::LOG_INFO,
    host::LOG_WARN,
    host::LOG_ERROR,
    host::NOW,
    host::STATE_GET,
    host::STATE_SET,
    host::STATE_UPDATE,
    host::FILES_LIST,
    host::FILES_READ,
    host::FILES_WRITE,
    json::ENCODE,
    json::DECODE,
    dates::ADD_DAYS,
    dates::ADD_MONTHS,
    directory::ADD_WORKING_DAYS,
    directory::WORKING_DAYS_BETWEEN,
    directory::IS_WORKING,
    directory::NEXT_WORKING,
    period::OF,
    period::READ,
    period::TITLE,
    period::NEXT,
    period::CONTAINS,
    amounts::SUM,
    amounts::ROUND,
    amounts::SPLIT,
    amounts::SHARES,
    amounts::BAND,
    directory::UNIT_ON,
    directory::UNITS,
    directory::PERSON_ON,
    directory::PEOPLE,
    directory::TABLE,
    directory::LABELLED,
    directory::CHOSEN,
    directory::SORT,
    directory::DIGEST,
    office::RECORDS,
    office::TOTAL,
    office::STANDING,
    office::AWARDS,
    office::QUOTAS,
    office::COUNT,
    office::COUNTS,
    office::EVENTS,
    office::DEADLINES,
    office::COUNT_VOTE,
    office::SEAL,
    office::SEQUENCE,
    office::ACT,
    outside::RENDER,
    outside::PACKAGE,
    outside::HTTP,
    outside::MAIL,
];

/// Where handlers run, whatever they may do there.
const HANDLERS: &[Phase] = &[Phase::Pure, Phase::Read, Phase::Effect];
/// Where handlers may look at what is stored.
const READING: &[Phase] = &[Phase::Read, Phase::Effect];
const EVERYWHERE: &[Phase] = &Phase::ALL;
const LOADING: &[Phase] = &[Phase::Load];
const EFFECT: &[Phase] = &[Phase::Effect];

const fn param(name: &'static str, ty: Type, doc: &'static str) -> Param {
    Param { name, ty, doc }
}

const fn function(
    name: &'static str,
    doc: &'static str,
    params: &'static [Param],
    result: Type,
    run: fn(&[Value]) -> Result<Value, String>,
) -> HostCall {
    HostCall {
        name,
        doc,
        params,
        result,
        phases: EVERYWHERE,
        capability: None,
        place: AnsweredBy::Function(run),
    }
}

/// The `n`th argument; `Nil` where it was left out.
fn arg(args: &[Value], n: usize) -> &Value {
    static NIL: Value = Value::Nil;
    args.get(n).unwrap_or(&NIL)
}
