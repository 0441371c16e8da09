/* Does the harm that its argument names, in a handler; `good` is no harm, and answers 42. */
#define _GNU_SOURCE
#include "registrar.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef ID
#define ID "harm"
#endif

REGISTRAR_MANIFEST("id = \"" ID "\"\nversion = \"1\"\n");

static volatile int sink;

static int32_t fail(registrar_call *call, registrar_node *answer, const char *text) {
    *answer = registrar_text(call, text);
    return REGISTRAR_FAILED;
}

static void *spin_for_ever(void *nothing) {
    for (;;) sink++;
    return nothing;
}

/* Threads that go on when the call is over. */
static void spin(void) {
    pthread_t thread;
    for (int i = 0; i < 2; i++)
        if (pthread_create(&thread, NULL, spin_for_ever, NULL)) abort();
}

static void *wait_for_ever(void *nothing) {
    for (;;) pause();
    return nothing;
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
__attribute__((noinline)) static int deeper(int n) {
    volatile char room[4096];
    room[n % 4096] = (char)n;
    return deeper(n + 1) + room[(n + 1) % 4096];
}

static void threads(void) {
    pthread_t thread;
    int made = 0;
    while (made < 1000 && pthread_create(&thread, 0, wait_for_ever, 0) == 0) made++;
    abort();
}

static void memory(void) {
    size_t chunk = 16u << 20, done = 0;
    for (; done < (4ull << 30); done += chunk) {
        char *room = malloc(chunk);
        size_t i;
        if (room == 0) abort();
        for (i = 0; i < chunk; i += 4096) room[i] = 1;
        sink += room[chunk / 2];
    }
}

static int32_t forks(registrar_call *call, registrar_node *answer) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) {
        waitpid(child, 0, 0);
        return fail(call, answer, "a process was made");
    }
    return fail(call, answer, errno == EPERM || errno == EAGAIN || errno == ENOSYS ? "fork refused" : "fork failed oddly");
}

static int32_t descriptors(registrar_call *call, registrar_node *answer) {
    int made = 0;
    while (made < 100000 && dup(0) >= 0) made++;
    return fail(call, answer, made < 100000 ? "descriptors used up" : "there is no end of them");
}

/* How many descriptors of files there are that it did not open itself. */
static int inherited(void) {
    int found = 0, at;
    for (at = 3; at < 1024; at++) {
        char byte;
        if (fcntl(at, F_GETFD) >= 0 && pread(at, &byte, 1, 0) == 1) found++;
    }
    return found;
}

/* Of how many files that it may not read it can learn that they are there, how large and how old they are. */
static int learned(void) {
    static const char *const paths[] = {"/etc/passwd", "/etc/hostname", "/proc/1/stat", "/proc/self/exe", "/dev/null",
                                        "/home", "/root", "/srv", "/var/log", "/etc/../etc/passwd", "/usr/../etc/passwd"};
    struct stat about;
    char text[16];
    int found = 0;
    size_t i;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (stat(paths[i], &about) == 0) found++;
        if (lstat(paths[i], &about) == 0) found++;
        if (access(paths[i], F_OK) == 0) found++;
        if (readlink(paths[i], text, sizeof text) >= 0) found++;
    }
    /* What it may read it still can. */
    return stat("/usr/lib", &about) == 0 ? found : -1;
}

static void on_all(int garbage) {
    char bytes[4096];
    int at;
    memset(bytes, garbage, sizeof bytes);
    for (at = 0; at < 1024; at++) {
        if (garbage < 0) close(at);
        else if (fcntl(at, F_GETFD) >= 0 && write(at, bytes, sizeof bytes) < 0) sink++;
    }
}

