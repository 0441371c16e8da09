/* Answers the number it was built with. KEPT: also in C++, with a thread-local destructor. */
#include "registrar.h"

#ifndef ID
#define ID "answer"
#endif
#ifndef POINT
#define POINT "ask.call"
#endif

REGISTRAR_MANIFEST("id = \"" ID "\"\nversion = \"1\"\n");

static int32_t answer_it(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                         registrar_node *answer) {
    (void)call, (void)data, (void)args, (void)count;
    *answer = registrar_int(ANSWER);
    return REGISTRAR_OK;
}

static int32_t load(registrar_load *load, void **instance) {
    (void)instance;
    if (load->host->on(load, "ask.skip", 8, 0, 0, answer_it, 0) != REGISTRAR_OK) return REGISTRAR_FAILED;
    return load->host->on(load, POINT, sizeof POINT - 1, 0, 0, answer_it, 0);
}

static const registrar_plugin_table table = {sizeof table, REGISTRAR_MAJOR, REGISTRAR_MINOR,
                                             sizeof(registrar_node), load, 0};

const registrar_plugin_table *registrar_plugin(void) { return &table; }
