/* Sorting: quicksort, heapsort and a binary insertion sort over the same data;
 * the three must agree. run(n) sorts n (at most 4096) numbers and returns a
 * digest of the sorted rows, or -1 if two of them differ. */
#include "base.h"

#define MOST 4096

static i32 given[MOST], quick[MOST], heap[MOST], inserted[MOST];

static void quicksort(i32 *a, i32 low, i32 high) {
    while (low < high) {
        i32 pivot = a[low + (high - low) / 2], i = low, j = high;
        while (i <= j) {
            while (a[i] < pivot) i++;
            while (a[j] > pivot) j--;
            if (i <= j) {
                i32 t = a[i];
                a[i++] = a[j];
                a[j--] = t;
            }
        }
        if (j - low < high - i) {
            quicksort(a, low, j);
            low = i;
        } else {
            quicksort(a, i, high);
            high = j;
        }
    }
}

static void sift(i32 *a, i32 root, i32 end) {
    for (;;) {
        i32 child = 2 * root + 1;
        if (child >= end) return;
        if (child + 1 < end && a[child] < a[child + 1]) child++;
        if (a[root] >= a[child]) return;
        i32 t = a[root];
        a[root] = a[child];
        a[child] = t;
        root = child;
    }
}

static void heapsort(i32 *a, i32 n) {
    for (i32 k = n / 2 - 1; k >= 0; k--) sift(a, k, n);
    for (i32 end = n - 1; end > 0; end--) {
        i32 t = a[0];
        a[0] = a[end];
        a[end] = t;
        sift(a, 0, end);
    }
}

static void insertion(i32 *a, i32 n) {
    for (i32 k = 1; k < n; k++) {
        i32 value = a[k], low = 0, high = k;
        while (low < high) {
            i32 middle = (low + high) / 2;
            if (a[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        __builtin_memmove(&a[low + 1], &a[low], (u32)(k - low) * sizeof *a);
        a[low] = value;
    }
}

EXPORT(run) i32 run(i32 n) {
    if (n < 0) n = 0;
    if (n > MOST) n = MOST;
    u32 x = 0x2545F491u;
    for (i32 k = 0; k < n; k++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        given[k] = quick[k] = heap[k] = inserted[k] = (i32)(x % 100000) - 50000;
    }
    quicksort(quick, 0, n - 1);
    heapsort(heap, n);
    insertion(inserted, n);
    u32 digest = 1;
    for (i32 k = 0; k < n; k++) {
        if (quick[k] != heap[k] || quick[k] != inserted[k]) return -1;
        digest = rotl32(digest, 5) * 31 + (u32)quick[k] + (u32)given[k];
    }
    return (i32)digest;
}