/* One byte at a time, each in time, an answer without end. */
static void drip(void) {
    struct timespec pause = {0, 10000000};
    for (;;) {
        int at;
        for (at = 3; at < 64; at++)
            if (send(at, "\6", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) sink++;
        nanosleep(&pause, 0);
    }
}

static void prints(size_t megabytes) {
    static char line[1 << 16];
    size_t i;
    memset(line, 'x', sizeof line);
    for (i = 79; i < sizeof line; i += 80) line[i] = '\n';
    for (i = 0; i < megabytes * 16; i++)
        if (write(1, line, sizeof line) < 0) sink++;
}

/* Answers that are no values. */
static int32_t bad(registrar_call *call, const registrar_node *what, const registrar_node *args,
                   registrar_node *answer) {
    static const registrar_node elsewhere[2] = {{REGISTRAR_INT, 0, 1}, {REGISTRAR_INT, 0, 2}};
    char *room = call->host->alloc(call, 64);
    registrar_node key, pairs[4];
    int i;
    memset(room, 0xff, 64);
    answer->tag = REGISTRAR_TEXT;
    answer->len = 8;
    answer->scalar = (uint64_t)(uintptr_t)room;
    if (registrar_is(what, "bad utf-8")) return REGISTRAR_OK;
    if (registrar_is(what, "bad reason")) return REGISTRAR_FAILED;
    if (registrar_is(what, "bad status")) return 77;
    if (registrar_is(what, "bad tag")) answer->tag = 99;
    if (registrar_is(what, "bad null")) answer->scalar = 0;
    if (registrar_is(what, "bad null list")) answer->tag = REGISTRAR_LIST, answer->scalar = 0;
    if (registrar_is(what, "bad pointer")) answer->scalar = 16;
    if (registrar_is(what, "bad static")) answer->tag = REGISTRAR_LIST, answer->len = 2, answer->scalar = (uint64_t)(uintptr_t)elsewhere;
    if (registrar_is(what, "bad stack")) answer->len = sizeof pairs, answer->scalar = (uint64_t)(uintptr_t)pairs;
    if (registrar_is(what, "bad end")) answer->len = 0xffffffffu;
    if (registrar_is(what, "bad past the argument")) answer->scalar = what->scalar, answer->len = 1 << 20;
    if (registrar_is(what, "bad before the argument")) answer->scalar = what->scalar - 4096;
    if (registrar_is(what, "bad wrapped")) answer->scalar = UINT64_MAX - 3;
    if (registrar_is(what, "bad alignment")) answer->tag = REGISTRAR_LIST, answer->len = 1, answer->scalar += 1;
    if (registrar_is(what, "bad boolean")) answer->tag = REGISTRAR_BOOL, answer->len = 0, answer->scalar = 2;
    if (registrar_is(what, "bad integer")) *answer = registrar_int(INT64_MAX);
    if (registrar_is(what, "bad number")) answer->tag = REGISTRAR_NUM, answer->scalar = 0x7ff8000000000000ull;
    if (registrar_is(what, "bad key")) {
        pairs[0] = registrar_int(1), pairs[1] = registrar_int(1);
        *answer = registrar_copy(call, REGISTRAR_MAP, pairs, 1);
    }
    if (registrar_is(what, "bad keys")) {
        key = registrar_text(call, "again");
        pairs[0] = pairs[2] = key, pairs[1] = pairs[3] = registrar_int(1);
        *answer = registrar_copy(call, REGISTRAR_MAP, pairs, 2);
    }
    if (registrar_is(what, "bad depth")) {
        *answer = registrar_int(1);
        for (i = 0; i < 1000; i++) *answer = registrar_copy(call, REGISTRAR_LIST, answer, 1);
    }
    if (registrar_is(what, "bad cycle")) {
        registrar_node *own = call->host->alloc(call, sizeof *own);
        own->tag = REGISTRAR_LIST, own->len = 1, own->scalar = (uint64_t)(uintptr_t)own;
        *answer = *own;
    }
    if (registrar_is(what, "bad size")) {
        registrar_node many[64];
        *answer = registrar_int(1);
        for (i = 0; i < 64; i++) many[i] = *answer;
        *answer = registrar_copy(call, REGISTRAR_LIST, many, 64);
        /* Shared children: 64 to the fifth values in five small lists. */
        for (int level = 0; level < 5; level++) {
            for (i = 0; i < 64; i++) many[i] = *answer;
            *answer = registrar_copy(call, REGISTRAR_LIST, many, 64);
        }
    }
    if (registrar_is(what, "bad host call")) {
        registrar_node argument = {99, 0, 0};
        return call->host->call(call, "look", 4, &argument, 1, answer);
    }
    if (registrar_is(what, "bad call name")) return call->host->call(call, room, 8, args, 0, answer);
    return REGISTRAR_OK;
}

static int32_t harm(registrar_call *call, void *data, const registrar_node *args, uint32_t count,
                    registrar_node *answer) {
    const registrar_node *what = &args[0];
    (void)data, (void)count;
    if (registrar_is(what, "spin")) spin();
    if (registrar_is(what, "good") || registrar_is(what, "spin")) {
        *answer = registrar_int(42);
        return REGISTRAR_OK;
    }
    if (what->tag == REGISTRAR_TEXT && what->len > 4 && memcmp((char *)(uintptr_t)what->scalar, "bad ", 4) == 0)
        return bad(call, what, args, answer);
    if (registrar_is(what, "segmentation fault")) *(volatile int *)(uintptr_t)8 = 1;
    if (registrar_is(what, "abort")) abort();
    if (registrar_is(what, "exit")) exit(0);
    if (registrar_is(what, "_exit")) _exit(0);
    if (registrar_is(what, "loop")) for (;;) sink++;
    if (registrar_is(what, "memory")) memory();
    if (registrar_is(what, "fork")) return forks(call, answer);
    if (registrar_is(what, "threads")) threads();
    if (registrar_is(what, "inherited")) {
        *answer = registrar_int(inherited());
        return REGISTRAR_OK;
    }
    if (registrar_is(what, "learned")) {
        *answer = registrar_int(learned());
        return REGISTRAR_OK;
    }
    if (registrar_is(what, "descriptors")) return descriptors(call, answer);
    if (registrar_is(what, "stack")) sink = deeper(1);
    if (registrar_is(what, "close")) on_all(-1);
    if (registrar_is(what, "garbage")) on_all(0xaa);
    if (registrar_is(what, "zeros")) on_all(0);
    if (registrar_is(what, "stop")) raise(SIGSTOP);
    if (registrar_is(what, "drip")) drip();
    if (registrar_is(what, "print")) prints(1);
    if (registrar_is(what, "print much")) prints(100);
    if (registrar_is(what, "kill")) kill(getpid(), SIGKILL);
    *answer = registrar_int(0);
    return REGISTRAR_OK;
}

static int32_t load(registrar_load *load, void **instance) {
    static const char *const points[] = {"ask.call", "ask.skip", "ask.brief", "ask.deny"};
    size_t i;
    (void)instance;
    for (i = 0; i < sizeof points / sizeof *points; i++)
        if (load->host->on(load, points[i], (uint32_t)strlen(points[i]), 0, 0, harm, 0) != REGISTRAR_OK) return REGISTRAR_FAILED;
    return REGISTRAR_OK;
}

static const registrar_plugin_table table = {sizeof table, REGISTRAR_MAJOR, REGISTRAR_MINOR,
                                             sizeof(registrar_node), load, 0};

const registrar_plugin_table *registrar_plugin(void) { return &table; }
