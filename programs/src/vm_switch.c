/* An interpreter in the interpreter, by a switch (a br_table): a register
 * machine that runs a small program of loops and array accesses. run(n): the
 * checksum that the machine leaves after sorting n (at most 256) numbers. */
#include "base.h"

enum { SET, MOVE, ADD, SUB, XOR, ROT, LOAD, STORE, JLT, JGE, JMP, ADDI, MUL, HALT };

typedef struct instruction {
    u8 op, a, b, c;
    i32 k;
} instruction;

static const instruction code[] = {
    /* r0 = n, r1 = i, r2 = j, r3 = x, r4 = y, r5 = sum */
    {SET, 1, 0, 0, 1},          /* 0: i = 1 */
    {JGE, 1, 0, 0, 14},         /* 1: if i >= n goto 14 */
    {LOAD, 3, 1, 0, 0},         /* 2: x = m[i] */
    {ADDI, 2, 1, 0, -1},        /* 3: j = i - 1 */
    {JLT, 2, 7, 0, 10},         /* 4: if j < 0 goto 10 */
    {LOAD, 4, 2, 0, 0},         /* 5: y = m[j] */
    {JGE, 3, 4, 0, 10},         /* 6: if x >= y goto 10 */
    {STORE, 4, 2, 0, 1},        /* 7: m[j + 1] = y */
    {ADDI, 2, 2, 0, -1},        /* 8: j-- */
    {JMP, 0, 0, 0, 4},          /* 9 */
    {STORE, 3, 2, 0, 1},        /* 10: m[j + 1] = x */
    {ADDI, 1, 1, 0, 1},         /* 11: i++ */
    {JMP, 0, 0, 0, 1},          /* 12 */
    {HALT, 0, 0, 0, 0},         /* 13 */
    {SET, 1, 0, 0, 0},          /* 14: i = 0 */
    {JGE, 1, 0, 0, 23},         /* 15 */
    {LOAD, 3, 1, 0, 0},         /* 16 */
    {ROT, 5, 5, 0, 5},          /* 17 */
    {XOR, 5, 5, 3, 0},          /* 18 */
    {MUL, 6, 3, 1, 0},          /* 19 */
    {SUB, 5, 5, 6, 0},          /* 20 */
    {ADDI, 1, 1, 0, 1},         /* 21 */
    {JMP, 0, 0, 0, 15},         /* 22 */
    {MOVE, 0, 5, 0, 0},         /* 23 */
    {ADD, 0, 0, 1, 0},          /* 24 */
    {HALT, 0, 0, 0, 0},         /* 25 */
};

static i32 memory[257];

EXPORT(run) i32 run(i32 n) {
    i32 r[8] = {0};
    if (n < 0) n = 0;
    if (n > 256) n = 256;
    u32 x = 5;
    for (i32 k = 0; k < n; k++) memory[k] = (i32)((x = x * 1664525u + 1013904223u) >> 4);
    r[0] = n;
    for (u32 pc = 0;;) {
        instruction i = code[pc++];
        switch (i.op) {
        case SET: r[i.a] = i.k; break;
        case MOVE: r[i.a] = r[i.b]; break;
        case ADD: r[i.a] = r[i.b] + r[i.c]; break;
        case SUB: r[i.a] = (i32)((u32)r[i.b] - (u32)r[i.c]); break;
        case XOR: r[i.a] = r[i.b] ^ r[i.c]; break;
        case ROT: r[i.a] = (i32)rotl32((u32)r[i.b], i.k); break;
        case LOAD: r[i.a] = memory[r[i.b]]; break;
        case STORE: memory[r[i.b] + i.k] = r[i.a]; break;
        case JLT: if (r[i.a] < r[i.b]) pc = (u32)i.k; break;
        case JGE: if (r[i.a] >= r[i.b]) pc = (u32)i.k; break;
        case JMP: pc = (u32)i.k; break;
        case ADDI: r[i.a] = r[i.b] + i.k; break;
        case MUL: r[i.a] = (i32)((u32)r[i.b] * (u32)r[i.c]); break;
        default: return r[0];
        }
    }
}
