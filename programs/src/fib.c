/* The calls benchmark: run(n) is the n-th Fibonacci number, by double recursion. */
#include "base.h"

static NOINLINE i32 fib(i32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

EXPORT(run) i32 run(i32 n) { return fib(n); }
