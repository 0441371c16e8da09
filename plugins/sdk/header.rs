//! `registrar.h`, for plugins in C and every other language: generated from the declarations in
//! [`crate::abi`], so that it cannot say anything else.

use crate::abi::{
    MOST_BYTES, MOST_VALUES,
    tables::{
        CallHandle, FAILED, HostTable, LoadHandle, MAJOR, MINOR, OK, PANICKED, PluginTable, TableMember,
    },
    tag,
};
use std::fmt::Write;

/// The header's text.
pub fn registrar_h() -> String {
    let mut out = String::from(INTRODUCTION);
    let mut define = |name: &str, value: i64| {
        let _ = writeln!(out, "#define REGISTRAR_{name} {value}");
    };
    define("MAJOR", MAJOR.into());
    define("MINOR", MINOR.into());
    define("OK", OK.into());
    define("FAILED", FAILED.into());
    define("PANICKED", PANICKED.into());
    define("MOST_VALUES", MOST_VALUES as i64);
    define("MOST_BYTES", MOST_BYTES as i64);
    out.push_str("\n/* What a node holds. */\n");
    for (name, value, doc) in TAGS {
        let _ = writeln!(out, "#define REGISTRAR_{name} {value} /* {doc} */");
    }
    out.push_str(NODE);
    for (name, doc, members) in [
        ("registrar_host", HostTable::DOC, HostTable::MEMBERS),
        ("registrar_load", LoadHandle::DOC, LoadHandle::MEMBERS),
        ("registrar_call", CallHandle::DOC, CallHandle::MEMBERS),
        ("registrar_plugin_table", PluginTable::DOC, PluginTable::MEMBERS),
    ] {
        write_table(&mut out, name, doc, members);
    }
    write_sizes(&mut out);
    out.push_str(HELPERS);
    out
}

const TAGS: &[(&str, u32, &str)] = &[
    ("NIL", tag::NIL, "no answer, absent"),
    ("NULL", tag::NULL, "clears a field"),
    ("BOOL", tag::BOOL, "scalar is 0 or 1"),
    ("INT", tag::INT, "scalar is a signed number within +-2^53"),
    ("NUM", tag::NUM, "scalar holds the bits of a double"),
    ("AMOUNT", tag::AMOUNT, "scalar is signed, whole millionths"),
    ("TEXT", tag::TEXT, "len bytes of UTF-8 at scalar"),
    ("BYTES", tag::BYTES, "len bytes at scalar"),
    ("LIST", tag::LIST, "len nodes at scalar"),
    ("MAP", tag::MAP, "len pairs of nodes at scalar: keys (text, ascending) and values in turn"),
];

fn comment(out: &mut String, indent: &str, lines: &[&str]) {
    for (i, line) in lines.iter().enumerate() {
        let open = if i == 0 { "/*" } else { " *" };
        let close = if i + 1 == lines.len() { " */" } else { "" };
        let _ = writeln!(out, "{indent}{open}{}{close}", line.replace('`', ""));
    }
}

fn write_table(out: &mut String, name: &str, doc: &[&str], members: &[TableMember]) {
    out.push('\n');
    comment(out, "", doc);
    let _ = writeln!(out, "struct {name} {{");
    for member in members {
        comment(out, "    ", member.doc);
        let _ = writeln!(out, "    {};", member.c);
    }
    out.push_str("};\n");
}

// Whoever edits the header, or compiles it for another machine, is told by the compiler.
fn write_sizes(out: &mut String) {
    let _ = writeln!(
        out,
        "\n#if UINTPTR_MAX == UINT64_MAX\n{}{}{}{}{}#endif",
        size("registrar_node", 16),
        size("registrar_host", size_of::<HostTable>()),
        size("registrar_load", size_of::<LoadHandle>()),
        size("registrar_call", size_of::<CallHandle>()),
        size("registrar_plugin_table", size_of::<PluginTable>()),
    );
}

fn size(name: &str, bytes: usize) -> String {
    format!("REGISTRAR_ASSERT(sizeof({name}) == {bytes}, \"{name} has another size\");\n")
}

