// Exceptions thrown through several frames, finally order, rethrow, nesting, casts, custom classes.
open class AppError(msg: String, val code: Int, cause: Throwable? = null) : Exception(msg, cause)
class ParseError(msg: String, val pos: Int) : AppError(msg, 2)
val log = StringBuilder()
fun deep(n: Int, kind: Int): Int {
    try {
        if (n == 0) when (kind) {
            0 -> throw ParseError("bad", 42)
            1 -> throw AppError("app", 7)
            2 -> throw IllegalStateException("state")
            3 -> { val a = listOf(1, 2, 3); return a[5] }
            4 -> { val x: Any = "str"; return x as Int }
            5 -> { val s: String? = null; return s!!.length }
            6 -> return "12z".toInt()
            7 -> return 10 / (n * 1)
            else -> return 1000
        }
        return deep(n - 1, kind) + 1
    } finally {
        log.append(n)
    }
}
fun classify(kind: Int): String = try {
    "ok " + deep(5, kind)
} catch (e: ParseError) {
    "parse@${e.pos} code=${e.code} ${e.message}"
} catch (e: AppError) {
    "app code=${e.code} ${e.message}"
} catch (e: NumberFormatException) {
    "nfe"
} catch (e: IndexOutOfBoundsException) {
    "oob"
} catch (e: ClassCastException) {
    "cast"
} catch (e: NullPointerException) {
    "npe"
} catch (e: ArithmeticException) {
    "arith"
} catch (e: RuntimeException) {
    "runtime ${e.message}"
}
fun finallyOverrides(): Int {
    try { throw RuntimeException("lost") } finally { @Suppress("RETURN_IN_FINALLY") return 5 }
}
fun rethrow(): String {
    try {
        try {
            try { throw AppError("inner", 1) } catch (e: AppError) { throw AppError("middle", 2, e) } finally { log.append("[f1]") }
        } finally { log.append("[f2]") }
    } catch (e: AppError) {
        return "${e.message} <- ${e.cause?.message} <- ${e.cause?.cause}"
    }
}
class Res(val n: String) : AutoCloseable { override fun close() { log.append("close($n)") } }
fun main() {
    for (k in 0..8) { log.clear(); println("$k ${classify(k)} log=$log") }
    println(finallyOverrides())
    log.clear(); println(rethrow() + " " + log)
    log.clear()
    val r = runCatching { Res("a").use { Res("b").use { throw AppError("in use", 9) } } }
    println("${r.isFailure} ${r.exceptionOrNull()?.message} $log")
    var caught = 0
    for (i in 0 until 1000) {
        try { if (i % 3 == 0) deep(i % 7, i % 8) } catch (e: Exception) { caught++; continue } finally { if (i % 500 == 0) println("f $i") }
    }
    println("caught=$caught")
    val sum = (1..10).sumOf { i -> try { if (i % 2 == 0) throw ParseError("p", i) else i } catch (e: ParseError) { -e.pos } }
    println("sum=$sum")
    try { try { error("first") } finally { throw AppError("second", 3) } } catch (e: Throwable) { println("got ${e.message}") }
    fun rec(n: Int): Int = if (n == 0) throw AppError("bottom", n) else rec(n - 1) + 1
    try { rec(2000) } catch (e: AppError) { println("unwound ${e.message}") }
}
