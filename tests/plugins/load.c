/* Goes wrong while it is loaded, in the way CASE says. */
#define _GNU_SOURCE
#include "registrar.h"
#include <stdlib.h>
#include <unistd.h>

#define MAJOR_2 1
#define NODE_SIZE 2
#define SMALL_TABLE 3
#define NULL_TABLE 4
#define NULL_LOAD 5
#define NO_ENTRY 6
#define NO_MANIFEST 7
#define TWICE 8
#define NULL_HANDLER 9
#define BAD_OPTIONS 10
#define LIST_OPTIONS 11
#define UNKNOWN_POINT 12
#define UNKNOWN_OPTION 13
#define BAD_POINT 14
#define NEVER 15
#define SPINS 16
#define CRASHES 17
#define EXITS 18
#define CONSTRUCTOR_CRASHES 19
#define CONSTRUCTOR_EXITS 20
#define REFUSES 21
#define SILENT 22
#define BAD_REASON 23
#define LONG_POINT 24
#define FORKS 25

#ifndef ID
#define ID "load"
#endif

#if CASE != NO_MANIFEST
REGISTRAR_MANIFEST("id = \"" ID "\"\nversion = \"1\"\n");
#endif

static int32_t answer_it(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                         registrar_node *answer) {
    (void)call, (void)data, (void)args, (void)count;
    *answer = registrar_int(1);
    return REGISTRAR_OK;
}

#if CASE == CONSTRUCTOR_CRASHES || CASE == CONSTRUCTOR_EXITS
__attribute__((constructor)) static void begin(void) {
#if CASE == CONSTRUCTOR_CRASHES
    *(volatile int *)(uintptr_t)8 = 1;
#else
    _exit(0);
#endif
}
#endif

static int32_t on(registrar_load *load, const char *point, const char *options) {
    return load->host->on(load, point, (uint32_t)strlen(point), options, options ? (uint32_t)strlen(options) : 0,
                          answer_it, 0);
}

static int32_t load(registrar_load *load, void **instance) {
    (void)instance;
    switch (CASE) {
    case TWICE: on(load, "ask.call", 0); on(load, "ask.call", 0); return REGISTRAR_OK;
    case NULL_HANDLER: return load->host->on(load, "ask.call", 8, 0, 0, 0, 0);
    case BAD_OPTIONS: return on(load, "ask.call", "{ priority: ");
    case LIST_OPTIONS: return on(load, "ask.call", "[1]");
    case UNKNOWN_POINT: return on(load, "ask.cal", 0);
    case UNKNOWN_OPTION: return on(load, "ask.call", "{\"priorit\": 1}");
    case BAD_POINT: return load->host->on(load, "\xff\xfe", 2, 0, 0, answer_it, 0);
    case LONG_POINT: return load->host->on(load, "ask.call", 0xfffffff0u, 0, 0, answer_it, 0);
    case NEVER: for (;;) pause();
    case SPINS: for (volatile int n = 0;; n++) {}
    case CRASHES: *(volatile int *)(uintptr_t)8 = 1; return REGISTRAR_OK;
    case EXITS: exit(0);
    case REFUSES: load->host->refuse(load, "the fonts are missing", 21); return REGISTRAR_FAILED;
    case SILENT: return REGISTRAR_FAILED;
    case BAD_REASON: load->host->refuse(load, "\xff", 1); return REGISTRAR_FAILED;
    case FORKS: if (fork() == 0) _exit(0); load->host->refuse(load, "forked", 6); return REGISTRAR_FAILED;
    default: return on(load, "ask.call", 0);
    }
}

static const registrar_plugin_table table = {
    CASE == SMALL_TABLE ? 20 : sizeof table,
    CASE == MAJOR_2 ? 2 : REGISTRAR_MAJOR,
    REGISTRAR_MINOR,
    CASE == NODE_SIZE ? 24 : sizeof(registrar_node),
    CASE == NULL_LOAD ? 0 : load,
    0,
};

#if CASE == NO_ENTRY
const registrar_plugin_table *registrar_plugin_of_old(void) { return &table; }
#else
const registrar_plugin_table *registrar_plugin(void) { return CASE == NULL_TABLE ? 0 : &table; }
#endif
