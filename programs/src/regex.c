/* A backtracking matcher for small patterns: literals, '.', classes, '*', '+',
 * '?', anchors and alternation by '|'. run(n): how often 12 patterns match the
 * substrings of n generated lines. */
#include "base.h"

static const char *class_end(const char *p) {
    p++;
    while (*p && *p != ']') p++;
    return p + 1;
}

static const char *item_end(const char *p) { return *p == '[' ? class_end(p) : *p == '\\' ? p + 2 : p + 1; }

static int matches_one(const char *p, char c) {
    if (!c) return 0;
    if (*p == '.') return 1;
    if (*p == '\\') return p[1] == 'd' ? c >= '0' && c <= '9' : p[1] == c;
    if (*p != '[') return *p == c;
    int negated = p[1] == '^', hit = 0;
    for (p += 1 + negated; *p && *p != ']'; p++) {
        if (p[1] == '-' && p[2] != ']') {
            hit |= c >= p[0] && c <= p[2];
            p += 2;
        } else {
            hit |= *p == c;
        }
    }
    return hit != negated;
}

static NOINLINE int match_here(const char *p, const char *s) {
    for (;;) {
        if (!*p || *p == '|') return 1;
        if (*p == '$' && (!p[1] || p[1] == '|')) return !*s;
        const char *rest = item_end(p);
        if (*rest == '*' || *rest == '+') {
            u32 least = *rest == '+', count = 0;
            while (matches_one(p, s[count])) count++;
            for (;;) {
                if (count < least) return 0;
                if (match_here(rest + 1, s + count)) return 1;
                if (!count--) return 0;
            }
        }
        if (*rest == '?') {
            if (matches_one(p, *s) && match_here(rest + 1, s + 1)) return 1;
            p = rest + 1;
            continue;
        }
        if (!matches_one(p, *s)) return 0;
        p = rest;
        s++;
    }
}

static int search(const char *pattern, const char *s) {
    for (const char *p = pattern; p;) {
        int anchored = *p == '^';
        const char *from = s;
        do {
            if (match_here(p + anchored, from)) return 1;
        } while (!anchored && *from++);
        while (*p && *p != '|') p++;
        p = *p ? p + 1 : 0;
    }
    return 0;
}

static char line[48];

EXPORT(run) i32 run(i32 n) {
    static const char *const patterns[12] = {
        "abc", "^a.c", "[0-9]+$", "x*y+z?", "^[^aeiou]*$", "(|b+c", "a\\.b|c\\+d", "\\d\\d-\\d", "a.*b.*c.*d", "^$|zz",
        "[a-f]+[0-9][a-f]+", "q?u?e?s?t$",
    };
    static const char letters[] = "abcdefxyz0123-.+ aeq";
    u32 x = 17, hits = 0;
    for (i32 k = 0; k < n; k++) {
        u32 length = 0;
        do {
            x = x * 1664525u + 1013904223u;
            line[length++] = letters[(x >> 16) % (sizeof letters - 1)];
        } while (length < 40 && (x >> 8 & 31));
        line[length] = 0;
        for (u32 p = 0; p < 12; p++) hits = hits * (p == 0 ? 33 : 1) + (u32)search(patterns[p], line) * (p + 1);
    }
    return (i32)hits;
}
