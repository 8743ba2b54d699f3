// Closures over mutable variables, higher-order functions, interfaces, sequences, generators.
interface Shape { val name: String; fun area(): Double; fun describe() = "$name ${area()}" }
class Sq(val s: Double) : Shape { override val name = "square"; override fun area() = s * s }
open class Rect(val w: Double, val h: Double) : Shape { override val name: String get() = "rect"; override fun area() = w * h }
class Named(val label: String, w: Double, h: Double) : Rect(w, h) { override val name get() = "named:$label" }
data class P(val x: Int, val y: Int) { operator fun plus(o: P) = P(x + o.x, y + o.y) }
enum class Op(val f: (Int, Int) -> Int) { ADD({ a, b -> a + b }), MUL({ a, b -> a * b }), SUB({ a, b -> a - b }) }
fun counter(start: Int): () -> Int { var n = start; return { n++ } }
fun <A, B, C> compose(f: (B) -> C, g: (A) -> B): (A) -> C = { f(g(it)) }
fun fix(f: ((Int) -> Long, Int) -> Long): (Int) -> Long {
    lateinit var self: (Int) -> Long
    val memo = HashMap<Int, Long>()
    self = { n -> memo.getOrPut(n) { f(self, n) } }
    return self
}
fun main() {
    val a = counter(10); val b = counter(100)
    println("${a()} ${a()} ${b()} ${a()} ${b()}")
    println(compose<Int, Int, String>({ "<$it>" }, { it * it })(12))
    println(fix { self, n -> if (n < 2) n.toLong() else self(n - 1) + self(n - 2) }(80))
    val fs = (1..5).map { i -> { x: Int -> x * i } }
    println(fs.map { it(7) })
    println(generateSequence(1) { it * 3 }.filter { it % 2 == 1 }.takeWhile { it < 5000 }.toList())
    println(sequence { var p = 0 to 1; while (true) { yield(p.first); p = p.second to p.first + p.second } }.take(15).toList())
    val shapes = listOf(Sq(3.0), Rect(2.0, 4.5), Named("door", 1.0, 2.5))
    println(shapes.joinToString("; ") { it.describe() })
    println(shapes.sumOf { it.area() })
    println(P(1, 2) + P(3, 4) == P(4, 6))
    println(setOf(P(1, 1), P(1, 1), P(2, 1)))
    println(Op.entries.map { "${it.name}:${it.f(6, 3)}" })
    println((1..10).fold(1L) { acc, i -> acc * i })
    println(listOf("x", 1, 2.5, 'c', null, P(0, 0), 7L, true).map { v ->
        when (v) { is String -> "S"; is Int -> "I"; is Double -> "D"; is Char -> "C"; null -> "N"; is P -> "P"; is Long -> "L"; is Boolean -> "B"; else -> "?" }
    }.joinToString(""))
}
