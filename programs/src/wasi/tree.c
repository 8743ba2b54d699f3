/* Walks the whole file system from `/` (or argv[1]) and prints every entry with
 * its kind and size, two blanks deeper for each level. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int walk(const char *path, int depth) {
    DIR *d = opendir(path);
    if (!d) {
        printf("%*scannot open %s: errno %d\n", 2 * depth, "", path, errno);
        return 1;
    }
    int failed = 0;
    for (struct dirent *e; (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        char full[512];
        snprintf(full, sizeof full, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", e->d_name);
        struct stat s;
        if (stat(full, &s)) {
            printf("%*scannot stat %s: errno %d\n", 2 * depth, "", full, errno);
            failed = 1;
        } else if (S_ISDIR(s.st_mode)) {
            printf("%*s%s/\n", 2 * depth, "", e->d_name);
            failed |= walk(full, depth + 1);
        } else {
            printf("%*s%s %lld\n", 2 * depth, "", e->d_name, (long long)s.st_size);
        }
    }
    closedir(d);
    return failed;
}

int main(int argc, char **argv) { return walk(argc > 1 ? argv[1] : "/", 0); }
