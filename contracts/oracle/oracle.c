/* A price oracle: the leader reads a web page, validators read it too and compare.
 *
 *   init(url: Str, tolerance: Int)    tolerance in thousandths of the leader's price
 *   update() -> Int                   reads the price, agreed within the tolerance; the price
 *   update_strict() -> Int            the same, agreed only if exactly equal
 *   get() -> {"price": Int, "updates": Int}
 *
 * A price is an Int of millionths: the page's first decimal number after the text `price` (or, without
 * that text, the first of all) and at most six digits behind its point. No floats are needed.
 *
 * Storage: slot "oracle.state": 0 price u64, 8 updates u64, 16 tolerance u64; slot "oracle.url": 0 u32le
 * length, then the text.
 *
 * The block runs this contract again with entry data {"args": [tolerance, url], "": "leader" | "validator"}:
 * it cannot read storage, so all it needs is in there. If the page cannot be read the leader ends with a
 * user error; a validator agrees with that exactly if it fails with the same text. */
#include "selfsame.h"

enum { MAX_PRICE = 1000000000 }; /* whole units; keeps every product below 2^64 */

/* Position behind the first `price` in the text, or its start. */
static const uint8_t *behind_word(ss_span page) {
    for (uint32_t i = 0; i + 5 <= page.len; i++)
        if (ss_equal(SS_SPAN(page.at + i, 5), SS_STR("price"))) return page.at + i + 5;
    return page.at;
}

static bool digit(const uint8_t *p, const uint8_t *end) { return p < end && *p >= '0' && *p <= '9'; }

/* NULL and the price, or why there is none. */
static const char *parse(ss_span page, uint64_t *price) {
    const uint8_t *p = behind_word(page), *end = page.at + page.len;
    uint64_t whole = 0, part = 0, unit = 100000;
    while (p < end && !digit(p, end)) p++;
    if (p == end) return "no price on the page";
    for (; digit(p, end); p++) {
        whole = whole * 10 + (*p - '0');
        if (whole > MAX_PRICE) return "price too high";
    }
    if (p < end && *p == '.')
        for (p++; digit(p, end); p++, unit /= 10) part += unit * (*p - '0');
    *price = whole * 1000000 + part;
    return NULL;
}

/* Runs in a block. NULL and the price, or why there is none. */
static const char *fetch(ss_span url, uint64_t *price) {
    ss_answer page = ss_web_get(url);
    ss_reader status, body;
    if (page.err != SS_OK) return ss_errno_name(page.err);
    if (!page.ok) return "page not reachable";
    if (!ss_field(page.value, "status", &status) || !ss_field(page.value, "body", &body)) return "bad answer";
    if (ss_get_u64(&status) != 200) return "page has no status 200";
    return parse(ss_get_bytes(&body), price);
}

static bool near(uint64_t mine, uint64_t leaders, uint64_t tolerance) {
    uint64_t apart = mine > leaders ? mine - leaders : leaders - mine;
    /* Prices are below 2^50 and the tolerance at most 1000: no product reaches 2^64. */
    return apart * 1000 <= leaders * tolerance;
}

static _Noreturn void validate(ss_span leaders_result, ss_span url, uint64_t tolerance) {
    ss_result leader = ss_split_result(SS_OK, leaders_result);
    ss_reader r = ss_reader_on(leader.data);
    uint64_t mine = 0;
    const char *fault = fetch(url, &mine);
    if (leader.code == 1) {
        ss_span text = ss_get_str(&r);
        ss_return_bool(fault && !r.bad && ss_is(text, fault));
    }
    uint64_t leaders = ss_get_u64(&r);
    bool sane = leader.code == 0 && !r.bad && leaders < (MAX_PRICE + 1ull) * 1000000;
    ss_return_bool(!fault && sane && near(mine, leaders, tolerance));
}

static _Noreturn void block(const ss_message *m) {
    ss_call c = ss_read_call(m);
    uint64_t tolerance = ss_get_u64(&c.args), price = 0;
    ss_require(tolerance <= 1000, "bad tolerance");
    ss_span url = ss_get_str(&c.args);
    ss_args_done(&c, 2);
    if (ss_is(c.method, "validator")) validate(m->leaders_result, url, tolerance);
    const char *fault = fetch(url, &price);
    if (fault) ss_user_error(fault);
    ss_return_u64(price);
}

static ss_span program(const char *which, uint64_t tolerance, ss_span url) {
    ss_writer w = ss_writer_new(url.len + 64);
    ss_put_map(&w, 2);
    ss_put_key(&w, "");
    ss_put_text(&w, which);
    ss_put_key(&w, "args");
    ss_put_array(&w, 2);
    ss_put_u64(&w, tolerance);
    ss_put_str(&w, url);
    return ss_written(&w);
}

static _Noreturn void update(bool strict) {
    ss_slot state = ss_named_slot("oracle.state", NULL), at_url = ss_named_slot("oracle.url", NULL);
    uint64_t kept[3]; /* price, updates, tolerance */
    ss_load(&state, 0, kept, 24);
    ss_span url = ss_load_sized(&at_url, 0);
    uint64_t tolerance = strict ? 0 : kept[2];
    ss_result r = ss_run_nondet(program("leader", tolerance, url), program("validator", tolerance, url));
    ss_must(r.err);
    if (r.code == 1) ss_user_error_value(r.data);
    ss_require(r.code == 0, "the block failed");
    ss_reader value = ss_reader_on(r.data);
    kept[0] = ss_get_u64(&value);
    ss_require(!value.bad, "the leader's answer is no price");
    kept[1]++;
    ss_store(&state, 0, kept, 16);
    ss_return_u64(kept[0]);
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    if (m.entry_kind == SS_ENTRY_NONDET) block(&m);
    ss_call c = ss_read_call(&m);
    ss_slot state = ss_named_slot("oracle.state", NULL), at_url = ss_named_slot("oracle.url", NULL);
    if (m.is_init) {
        ss_span url = ss_get_str(&c.args);
        uint64_t tolerance = ss_get_u64(&c.args);
        ss_args_done(&c, 2);
        ss_require(tolerance <= 1000, "bad tolerance");
        ss_store_sized(&at_url, 0, url);
        ss_store(&state, 16, &tolerance, 8);
        ss_return_null();
    }
    ss_args_done(&c, 0);
    if (ss_is(c.method, "update")) update(false);
    if (ss_is(c.method, "update_strict")) update(true);
    ss_require(ss_is(c.method, "get"), "unknown method");
    uint64_t kept[2];
    ss_load(&state, 0, kept, 16);
    ss_writer w = ss_writer_new(64);
    ss_put_map(&w, 2);
    ss_put_key(&w, "price");
    ss_put_u64(&w, kept[0]);
    ss_put_key(&w, "updates");
    ss_put_u64(&w, kept[1]);
    ss_return(&w);
}
