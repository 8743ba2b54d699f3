/* An interpreter in the interpreter: a stack machine whose instructions are
 * functions in a table, called indirectly. run(n): the machine adds up the
 * lengths of the Collatz sequences of 1 to n. */
#include "base.h"

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, HALVE, ODD, LESS, JUMP, JUMP_IF, STOP };

typedef struct machine {
    i32 stack[32];
    i32 slots[8];
    u32 top, pc, stopped;
    u64 steps;
} machine;

typedef void (*operation)(machine *, i32);

#define OP(name, body) \
    static void name(machine *m, i32 k) { \
        (void)k; \
        body; \
    }
#define TOP m->stack[m->top - 1]

OP(op_push, m->stack[m->top++] = k)
OP(op_load, m->stack[m->top++] = m->slots[k])
OP(op_store, m->slots[k] = m->stack[--m->top])
OP(op_add, m->top--; TOP += m->stack[m->top])
OP(op_sub, m->top--; TOP -= m->stack[m->top])
OP(op_mul, m->top--; TOP *= m->stack[m->top])
OP(op_halve, TOP = (i32)((u32)TOP >> 1))
OP(op_odd, TOP &= 1)
OP(op_less, m->top--; TOP = TOP < m->stack[m->top])
OP(op_jump, m->pc = (u32)k)
OP(op_jump_if, if (m->stack[--m->top]) m->pc = (u32)k)
OP(op_stop, m->stopped = 1)

static operation const table[] = {op_push, op_load,  op_store, op_add,  op_sub,     op_mul,
                                  op_halve, op_odd, op_less,  op_jump, op_jump_if, op_stop};

static const struct {
    u8 op;
    i8 k;
} code[] = {
    /* slot 0: n, 1: i, 2: x, 3: total */
    {PUSH, 1}, {STORE, 1},                                             /* 0: i = 1 */
    {LOAD, 0}, {LOAD, 1}, {LESS, 0}, {JUMP_IF, 31},                    /* 2: while (!(n < i)) */
    {LOAD, 1}, {STORE, 2},                                             /* 6: x = i */
    {LOAD, 2}, {PUSH, 2}, {LESS, 0}, {JUMP_IF, 26},                    /* 8: while (!(x < 2)) */
    {LOAD, 3}, {PUSH, 1}, {ADD, 0}, {STORE, 3},                        /* 12: total++ */
    {LOAD, 2}, {ODD, 0}, {JUMP_IF, 20},                                /* 16: if x is even */
    {JUMP, 32},                                                        /* 19 */
    {LOAD, 2}, {PUSH, 3}, {MUL, 0}, {PUSH, 1}, {ADD, 0}, {JUMP, 34},   /* 20: x = 3x + 1 */
    {LOAD, 1}, {PUSH, 1}, {ADD, 0}, {STORE, 1}, {JUMP, 2},             /* 26: i++ */
    {STOP, 0},                                                         /* 31 */
    {LOAD, 2}, {HALVE, 0},                                             /* 32: x = x / 2 */
    {STORE, 2}, {JUMP, 8},                                             /* 34 */
};

static machine m;

EXPORT(run) i32 run(i32 n) {
    m = (machine){0};
    m.slots[0] = n;
    while (!m.stopped) {
        u32 pc = m.pc++;
        table[code[pc].op](&m, code[pc].k);
        m.steps++;
    }
    return m.slots[3] + (i32)(m.steps << 16);
}
