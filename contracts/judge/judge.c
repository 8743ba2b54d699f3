/* Answers of a language model, judged in three ways.
 *
 *   ask(question: Str, principle: Str) -> Str    comparative: a validator asks too, and the model decides
 *                                                whether both answers satisfy the principle
 *   summarise(text: Str) -> Str                  non-comparative: the model judges the leader's summary by
 *                                                criteria; the validator writes none of its own
 *   classify(text: Str) -> Bool                  exact equality: is the text friendly, yes or no
 *   last() -> Str                                what `ask` or `summarise` stored last
 *
 * Storage: slot "judge.last": 0 u32le length, then the text.
 *
 * The block runs this contract again with entry data {"": "leader" | "validator", "args": [strategy, text,
 * principle]}, strategy being the method's name. A failing model is a user error of the leader, with which
 * a validator disagrees. */
#include "selfsame.h"

#define TASK SS_STR("Summarise the input in one sentence.")
#define CRITERIA SS_STR("The output is one sentence, in the language of the input, and says nothing the input does not say.")
#define YES_NO "Answer with the single word yes or no: is the following text friendly?\n\n"

static ss_span joined(const char *head, ss_span tail) {
    uint32_t n = ss_text(head).len;
    ss_writer w = ss_writer_new(n + tail.len);
    ss_put_raw(&w, ss_text(head));
    ss_put_raw(&w, tail);
    return ss_written(&w);
}

static ss_span text_of(ss_answer a) {
    ss_must(a.err);
    ss_require(a.ok, "the model failed");
    ss_span s = ss_get_str(&a.value);
    ss_require(!a.value.bad, "the model's answer is no text");
    return s;
}

static bool verdict_of(ss_answer a) {
    ss_must(a.err);
    ss_require(a.ok, "the model failed");
    bool yes = ss_get_bool(&a.value);
    return yes && !a.value.bad;
}

/* Runs in a block. "yes", "Yes.", " YES" are yes. */
static bool friendly(ss_span text) {
    ss_span s = text_of(ss_exec_prompt(joined(YES_NO, text), false));
    while (s.len && (*s.at == ' ' || *s.at == '\n')) s.at++, s.len--;
    return s.len >= 3 && (s.at[0] | 32) == 'y' && (s.at[1] | 32) == 'e' && (s.at[2] | 32) == 's';
}

static _Noreturn void lead(ss_span strategy, ss_span text) {
    if (ss_is(strategy, "classify")) ss_return_bool(friendly(text));
    if (ss_is(strategy, "ask")) ss_return_str(text_of(ss_exec_prompt(text, false)));
    ss_return_str(text_of(ss_eq_non_comparative(CRITERIA, text, TASK, SS_SPAN(NULL, 0))));
}

static _Noreturn void validate(ss_span leaders_result, ss_span strategy, ss_span text, ss_span principle) {
    ss_result leader = ss_split_result(SS_OK, leaders_result);
    ss_reader r = ss_reader_on(leader.data);
    if (leader.code != 0) ss_return_bool(false);
    if (ss_is(strategy, "classify")) {
        bool theirs = ss_get_bool(&r);
        ss_return_bool(!r.bad && theirs == friendly(text));
    }
    ss_span theirs = ss_get_str(&r);
    if (r.bad) ss_return_bool(false);
    if (ss_is(strategy, "ask")) {
        ss_span mine = text_of(ss_exec_prompt(text, false));
        ss_return_bool(verdict_of(ss_eq_comparative(theirs, principle, mine)));
    }
    ss_return_bool(verdict_of(ss_eq_non_comparative(CRITERIA, text, TASK, theirs)));
}

static _Noreturn void block(const ss_message *m) {
    ss_call c = ss_read_call(m);
    ss_span strategy = ss_get_str(&c.args), text = ss_get_str(&c.args), principle = ss_get_str(&c.args);
    ss_args_done(&c, 3);
    if (ss_is(c.method, "validator")) validate(m->leaders_result, strategy, text, principle);
    lead(strategy, text);
}

static ss_span program(const char *which, ss_span strategy, ss_span text, ss_span principle) {
    ss_writer w = ss_writer_new(strategy.len + text.len + principle.len + 64);
    ss_put_map(&w, 2);
    ss_put_key(&w, "");
    ss_put_text(&w, which);
    ss_put_key(&w, "args");
    ss_put_array(&w, 3);
    ss_put_str(&w, strategy);
    ss_put_str(&w, text);
    ss_put_str(&w, principle);
    return ss_written(&w);
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    if (m.entry_kind == SS_ENTRY_NONDET) block(&m);
    ss_call c = ss_read_call(&m);
    ss_slot kept = ss_named_slot("judge.last", NULL);
    if (m.is_init) ss_return_null();
    if (ss_is(c.method, "last")) {
        ss_args_done(&c, 0);
        ss_return_str(ss_load_sized(&kept, 0));
    }
    bool ask = ss_is(c.method, "ask"), classify = ss_is(c.method, "classify");
    ss_require(ask || classify || ss_is(c.method, "summarise"), "unknown method");
    ss_span text = ss_get_str(&c.args), principle = ask ? ss_get_str(&c.args) : SS_STR("");
    ss_args_done(&c, ask ? 2 : 1);
    ss_result r = ss_run_nondet(
        program("leader", c.method, text, principle), program("validator", c.method, text, principle));
    ss_must(r.err);
    if (r.code == 1) ss_user_error_value(r.data);
    ss_require(r.code == 0, "the block failed");
    ss_reader value = ss_reader_on(r.data);
    if (classify) {
        bool yes = ss_get_bool(&value);
        ss_require(!value.bad, "the leader's answer is no Bool");
        ss_return_bool(yes);
    }
    ss_span answer = ss_get_str(&value);
    ss_require(!value.bad, "the leader's answer is no Str");
    ss_store_sized(&kept, 0, answer);
    ss_return_str(answer);
}
