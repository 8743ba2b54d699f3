/* A JSON parser in the small: recursive descent over a generated document into
 * a tree, then a walk of the tree and a printing of it; the printed text must
 * parse to the same tree. run(n): n records; a digest, or -1 on a mismatch. */
#include "base.h"

enum kind { NOTHING, TRUTH, LIE, NUMBER, STRING, LIST, OBJECT };

typedef struct value {
    enum kind kind;
    struct value *first, *next; /* of a LIST or an OBJECT; the next sibling */
    const u8 *key, *text;       /* into the source */
    u32 key_length, text_length;
    f64 number;
} value;

static u8 source[1 << 17], printed[1 << 17];
static value pool[8192];
static u32 used, depth;
static const u8 *at, *end;
static int failed;

static void skip(void) {
    while (at < end && (*at == ' ' || *at == '\n')) at++;
}

static void string(const u8 **text, u32 *length) {
    const u8 *start = ++at;
    while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
    *text = start;
    *length = (u32)(at - start);
    at++;
}

static f64 number(void) {
    f64 sign = 1, result = 0, scale = 1;
    int exponent = 0, negative = 0;
    if (*at == '-') sign = -1, at++;
    while (at < end && *at >= '0' && *at <= '9') result = result * 10 + (*at++ - '0');
    if (at < end && *at == '.') {
        at++;
        while (at < end && *at >= '0' && *at <= '9') {
            scale /= 10;
            result += scale * (*at++ - '0');
        }
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (*at == '-') negative = 1, at++;
        while (at < end && *at >= '0' && *at <= '9') exponent = exponent * 10 + (*at++ - '0');
        while (exponent--) result = negative ? result / 10 : result * 10;
    }
    return sign * result;
}

static int word(const char *w) {
    const u8 *p = at;
    while (*w)
        if (p >= end || *p++ != (u8)*w++) return 0;
    at = p;
    return 1;
}

static NOINLINE value *parse(void) {
    if (used == sizeof pool / sizeof *pool || depth > 60) {
        failed = 1;
        return &pool[0];
    }
    value *v = &pool[used++];
    *v = (value){0};
    skip();
    u8 c = at < end ? *at : 0;
    if (c == '{' || c == '[') {
        v->kind = c == '{' ? OBJECT : LIST;
        value **tail = &v->first;
        at++;
        skip();
        depth++;
        while (at < end && *at != '}' && *at != ']' && !failed) {
            const u8 *key = 0;
            u32 key_length = 0;
            if (c == '{') {
                if (*at != '"') {
                    failed = 1;
                    break;
                }
                string(&key, &key_length);
                skip();
                at++;
            }
            value *item = parse();
            item->key = key;
            item->key_length = key_length;
            *tail = item;
            tail = &item->next;
            skip();
            if (at < end && *at == ',') {
                at++;
                skip();
            }
        }
        depth--;
        at++;
    } else if (c == '"') {
        v->kind = STRING;
        string(&v->text, &v->text_length);
    } else if (word("true")) {
        v->kind = TRUTH;
    } else if (word("false")) {
        v->kind = LIE;
    } else if (word("null")) {
        v->kind = NOTHING;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        v->kind = NUMBER;
        v->text = at;
        v->number = number();
        v->text_length = (u32)(at - v->text);
    } else {
        failed = 1;
    }
    return v;
}

static u64 walk(const value *v, u64 h) {
    h = fold(h, v->kind);
    for (u32 k = 0; k < v->key_length; k++) h = fold(h, v->key[k]);
    if (v->kind == NUMBER) h = fold(h, bits_of_f64(v->number));
    if (v->kind == STRING)
        for (u32 k = 0; k < v->text_length; k++) h = fold(h, v->text[k]);
    for (const value *i = v->first; i; i = i->next) h = walk(i, h);
    return h;
}

static u8 *out;

static void put(const char *s) {
    while (*s) *out++ = (u8)*s++;
}

static void put_bytes(const u8 *s, u32 n) {
    while (n--) *out++ = *s++;
}

static void print(const value *v) {
    if (v->key) {
        *out++ = '"';
        put_bytes(v->key, v->key_length);
        put("\": ");
    }
    switch (v->kind) {
    case NOTHING: put("null"); break;
    case TRUTH: put("true"); break;
    case LIE: put("false"); break;
    case NUMBER: put_bytes(v->text, v->text_length); break;
    case STRING:
        *out++ = '"';
        put_bytes(v->text, v->text_length);
        *out++ = '"';
        break;
    default:
        *out++ = v->kind == OBJECT ? '{' : '[';
        for (const value *i = v->first; i; i = i->next) {
            print(i);
            if (i->next) put(",\n ");
        }
        *out++ = v->kind == OBJECT ? '}' : ']';
    }
}

static void put_number(u32 n) {
    u8 digits[10];
    int k = 0;
    do digits[k++] = (u8)('0' + n % 10);
    while (n /= 10);
    while (k) *out++ = digits[--k];
}

static u32 generate(u32 n) {
    u32 x = 7;
    out = source;
    put("{\"records\": [");
    for (u32 k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        if (k) put(", ");
        put("{\"id\":");
        put_number(k);
        put(",\"name\":\"item \\\"");
        put_number(x >> 16);
        put("\\\"\", \"price\": -");
        put_number(x >> 22);
        put(".");
        put_number(x & 1023);
        put(x & 64 ? "e-3" : "E4");
        put(x & 128 ? ", \"on\": true" : ", \"off\": [false, null, []]");
        put(", \"deep\": [[[{\"a\": {}}]]]}");
    }
    put("], \"end\": null}");
    return (u32)(out - source);
}

static value *parse_all(const u8 *text, u32 length) {
    at = text;
    end = text + length;
    used = depth = 0;
    failed = 0;
    return parse();
}

EXPORT(run) i64 run(i32 n) {
    if (n < 0) n = 0;
    if (n > 500) n = 500;
    value *tree = parse_all(source, generate((u32)n));
    u64 first = walk(tree, 1);
    out = printed;
    print(tree);
    u32 length = (u32)(out - printed);
    tree = parse_all(printed, length);
    if (failed || walk(tree, 1) != first) return -1;
    return (i64)fold(first, length);
}
