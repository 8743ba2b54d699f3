/* Traps deep in a recursion, with memory in a known state: the backtrace must
 * show every frame. argv[1] is the depth, 20 by default. */
#include <stdio.h>
#include <stdlib.h>

static volatile int trail[64];

__attribute__((noinline)) static int descend(int depth, int *path) {
    int here = depth * 3 + path[0];
    trail[depth & 63] = here;
    if (depth == 0) __builtin_trap();
    return descend(depth - 1, &here) + here;
}

int main(int argc, char **argv) {
    int depth = argc > 1 ? atoi(argv[1]) : 20, seed = 1;
    printf("descending %d\n", depth);
    fflush(stdout);
    return descend(depth, &seed);
}
