//! What reaches the world outside: requests, mail, documents as files, packages for other offices.
//!
//! All of it takes effect at once and can't be taken back, so it is for notify handlers alone, which
//! are called again until they come through.

use super::{EFFECT, param};
use crate::model::DOCUMENT;
use registrar_sdk::{AnsweredBy, Field, HostCall, Param, Phase, Struct, Type};

/// The methods of a request.
pub const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const fn outside(
    name: &'static str,
    doc: &'static str,
    params: &'static [Param],
    result: Type,
    capability: Option<&'static str>,
) -> HostCall {
    const PHASES: &[Phase] = EFFECT;
    HostCall { name, doc, params, result, phases: PHASES, capability, place: AnsweredBy::Services }
}

static REQUEST: Struct = Struct::closed(
    "http_request",
    "A request to a host that the operator lets the plugin reach.",
    &[
        Field::required(
            "url",
            Type::Text,
            "Where to: `https://…`; `http://…` only where the operator says so.",
        ),
        Field::optional("method", Type::Choice(METHODS), "`GET` if left out."),
        Field::optional("headers", Type::Map(&Type::Text), "Further headers, by name."),
        Field::optional("body", Type::Bytes, "What is sent, at most 1 MiB; text is sent as UTF-8."),
        Field::optional(
            "key",
            Type::Text,
            "Tells this request from others, so that one that comes twice can be told: sent as `webhook-id`.",
        ),
        Field::optional(
            "sign",
            Type::Bool,
            "Whether it is signed with the secret that the operator gave the plugin: HMAC-SHA256 over key, time \
             and body, as Standard Webhooks 1.0 has it; needs `key`.",
        ),
    ],
);

static RESPONSE: Struct = Struct::closed(
    "http_response",
    "What a host answered; a redirection is an answer like any other and is not followed.",
    &[
        Field::required("status", Type::Int, "Its status: 200, 404 …"),
        Field::required("headers", Type::Map(&Type::Text), "Its headers, by name in lower case."),
        Field::required("body", Type::Bytes, "What it sent, at most 1 MiB."),
    ],
);

pub(super) const HTTP: HostCall = outside(
    "http",
    "Makes a request and waits for its answer, at most 10 s. Hosts that the operator has not allowed the \
     plugin are not reached, and each request is written down (`registrar calls`). No answer is an error; any \
     status is an answer.",
    const { &[param("request", Type::Struct(&REQUEST), "What is asked.")] },
    Type::Struct(&RESPONSE),
    Some("http"),
);

static ATTACHMENT: Struct = Struct::closed(
    "mail_attachment",
    "A file that goes with a mail.",
    &[
        Field::required("name", Type::Text, "Its name, with its ending."),
        Field::optional("type", Type::Text, "Its media type; `application/octet-stream` if left out."),
        Field::required("content", Type::Bytes, "Its content."),
    ],
);

static MAIL_OF: Struct = Struct::closed(
    "mail_message",
    "A mail; whom it is from the operator says.",
    &[
        Field::required("to", Type::List(&Type::Text), "Addresses, each of them alone in its mail."),
        Field::required("subject", Type::Text, "Its subject, one line."),
        Field::required("text", Type::Text, "What it says."),
        Field::optional(
            "attachments",
            Type::List(&Type::Struct(&ATTACHMENT)),
            "Files, at most 10 MiB together.",
        ),
        Field::optional(
            "key",
            Type::Text,
            "Tells this mail from others: its Message-ID is made of it, so that one that comes twice can be told.",
        ),
    ],
);

pub(super) const MAIL: HostCall = outside(
    "mail",
    "Hands a mail to the operator's mail server, and fails if that does not take it. Each is written down \
     (`registrar calls`).",
    const { &[param("message", Type::Struct(&MAIL_OF), "The mail.")] },
    Type::Optional(&Type::Any),
    Some("mail"),
);

pub(super) const RENDER: HostCall = outside(
    "render",
    "A document as a file of a format, by whatever renders it (`report.render`); nil if nothing does.",
    const {
        &[
            param("document", Type::Struct(&DOCUMENT), "The document."),
            param("format", Type::Text, "The format: `docx`, `pdf` …"),
        ]
    },
    Type::Optional(&Type::Bytes),
    None,
);

static PACKAGE_OF: Struct = Struct::closed(
    "package_of",
    "Which package is made, for whom.",
    &[
        Field::required("name", Type::Text, "What is packed, by the name at `package.build`."),
        Field::required("to", Type::Text, "The peer whom it is for."),
        Field::optional("parameters", Type::Map(&Type::Any), "What is to be in it."),
    ],
);

pub(super) const PACKAGE: HostCall = outside(
    "package",
    "A signed package for another office, as bytes to be sent: what `package.build` answers, under the \
     office's own key. Nil if there is nothing to be sent.",
    const { &[param("of", Type::Struct(&PACKAGE_OF), "Which.")] },
    Type::Optional(&Type::Bytes),
    None,
);
