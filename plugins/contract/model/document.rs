//! The document model: what a report says, before it becomes a page. Enough for an official document after GB/T 9704.

use registrar_sdk::{Field, Struct, Type};

static COLUMN: Struct = Struct::closed(
    "column",
    "A column of a table.",
    &[
        Field::required("title", Type::Text, "Its heading."),
        Field::optional(
            "align",
            Type::Choice(&["left", "center", "right"]),
            "How cells are set; `left` if left out.",
        ),
        Field::optional("width", Type::Number, "Its share of the width, relative to the others."),
        Field::optional("places", Type::Int, "Decimals of its numbers."),
    ],
);

static RUN: Struct = Struct::closed(
    "run",
    "A stretch of text in one style.",
    &[
        Field::required("text", Type::Text, "The text."),
        Field::optional("style", Type::Choice(&["plain", "bold", "kaiti", "heiti"]), "`plain` if left out."),
        Field::optional(
            "explain",
            Type::Text,
            "What opens behind it: an account and period, `xihu@2023-Q1`.",
        ),
    ],
);

static BLOCK: Struct = Struct::closed(
    "block",
    "A piece of a document: a heading, a paragraph, a list or a table.",
    &[
        Field::required(
            "kind",
            Type::Choice(&["heading", "paragraph", "list", "table", "page_break"]),
            "Which of them.",
        ),
        Field::optional("level", Type::Int, "Of a heading: 1 to 4 (一、（一）1.（1）)."),
        Field::optional("text", Type::Text, "Of a heading or paragraph."),
        Field::optional(
            "runs",
            Type::List(&Type::Struct(&RUN)),
            "Of a paragraph in several styles, instead of `text`.",
        ),
        Field::optional(
            "indent",
            Type::Bool,
            "Whether a paragraph's first line is set in by two characters; yes if left out.",
        ),
        Field::optional("items", Type::List(&Type::Text), "Of a list."),
        Field::optional("caption", Type::Text, "Of a table."),
        Field::optional("columns", Type::List(&Type::Struct(&COLUMN)), "Of a table."),
        Field::optional("rows", Type::List(&Type::List(&Type::Any)), "Of a table: cells, text or numbers."),
    ],
);

static SECTION: Struct = Struct::closed(
    "section",
    "A part of a document with a heading of its own.",
    &[
        Field::optional("heading", Type::Text, "Its heading."),
        Field::optional("level", Type::Int, "The heading's level; 1 if left out."),
        Field::required("blocks", Type::List(&Type::Struct(&BLOCK)), "What it consists of."),
    ],
);

static SIGNATURE: Struct = Struct::closed(
    "signature",
    "Who signs a document, and when.",
    &[
        Field::required("issuers", Type::List(&Type::Text), "The issuing bodies, the leading one first."),
        Field::required("date", Type::Date, "The date of the document."),
        Field::optional("seal", Type::Bool, "Whether room for the seal is left."),
    ],
);

static APPENDIX: Struct = Struct::closed(
    "appendix",
    "An appendix, beginning on a page of its own.",
    &[
        Field::required("title", Type::Text, "Its title."),
        Field::required("blocks", Type::List(&Type::Struct(&BLOCK)), "What it consists of."),
        Field::optional("landscape", Type::Bool, "Whether its pages lie across."),
    ],
);

static IMPRINT: Struct = Struct::closed(
    "imprint",
    "The lines at the foot of the last page (版记).",
    &[
        Field::optional("copies_to", Type::List(&Type::Text), "Who gets copies (抄送)."),
        Field::optional("printed_by", Type::Text, "The printing office (印发机关)."),
        Field::optional("printed_on", Type::Date, "The date of printing (印发日期)."),
        Field::optional("print_run", Type::Int, "How many copies."),
    ],
);

/// A document, before it becomes a page.
pub static DOCUMENT: Struct = Struct::closed(
    "document",
    "What a report says: its parts in order, without a page's measures.",
    &[
        Field::optional("kind", Type::Text, "What sort: `bulletin`, `letter`, `decision`, `table` …"),
        Field::optional("language", Type::Text, "Its language; `zh` if left out."),
        Field::optional("copy_number", Type::Text, "The numbered copy (份号), `000001`."),
        Field::optional("secrecy", Type::Text, "Level and term of secrecy (密级和保密期限)."),
        Field::optional("urgency", Type::Text, "Urgency (紧急程度)."),
        Field::optional("masthead", Type::Text, "The red heading (发文机关标志)."),
        Field::optional("number", Type::Text, "The document's number (发文字号)."),
        Field::optional("signer", Type::Text, "Who approved it (签发人)."),
        Field::required("title", Type::Text, "Its title."),
        Field::optional("addressees", Type::List(&Type::Text), "To whom it goes (主送机关)."),
        Field::required("sections", Type::List(&Type::Struct(&SECTION)), "The body."),
        Field::optional("attachments", Type::List(&Type::Text), "Titles of attachments (附件说明)."),
        Field::optional("signature", Type::Struct(&SIGNATURE), "Who signs it."),
        Field::optional("note", Type::Text, "A note in brackets (附注)."),
        Field::optional("appendices", Type::List(&Type::Struct(&APPENDIX)), "Its appendices."),
        Field::optional("imprint", Type::Struct(&IMPRINT), "The foot of the last page."),
    ],
);
