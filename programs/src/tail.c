/* Tail calls: a lexer whose states call each other as their last act, so that
 * the stack never grows. run(n): the tokens of a text of n octets; directly and
 * through a table. */
#include "base.h"

typedef struct lexer {
    u32 at, length, words, numbers, marks, x;
} lexer;

typedef i32 (*state)(lexer *, i32);

static i32 start(lexer *l, i32 depth);
static i32 in_word(lexer *l, i32 depth);
static i32 in_number(lexer *l, i32 depth);
static i32 mark(lexer *l, i32 depth);
static i32 done(lexer *l, i32 depth) { return (i32)(l->words * 10007 + l->numbers * 101 + l->marks) ^ depth; }

static state const states[4] = {in_word, in_number, mark, done};

static u32 peek(lexer *l) {
    if (l->at >= l->length) return 3;
    l->x = l->x * 1664525u + 1013904223u;
    return (l->x >> 24) % 3;
}

#define TAIL __attribute__((musttail)) return

static NOINLINE i32 start(lexer *l, i32 depth) { TAIL states[peek(l)](l, depth + 1); }

static NOINLINE i32 in_word(lexer *l, i32 depth) {
    l->at++;
    l->words += depth & 1;
    if (peek(l) == 0) TAIL in_word(l, depth + 1);
    TAIL start(l, depth);
}

static NOINLINE i32 in_number(lexer *l, i32 depth) {
    l->at++;
    l->numbers++;
    if (peek(l) == 1) TAIL in_number(l, depth + 3);
    TAIL start(l, depth);
}

static NOINLINE i32 mark(lexer *l, i32 depth) {
    l->at++;
    l->marks++;
    TAIL start(l, depth ^ 1);
}

static lexer l;

EXPORT(run) i32 run(i32 n) {
    l = (lexer){0, n < 0 ? 0 : (u32)n, 0, 0, 0, 29};
    return start(&l, 0);
}
