/* What a host would see that used dlopen and dlclose alone: loads the library at a path, asks its
 * first handler for its build, closes it; and again after a line on the standard input. */
#define _GNU_SOURCE
#include "registrar.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static registrar_handler handler;
static void *handed;
static registrar_node none;
static char room[1 << 16];
static size_t used;

static int32_t on(registrar_load *load, const char *point, uint32_t point_len, const char *options,
                  uint32_t options_len, registrar_handler given, void *data) {
    (void)load, (void)point, (void)point_len, (void)options, (void)options_len;
    if (handler == 0) handler = given, handed = data;
    return REGISTRAR_OK;
}
static const registrar_node *settings(registrar_load *load) { return (void)load, &none; }
static void refuse(registrar_load *load, const char *text, uint32_t len) { (void)load, (void)text, (void)len; }
static void log_it(const registrar_host *host, uint32_t level, const char *text, uint32_t len) {
    (void)host, (void)level, (void)text, (void)len;
}
static void *alloc(registrar_call *call, uint64_t bytes) {
    void *at = room + used;
    (void)call;
    used += (bytes + 15) & ~15ull;
    return used > sizeof room ? 0 : at;
}
static int32_t make(registrar_call *call, const char *name, uint32_t len, const registrar_node *args,
                    uint32_t count, registrar_node *result) {
    (void)call, (void)name, (void)len, (void)args, (void)count, (void)result;
    return REGISTRAR_FAILED;
}

static const registrar_host host = {sizeof host, REGISTRAR_MAJOR, REGISTRAR_MINOR, sizeof(registrar_node),
                                    on, settings, refuse, log_it, alloc, make, 0};

static void ask(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const registrar_plugin_table *(*entry)(void);
    const registrar_plugin_table *table;
    registrar_load load = {&host, 0};
    registrar_call call = {&host, 0};
    registrar_node argument = {REGISTRAR_TEXT, 5, 0}, answer = none;
    void *instance = 0;
    argument.scalar = (uint64_t)(uintptr_t) "build";
    handler = 0;
    if (library == 0) puts(dlerror()), exit(1);
    *(void **)&entry = dlsym(library, "registrar_plugin");
    table = entry();
    if (table->load(&load, &instance) != 0 || handler(&call, handed, &argument, 1, &answer) != 0) exit(2);
    if (answer.tag == REGISTRAR_TEXT) printf("%.*s\n", (int)answer.len, (char *)(uintptr_t)answer.scalar);
    else printf("%lld\n", (long long)answer.scalar);
    fflush(stdout);
    if (table->unload != 0) table->unload(instance);
    dlclose(library);
}

int main(int count, char **given) {
    char line[8];
    if (count < 2) return 2;
    ask(given[1]);
    if (fgets(line, sizeof line, stdin) == 0) return 2;
    ask(given[1]);
    return 0;
}
