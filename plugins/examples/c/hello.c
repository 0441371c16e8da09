/* A plugin in C, compiled against the header alone: one panel, or a number in its place. */
#include "registrar.h"

#ifndef ID
#define ID "hello-c"
#endif
#ifndef OPTIONS
#define OPTIONS ""
#endif

REGISTRAR_MANIFEST("id = \"" ID "\"\nversion = \"1.0.0\"\n");

static int32_t show(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                    registrar_node *answer) {
    registrar_node pairs[8];
    (void)data;
    pairs[0] = registrar_text(call, "id");
    pairs[1] = registrar_text(call, "c");
    pairs[2] = registrar_text(call, "kind");
    pairs[3] = registrar_text(call, "text");
    pairs[4] = registrar_text(call, "title");
    pairs[5] = count > 0 ? args[0] : registrar_text(call, "?");
    pairs[6] = registrar_text(call, "value");
    pairs[7] = registrar_text(call, "from C");
    *answer = registrar_copy(call, REGISTRAR_MAP, pairs, 4);
    return REGISTRAR_OK;
}

static int32_t load(registrar_load *load, void **instance) {
    (void)instance;
    return load->host->on(load, "panel.show", 10, OPTIONS, sizeof OPTIONS - 1, show, 0);
}

static const registrar_plugin_table table = {sizeof table, REGISTRAR_MAJOR, REGISTRAR_MINOR,
                                             sizeof(registrar_node), load, 0};

const registrar_plugin_table *registrar_plugin(void) { return &table; }
