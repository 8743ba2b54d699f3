// N-queens with classes, lists and recursion.
class Board(val n: Int) {
    private val cols = BooleanArray(n)
    private val d1 = BooleanArray(2 * n)
    private val d2 = BooleanArray(2 * n)
    private val at = IntArray(n)
    val solutions = mutableListOf<List<Int>>()
    fun place(r: Int) {
        if (r == n) { solutions.add(at.toList()); return }
        for (c in 0 until n) {
            if (cols[c] || d1[r + c] || d2[r - c + n]) continue
            cols[c] = true; d1[r + c] = true; d2[r - c + n] = true
            at[r] = c
            place(r + 1)
            cols[c] = false; d1[r + c] = false; d2[r - c + n] = false
        }
    }
}
fun main() {
    for (n in 1..8) {
        val b = Board(n)
        b.place(0)
        println("queens($n) = ${b.solutions.size}")
        if (n >= 7) println("first = ${b.solutions.first()} last = ${b.solutions.last()}")
    }
}
