/* Leaves by exit code 7, from within a nested call, after its output. */
#include <stdio.h>
#include <stdlib.h>

static void leave(int depth) {
    if (depth == 0) exit(7);
    leave(depth - 1);
    puts("never");
}

int main(void) {
    puts("leaving with 7");
    leave(3);
    return 0;
}
