/* registrar.h - the border between a Registrar host and a native plugin.
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

#define REGISTRAR_MAJOR 1
#define REGISTRAR_MINOR 0
#define REGISTRAR_OK 0
#define REGISTRAR_FAILED 1
#define REGISTRAR_PANICKED 2
#define REGISTRAR_MOST_VALUES 250000
#define REGISTRAR_MOST_BYTES 33554432

/* What a node holds. */
#define REGISTRAR_NIL 0 /* no answer, absent */
#define REGISTRAR_NULL 1 /* clears a field */
#define REGISTRAR_BOOL 2 /* scalar is 0 or 1 */
#define REGISTRAR_INT 3 /* scalar is a signed number within +-2^53 */
#define REGISTRAR_NUM 4 /* scalar holds the bits of a double */
#define REGISTRAR_AMOUNT 5 /* scalar is signed, whole millionths */
#define REGISTRAR_TEXT 6 /* len bytes of UTF-8 at scalar */
#define REGISTRAR_BYTES 7 /* len bytes at scalar */
#define REGISTRAR_LIST 8 /* len nodes at scalar */
#define REGISTRAR_MAP 9 /* len pairs of nodes at scalar: keys (text, ascending) and values in turn */

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

/* What the host offers a plugin. One table for each load of a plugin; valid until its unload
 * has returned. */
struct registrar_host {
    /* Bytes of this table: a function beyond it is not there. */
    uint32_t size;
    /* The host's major version. */
    uint32_t major;
    /* The host's minor version. */
    uint32_t minor;
    /* Bytes of a node: 16. */
    uint32_t node_size;
    /* [in load] Registers handler at a point. options is a JSON object as text, as Lua's
     * host.on takes one, or null. data is handed to each call. Texts are copied. Answers 0,
     * or 1 if the registration is refused: then return 1 from load. */
    int32_t (*on)(registrar_load *load, const char *point, uint32_t point_len, const char *options, uint32_t options_len, registrar_handler handler, void *data);
    /* [in load] The plugin's settings in effect, a map; valid until load returns. */
    const registrar_node *(*settings)(registrar_load *load);
    /* [in load] Says why load fails, before it returns 1. The text is copied. */
    void (*refuse)(registrar_load *load, const char *text, uint32_t len);
    /* [any thread] Logs one sentence. Level 0 is debug, 1 info, 2 warning, 3 error. */
    void (*log)(const registrar_host *host, uint32_t level, const char *text, uint32_t len);
    /* [in call, on the call's thread] Zeroed memory for the answer, aligned to 16 bytes, valid
     * until the handler returns; null if it is more than a call may take. */
    void *(*alloc)(registrar_call *call, uint64_t bytes);
    /* [in call, on the call's thread] Makes a host call such as records. Arguments lie in
     * memory from alloc, or are the handler's own. The result is valid until the handler
     * returns. Answers 0, or 1 if the call fails: then result is a text that says why. */
    int32_t (*call)(registrar_call *call, const char *name, uint32_t name_len, const registrar_node *args, uint32_t count, registrar_node *result);
    /* The host's own; not for plugins. */
    const void *context;
};

/* Stands for a load; valid on its thread until load returns. */
struct registrar_load {
    /* The host's functions. */
    const registrar_host *host;
    /* The host's own; not for plugins. */
    void *context;
};

/* Stands for a call; valid on its thread until the handler returns. */
struct registrar_call {
    /* The host's functions. */
    const registrar_host *host;
    /* The host's own; not for plugins. */
    void *context;
};

/* What a plugin's entry answers. Static: it must stay valid for as long as the library is loaded. */
struct registrar_plugin_table {
    /* Bytes of this table. */
    uint32_t size;
    /* REGISTRAR_MAJOR. */
    uint32_t major;
    /* REGISTRAR_MINOR. */
    uint32_t minor;
    /* sizeof(registrar_node). */
    uint32_t node_size;
    /* [once for each load, before any other call] Registers handlers. Whatever it leaves in
     * *instance is handed to unload. Answers 0, or 1 to refuse. */
    int32_t (*load)(registrar_load *load, void **instance);
    /* [once for each load that answered 0, after the last call has returned] Ends the plugin's
     * threads and frees what load made. May be null. */
    void (*unload)(void *instance);
};

#if UINTPTR_MAX == UINT64_MAX
REGISTRAR_ASSERT(sizeof(registrar_node) == 16, "registrar_node has another size");
REGISTRAR_ASSERT(sizeof(registrar_host) == 72, "registrar_host has another size");
REGISTRAR_ASSERT(sizeof(registrar_load) == 16, "registrar_load has another size");
REGISTRAR_ASSERT(sizeof(registrar_call) == 16, "registrar_call has another size");
REGISTRAR_ASSERT(sizeof(registrar_plugin_table) == 32, "registrar_plugin_table has another size");
#endif

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
