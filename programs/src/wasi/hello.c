/* Greets, and prints its arguments and its environment. */
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv) {
    printf("hello, world\n");
    for (int k = 0; k < argc; k++) printf("argv[%d] = %s\n", k, argv[k]);
    for (char **e = environ; e && *e; e++) printf("env %s\n", *e);
    fprintf(stderr, "%d arguments\n", argc);
    return 0;
}