const INTRODUCTION: &str = r#"/* registrar.h - the border between a Registrar host and a native plugin.
 *
 * @generated; edit plugins/sdk/header.rs and plugins/sdk/abi/tables.rs instead.
 *
 * A plugin is a shared library NAME.so (or libNAME.so) with one entry, `registrar_plugin`, and a
 * manifest in the section .registrar.manifest. The host reads the manifest from the file, calls the
 * entry once, then `load`, which registers handlers. By default all of it runs in a child process
 * of the host, without files, network and fork.
 *
 * Values cross as borrowed trees of nodes. A handler reads its arguments, which live until it
 * returns, and builds its answer in memory from `alloc`; every pointer in an answer must lie in that
 * memory or in the arguments. Several threads may call a plugin's handlers at once. [in load],
 * [in call] and [any thread] say where a function may be called.
 */
#ifndef REGISTRAR_H
#define REGISTRAR_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#define REGISTRAR_ASSERT(test, text) static_assert(test, text)
extern "C" {
#else
#define REGISTRAR_ASSERT(test, text) _Static_assert(test, text)
#endif

"#;

const NODE: &str = r#"
/* One node of a value. */
typedef struct registrar_node {
    uint32_t tag;
    uint32_t len;
    uint64_t scalar;
} registrar_node;

typedef struct registrar_host registrar_host;
typedef struct registrar_load registrar_load;
typedef struct registrar_call registrar_call;
typedef struct registrar_plugin_table registrar_plugin_table;

/* [in call] Answers one call at a point: 0 with the answer in *answer (zeroed: no answer), or 1 with
 * a text in it that says what was wrong. It may get fewer arguments than a later host offers. */
typedef int32_t (*registrar_handler)(registrar_call *call, void *data, const registrar_node *args,
                                     uint32_t count, registrar_node *answer);
"#;

const HELPERS: &str = r#"
/* The library's entry. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const registrar_plugin_table *registrar_plugin(void);

/* Puts the manifest, a string literal, where the host finds it. */
#define REGISTRAR_MANIFEST(text) \
    __attribute__((section(".registrar.manifest"), used)) static const char registrar_manifest[] = text

/* The entry under a key of a map; NULL if there is none. */
static inline const registrar_node *registrar_get(const registrar_node *map, const char *key) {
    const registrar_node *pairs;
    uint32_t i;
    size_t len = strlen(key);
    if (map == NULL || map->tag != REGISTRAR_MAP) return NULL;
    pairs = (const registrar_node *)(uintptr_t)map->scalar;
    for (i = 0; i < map->len; i++)
        if (pairs[2 * i].len == len && memcmp((const char *)(uintptr_t)pairs[2 * i].scalar, key, len) == 0)
            return &pairs[2 * i + 1];
    return NULL;
}

/* Whether a node is this very text. */
static inline int registrar_is(const registrar_node *node, const char *text) {
    size_t len = strlen(text);
    return node != NULL && node->tag == REGISTRAR_TEXT && node->len == len &&
           (len == 0 || memcmp((const char *)(uintptr_t)node->scalar, text, len) == 0);
}

/* A whole number. */
static inline registrar_node registrar_int(int64_t number) {
    registrar_node node = { REGISTRAR_INT, 0, 0 };
    node.scalar = (uint64_t)number;
    return node;
}

/* A number. */
static inline registrar_node registrar_number(double number) {
    registrar_node node = { REGISTRAR_NUM, 0, 0 };
    memcpy(&node.scalar, &number, sizeof number);
    return node;
}

/* [in call] A copy of a text in the call's memory. */
static inline registrar_node registrar_text(registrar_call *call, const char *text) {
    registrar_node node = { REGISTRAR_TEXT, 0, 0 };
    size_t len = strlen(text);
    void *room = len == 0 || len > UINT32_MAX ? NULL : call->host->alloc(call, len);
    if (room != NULL) {
        memcpy(room, text, len);
        node.len = (uint32_t)len;
        node.scalar = (uint64_t)(uintptr_t)room;
    }
    return node;
}

/* [in call] A map of `pairs` keys and values, which are copied: keys (text, ascending) and values in
 * turn. With REGISTRAR_LIST as `tag` a list of so many nodes. */
static inline registrar_node registrar_copy(registrar_call *call, uint32_t tag, const registrar_node *nodes,
                                            uint32_t count) {
    registrar_node node = { 0, 0, 0 };
    size_t bytes = sizeof *nodes * count * (tag == REGISTRAR_MAP ? 2 : 1);
    void *room = call->host->alloc(call, bytes == 0 ? 1 : bytes);
    if (room != NULL) {
        memcpy(room, nodes, bytes);
        node.tag = tag;
        node.len = count;
        node.scalar = (uint64_t)(uintptr_t)room;
    }
    return node;
}

#ifdef __cplusplus
}
#endif
#endif
"#;
