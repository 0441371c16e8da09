/* In an office: is told of events and writes down which, and guards actions. Unless it is MENDED it
 * crashes at a record whose id begins with "bad". */
#include "registrar.h"
#include <stdlib.h>

#ifndef MENDED
#define MENDED 0
#endif

REGISTRAR_MANIFEST("id = \"office\"\nversion = \"1\"\n");

static int begins_with_bad(const registrar_node *record) {
    return record != NULL && record->tag == REGISTRAR_TEXT && record->len > 2 &&
           memcmp((const char *)(uintptr_t)record->scalar, "bad", 3) == 0;
}

static int32_t told(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                    registrar_node *answer) {
    const registrar_node *record = registrar_get(&args[0], "record");
    registrar_node change[2];
    (void)data;
    if (count < 2 || record == NULL) return REGISTRAR_FAILED;
    if (!MENDED && begins_with_bad(record)) abort();
    change[0] = *record;
    change[1] = registrar_int(1);
    return call->host->call(call, "state.set", 9, change, 2, answer);
}

static int32_t guard(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                     registrar_node *answer) {
    (void)call, (void)data, (void)count, (void)answer;
    if (!MENDED && registrar_is(registrar_get(&args[0], "action"), "guarded")) *(volatile int *)(uintptr_t)8 = 1;
    return REGISTRAR_OK;
}

static int32_t load(registrar_load *load, void **instance) {
    static const char options[] = "{\"register\": \"item\", \"from\": \"start\"}", only[] = "{\"register\": \"item\"}";
    (void)instance;
    if (load->host->on(load, "action.guard", 12, only, sizeof only - 1, guard, 0) != REGISTRAR_OK) return REGISTRAR_FAILED;
    return load->host->on(load, "action.after", 12, options, sizeof options - 1, told, 0);
}

static const registrar_plugin_table table = {sizeof table, REGISTRAR_MAJOR, REGISTRAR_MINOR,
                                             sizeof(registrar_node), load, 0};

const registrar_plugin_table *registrar_plugin(void) { return &table; }
