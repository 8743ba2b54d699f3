/* A benchmark in the manner of CoreMark, written from scratch: a linked list
 * that is searched, reversed and merge-sorted; small integer matrices; a state
 * machine that classifies the words of a text; and a CRC-16 over everything
 * that comes out, so that no work can be left out.
 *
 * run(iterations) -> the CRC. One iteration is about half a million
 * instructions. Nothing is imported; all state lies in static memory and is
 * set up anew by every call, so that equal arguments give equal results. */
#include "base.h"

/* ---- CRC-16 (polynomial 0xA001, reflected), a bit at a time ---- */

static u16 crc_u8(u8 data, u16 crc) {
    crc ^= data;
    for (int bit = 0; bit < 8; bit++) {
        u16 low = crc & 1;
        crc >>= 1;
        if (low) crc ^= 0xA001;
    }
    return crc;
}

static u16 crc_u16(u16 data, u16 crc) { return crc_u8((u8)(data >> 8), crc_u8((u8)data, crc)); }
static u16 crc_u32(u32 data, u16 crc) { return crc_u16((u16)(data >> 16), crc_u16((u16)data, crc)); }

/* ---- a small generator, the only source of the data ---- */

static u32 seed;

static u32 next_random(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

/* ---- linked list ---- */

#define NODES 120

typedef struct payload {
    i16 value;
    i16 index;
} payload;

typedef struct node {
    struct node *next;
    payload *data;
} node;

static node node_pool[NODES];
static payload payload_pool[NODES];

static node *list_build(void) {
    node *head = 0;
    for (int k = 0; k < NODES; k++) {
        payload_pool[k].value = (i16)(next_random() & 0x7fff);
        payload_pool[k].index = (i16)k;
        node_pool[k].data = &payload_pool[k];
        node_pool[k].next = head;
        head = &node_pool[k];
    }
    return head;
}

static node *list_reverse(node *list) {
    node *done = 0;
    while (list) {
        node *rest = list->next;
        list->next = done;
        done = list;
        list = rest;
    }
    return done;
}

/* Finds by index when value is negative, else by the low octet of the value. */
static node *list_find(node *list, i16 value, i16 index) {
    if (value < 0) {
        while (list && list->data->index != index) list = list->next;
    } else {
        while (list && (list->data->value & 0xff) != value) list = list->next;
    }
    return list;
}

typedef i32 (*comparison)(const payload *, const payload *, u16 *);

static i32 by_index(const payload *a, const payload *b, u16 *crc) {
    (void)crc;
    return a->index - b->index;
}

static u16 matrix_sum_of(u16 kind, u16 crc);
static u16 machine_sum_of(u16 kind, u16 crc);

/* Sorts by a digest of the value that costs some work; the work is done once
 * for each payload and remembered in its top bit, as a cache would. */
static i16 digest(payload *p, u16 *crc) {
    u16 v = (u16)p->value;
    if (v & 0x8000) return v & 0x7f;
    u16 kind = v & 7;
    u16 result;
    if (kind == 3 && (v & 0x30) == 0) {
        result = matrix_sum_of((v >> 3) & 0xf, *crc);
    } else if (kind == 4 && (v & 0x60) == 0) {
        result = machine_sum_of((v >> 3) & 0xf, *crc);
    } else {
        result = v;
    }
    *crc = crc_u16(result, *crc);
    p->value = (i16)(0x8000 | (v & 0x7f00) | (result & 0x7f));
    return result & 0x7f;
}

static i32 by_digest(const payload *a, const payload *b, u16 *crc) {
    i16 x = digest((payload *)a, crc);
    i16 y = digest((payload *)b, crc);
    return x - y;
}

/* Bottom-up merge sort of a list, stable. */
static node *list_sort(node *list, comparison compare, u16 *crc) {
    for (u32 width = 1;; width *= 2) {
        node *p = list;
        node *tail = 0;
        u32 merges = 0;
        list = 0;
        while (p) {
            merges++;
            node *q = p;
            u32 left = 0;
            for (u32 k = 0; k < width && q; k++) {
                left++;
                q = q->next;
            }
            u32 right = width;
            while (left || (right && q)) {
                node *taken;
                if (left && (!right || !q || compare(p->data, q->data, crc) <= 0)) {
                    taken = p;
                    p = p->next;
                    left--;
                } else {
                    taken = q;
                    q = q->next;
                    right--;
                }
                if (tail) {
                    tail->next = taken;
                } else {
                    list = taken;
                }
                tail = taken;
            }
            p = q;
        }
        tail->next = 0;
        if (merges <= 1) return list;
    }
}

static u16 list_work(node **list, u16 crc) {
    u16 found = 0, missed = 0;
    for (i16 k = 0; k < 60; k++) {
        node *hit = (k & 1) ? list_find(*list, (i16)(next_random() & 0xff), 0) : list_find(*list, -1, (i16)(2 * k));
        *list = list_reverse(*list);
        if (!hit) {
            missed++;
            crc = crc_u8((u8)((*list)->next->data->value >> 8), crc);
        } else {
            found++;
            if (hit->data->value & 1) crc = crc_u16((u16)hit->data->value, crc);
            /* Move the node behind the hit to the front of the list. */
            node *moved = hit->next;
            if (moved && moved != *list) {
                hit->next = moved->next;
                moved->next = *list;
                *list = moved;
            }
        }
    }
    crc = crc_u16(found, crc);
    crc = crc_u16(missed, crc);
    *list = list_sort(*list, by_digest, &crc);
    for (node *n = *list; n; n = n->next) crc = crc_u16((u16)n->data->value, crc);
    *list = list_sort(*list, by_index, &crc);
    for (node *n = *list; n; n = n->next) crc = crc_u16((u16)n->data->value, crc);
    return crc;
}

/* ---- matrices ---- */

#define MOST 12

/* Read at run time, so that the loops stay loops. */
static volatile i32 chosen_side = 10;
static i32 side;

static i16 matrix_a[MOST][MOST];
static i16 matrix_b[MOST][MOST];
static i32 matrix_c[MOST][MOST];

static void matrix_fill(void) {
    for (int r = 0; r < side; r++) {
        for (int c = 0; c < side; c++) {
            matrix_a[r][c] = (i16)(next_random() & 0x3ff);
            matrix_b[r][c] = (i16)((next_random() & 0x3ff) - 512);
        }
    }
}

static void matrix_add_constant(i16 k) {
    for (int r = 0; r < side; r++)
        for (int c = 0; c < side; c++) matrix_a[r][c] = (i16)(matrix_a[r][c] + k);
}

static void matrix_scale(i16 k) {
    for (int r = 0; r < side; r++)
        for (int c = 0; c < side; c++) matrix_c[r][c] = (i32)matrix_a[r][c] * k;
}

static void matrix_times_vector(void) {
    for (int r = 0; r < side; r++) {
        i32 sum = 0;
        for (int c = 0; c < side; c++) sum += (i32)matrix_a[r][c] * matrix_b[0][c];
        matrix_c[r][0] = sum;
    }
}

static void matrix_multiply(void) {
    for (int r = 0; r < side; r++) {
        for (int c = 0; c < side; c++) {
            i32 sum = 0;
            for (int k = 0; k < side; k++) sum += (i32)matrix_a[r][k] * matrix_b[k][c];
            matrix_c[r][c] = sum;
        }
    }
}

static void matrix_multiply_bits(void) {
    for (int r = 0; r < side; r++) {
        for (int c = 0; c < side; c++) {
            i32 sum = 0;
            for (int k = 0; k < side; k++) {
                i32 product = (i32)matrix_a[r][k] * matrix_b[k][c];
                sum += ((product >> 2) & 0xf) * ((product >> 5) & 0x7f);
            }
            matrix_c[r][c] = sum;
        }
    }
}

/* Walks the result and counts how it rises, clipped now and then. */
static i16 matrix_sum(i32 clip) {
    i32 running = 0, previous = 0;
    i16 result = 0;
    for (int r = 0; r < side; r++) {
        for (int c = 0; c < side; c++) {
            i32 current = matrix_c[r][c];
            running += current;
            if (running > clip) {
                result += 10;
                running = 0;
            } else {
                result += current > previous ? 1 : 0;
            }
            previous = current;
        }
    }
    return result;
}

static u16 matrix_sum_of(u16 kind, u16 crc) {
    i16 k = (i16)(kind * 37 + 5);
    i32 clip = 0x2000 + k * 16;
    matrix_add_constant(k);
    matrix_scale(k);
    crc = crc_u16((u16)matrix_sum(clip), crc);
    matrix_times_vector();
    crc = crc_u16((u16)matrix_sum(clip), crc);
    matrix_multiply();
    crc = crc_u16((u16)matrix_sum(clip), crc);
    matrix_multiply_bits();
    crc = crc_u16((u16)matrix_sum(clip), crc);
    matrix_add_constant((i16)-k);
    return crc;
}

/* ---- state machine: what kind of number is each word? ---- */

enum state { START, SIGN, INTEGER, POINT, FRACTION, MARK, EXPONENT_SIGN, EXPONENT, HEX_START, HEX, BROKEN, STATES };

static u8 text[600];
static u32 text_length;

static void put(const char *s) {
    while (*s) text[text_length++] = (u8)*s++;
    text[text_length++] = ',';
}

static void text_build(void) {
    static const char *const words[16] = {
        "5012", "-874", "+122", "1234567890", "35.54400", ".1234500", "-110.700", "+0.64400",
        "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "0x7fE3", "T0.3e-1F", "-T.T++Tq", "1T3.4e4z",
    };
    text_length = 0;
    while (text_length < sizeof text - 16) put(words[next_random() & 15]);
}

static int is_digit(u8 c) { return c >= '0' && c <= '9'; }
static int is_hex(u8 c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static u32 finals[STATES];
static u32 transitions[STATES];

static enum state step(enum state s, u8 c) {
    switch (s) {
    case START:
        if (c == '+' || c == '-') return SIGN;
        if (c == '0') return HEX_START;
        if (is_digit(c)) return INTEGER;
        if (c == '.') return POINT;
        return BROKEN;
    case SIGN:
        if (is_digit(c)) return INTEGER;
        if (c == '.') return POINT;
        return BROKEN;
    case HEX_START:
        if (c == 'x' || c == 'X') return HEX;
        if (is_digit(c)) return INTEGER;
        if (c == '.') return FRACTION;
        return BROKEN;
    case HEX:
        return is_hex(c) ? HEX : BROKEN;
    case INTEGER:
        if (is_digit(c)) return INTEGER;
        if (c == '.') return FRACTION;
        if (c == 'e' || c == 'E') return MARK;
        return BROKEN;
    case POINT:
        return is_digit(c) ? FRACTION : BROKEN;
    case FRACTION:
        if (is_digit(c)) return FRACTION;
        if (c == 'e' || c == 'E') return MARK;
        return BROKEN;
    case MARK:
        if (c == '+' || c == '-') return EXPONENT_SIGN;
        return is_digit(c) ? EXPONENT : BROKEN;
    case EXPONENT_SIGN:
    case EXPONENT:
        return is_digit(c) ? EXPONENT : BROKEN;
    default:
        return BROKEN;
    }
}

static void machine_pass(void) {
    enum state s = START;
    for (u32 k = 0; k < text_length; k++) {
        u8 c = text[k];
        if (c == ',') {
            finals[s]++;
            s = START;
        } else if (s != BROKEN) {
            enum state to = step(s, c);
            if (to != s) transitions[s]++;
            s = to;
        }
    }
}

static void text_flip(u8 mask, u32 every) {
    for (u32 k = 0; k < text_length; k += every)
        if (text[k] != ',' && (text[k] ^ mask) != ',') text[k] ^= mask;
}

static u16 machine_sum_of(u16 kind, u16 crc) {
    for (int k = 0; k < STATES; k++) finals[k] = transitions[k] = 0;
    machine_pass();
    text_flip((u8)(kind | 1), 7);
    machine_pass();
    text_flip((u8)(kind | 1), 7);
    for (int k = 0; k < STATES; k++) {
        crc = crc_u32(finals[k], crc);
        crc = crc_u32(transitions[k], crc);
    }
    return crc;
}

/* ---- all of it ---- */

EXPORT(run) i32 run(i32 iterations) {
    u16 crc = 0;
    seed = 0x3415A7E5u;
    side = chosen_side;
    matrix_fill();
    text_build();
    for (i32 k = 0; k < iterations; k++) {
        node *list = list_build();
        crc = list_work(&list, crc);
        crc = crc_u16(matrix_sum_of((u16)(k & 0xf), crc), crc);
        crc = crc_u16(machine_sum_of((u16)((k >> 4) & 0xf), crc), crc);
    }
    return crc;
}
