/* Counts lines, words and octets of the files named, and what is wrong with the
 * file system: it is read-only, and files that are not there cannot be opened. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

int main(int argc, char **argv) {
    int failed = 0;
    for (int k = 1; k < argc; k++) {
        FILE *f = fopen(argv[k], "r");
        if (!f) {
            printf("%s: errno %d\n", argv[k], errno);
            failed = 1;
            continue;
        }
        long lines = 0, words = 0, octets = 0;
        int inside = 0;
        for (int c; (c = getc(f)) != EOF; octets++) {
            lines += c == '\n';
            if (isspace(c)) {
                inside = 0;
            } else if (!inside) {
                inside = 1;
                words++;
            }
        }
        fclose(f);
        printf("%ld %ld %ld %s\n", lines, words, octets, argv[k]);
    }
    printf("remove: %s\n", remove("/nothing") ? "refused" : "done");
    return failed;
}
