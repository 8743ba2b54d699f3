/* Prints the clocks and 32 random octets, in uneven requests. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec t;
    if (clock_gettime(CLOCK_REALTIME, &t)) return 1;
    printf("realtime %lld.%09ld\n", (long long)t.tv_sec, t.tv_nsec);
    if (clock_gettime(CLOCK_MONOTONIC, &t)) return 2;
    printf("monotonic %lld.%09ld\n", (long long)t.tv_sec, t.tv_nsec);
    static const size_t sizes[] = {1, 2, 3, 5, 8, 13};
    for (int k = 0; k < 6; k++) {
        unsigned char octets[16];
        if (getentropy(octets, sizes[k])) return 3;
        printf("random");
        for (size_t j = 0; j < sizes[k]; j++) printf(" %02x", octets[j]);
        printf("\n");
    }
    return 0;
}
