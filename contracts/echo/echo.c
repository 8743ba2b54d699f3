/* The smallest contract: gives back what it got. It stores nothing and answers in every kind of sub-VM.
 *
 *   echo(...)      its arguments, as an Array
 *   message()      the whole startup message
 *   fail(value)    ends with UserError(value)
 *   none           no method: the entry data, as Bytes */
#include "selfsame.h"

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    ss_call c;
    if (m.is_init) ss_return_null();
    if (!ss_parse_call(m.entry_data, &c) || c.method.len == 0) ss_return_bytes(m.entry_data);
    if (ss_is(c.method, "message")) ss_return_value(m.octets);
    if (ss_is(c.method, "fail")) {
        ss_span value = ss_get_value(&c.args);
        ss_args_done(&c, 1);
        ss_user_error_value(value);
    }
    ss_require(ss_is(c.method, "echo"), "unknown method");
    ss_writer w = ss_writer_new(m.entry_data.len + 8);
    ss_put_array(&w, c.n_args);
    ss_put_raw(&w, SS_SPAN(c.args.at, c.args.end - c.args.at));
    ss_return(&w);
}
