/* An interpreter in the interpreter, of another make than vm_switch: a stack
 * machine over octets, with a return stack and words that call words. It
 * computes Collatz lengths, greatest common divisors and a sum over primes.
 * run(n): each over the numbers up to n. */
#include "base.h"

enum { PUSH, DUP, OVER, SWAP, DROP, ADD, SUB, MUL, MOD, HALVE, LESS, ZERO, JZ, JUMP, CALL, RET, FETCH, KEEP, END };

/* Words begin at: main 0, collatz 40, gcd 80, prime 100. Jumps are absolute; k is in cell 1, n in cell 2, the
 * sum in cell 0, the divisor that is tried in cell 3. */
static const u8 code[] = {
    [0] = PUSH, 1, KEEP, 1,                  /* k = 1 */
    [4] = FETCH, 2, FETCH, 1, LESS, JZ, 12, END, /* if n < k stop */
    [12] = FETCH, 1, CALL, 40,               /* collatz(k) */
    [16] = FETCH, 1, FETCH, 2, CALL, 80,     /* gcd(k, n) */
    [22] = ADD, FETCH, 1, CALL, 100, FETCH, 1, MUL, ADD, /* + k if it is prime */
    [31] = FETCH, 0, ADD, KEEP, 0, JUMP, 120,
    [40] = PUSH, 0, SWAP,                    /* collatz: (k -- steps) */
    [43] = DUP, PUSH, 1, SUB, JZ, 72,        /* at 1: done */
    [49] = SWAP, PUSH, 1, ADD, SWAP, DUP, PUSH, 2, MOD, JZ, 68, /* odd? */
    [60] = PUSH, 3, MUL, PUSH, 1, ADD, JUMP, 43,
    [68] = HALVE, JUMP, 43,
    [72] = DROP, RET,
    [80] = DUP, ZERO, JZ, 86, DROP, RET,     /* gcd: (a b -- g) */
    [86] = SWAP, OVER, MOD, JUMP, 80,
    [100] = PUSH, 2, KEEP, 3, DUP, PUSH, 2, LESS, JZ, 130, DROP, PUSH, 0, RET,
    [120] = FETCH, 1, PUSH, 1, ADD, KEEP, 1, JUMP, 4,
    [130] = DUP, FETCH, 3, FETCH, 3, MUL, LESS, JZ, 144, DROP, PUSH, 1, RET, /* d * d > k: prime */
    [144] = DUP, FETCH, 3, MOD, JZ, 160, FETCH, 3, PUSH, 1, ADD, KEEP, 3, JUMP, 130,
    [160] = DROP, PUSH, 0, RET,
};

static u32 stack[64], calls[64], cell[4];

EXPORT(run) i32 run(i32 n) {
    u32 *s = stack, *r = calls;
    cell[0] = cell[1] = cell[3] = 0;
    cell[2] = n < 1 ? 1 : (u32)n;
    for (const u8 *at = code;;) {
        switch (*at++) {
        case PUSH: *s++ = *at++; break;
        case DUP: s[0] = s[-1]; s++; break;
        case OVER: s[0] = s[-2]; s++; break;
        case SWAP: { u32 t = s[-1]; s[-1] = s[-2]; s[-2] = t; break; }
        case DROP: s--; break;
        case ADD: s--; s[-1] += s[0]; break;
        case SUB: s--; s[-1] -= s[0]; break;
        case MUL: s--; s[-1] *= s[0]; break;
        case MOD: s--; s[-1] %= s[0]; break;
        case HALVE: s[-1] >>= 1; break;
        case LESS: s--; s[-1] = s[-1] < s[0]; break;
        case ZERO: s[-1] = s[-1] == 0; break;
        case JZ: at++; if (!*--s) at = code + at[-1]; break;
        case JUMP: at = code + *at; break;
        case CALL: *r++ = (u32)(at + 1 - code); at = code + *at; break;
        case RET: at = code + *--r; break;
        case FETCH: *s++ = cell[*at++]; break;
        case KEEP: cell[*at++] = *--s; break;
        default: return (i32)(cell[0] ^ (u32)(s - stack) << 24);
        }
    }
}
