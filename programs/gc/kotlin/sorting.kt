// Hand-written sorts and the library's, over Int arrays and objects; stability check; binary heap.
data class Rec(val key: Int, val seq: Int)
fun quick(a: IntArray, lo: Int, hi: Int) {
    if (lo >= hi) return
    val p = a[(lo + hi) ushr 1]; var i = lo; var j = hi
    while (i <= j) {
        while (a[i] < p) i++
        while (a[j] > p) j--
        if (i <= j) { val t = a[i]; a[i] = a[j]; a[j] = t; i++; j-- }
    }
    quick(a, lo, j); quick(a, i, hi)
}
fun <T> mergeSort(l: List<T>, cmp: Comparator<T>): List<T> {
    if (l.size < 2) return l
    val m = l.size / 2
    val a = mergeSort(l.subList(0, m), cmp); val b = mergeSort(l.subList(m, l.size), cmp)
    val out = ArrayList<T>(l.size); var i = 0; var j = 0
    while (i < a.size && j < b.size) if (cmp.compare(a[i], b[j]) <= 0) out.add(a[i++]) else out.add(b[j++])
    while (i < a.size) out.add(a[i++])
    while (j < b.size) out.add(b[j++])
    return out
}
class Heap<T : Comparable<T>> {
    private val d = ArrayList<T>()
    fun push(x: T) { d.add(x); var i = d.size - 1; while (i > 0 && d[(i - 1) / 2] > d[i]) { swap(i, (i - 1) / 2); i = (i - 1) / 2 } }
    fun pop(): T {
        val r = d[0]; val last = d.removeAt(d.size - 1)
        if (d.isNotEmpty()) {
            d[0] = last; var i = 0
            while (true) { var s = i; val l = 2 * i + 1; val rr = l + 1
                if (l < d.size && d[l] < d[s]) s = l
                if (rr < d.size && d[rr] < d[s]) s = rr
                if (s == i) break; swap(i, s); i = s }
        }
        return r
    }
    fun isEmpty() = d.isEmpty()
    private fun swap(i: Int, j: Int) { val t = d[i]; d[i] = d[j]; d[j] = t }
}
fun main() {
    var x = 1u
    fun rnd(m: Int): Int { x = x xor (x shl 13); x = x xor (x shr 17); x = x xor (x shl 5); return (x % m.toUInt()).toInt() }
    val a = IntArray(3000) { rnd(10000) - 5000 }
    val b = a.copyOf(); val c = a.copyOf().toTypedArray()
    quick(a, 0, a.size - 1); b.sort(); c.sortDescending()
    println("${a.contentEquals(b)} ${c.reversedArray().contentEquals(b.toTypedArray())} min=${a.first()} med=${a[1500]} max=${a.last()} sum=${a.sum()}")
    val recs = List(500) { Rec(rnd(20), it) }
    val s = mergeSort(recs, compareBy { it.key })
    println("stable=${s.zipWithNext().all { (p, q) -> p.key < q.key || p.key == q.key && p.seq < q.seq }} same=${s == recs.sortedBy { it.key }}")
    println(s.take(4))
    val h = Heap<String>()
    for (w in "pack my box with five dozen liquor jugs".split(" ")) h.push(w)
    val o = mutableListOf<String>(); while (!h.isEmpty()) o.add(h.pop())
    println(o)
    println(longArrayOf(3L, Long.MIN_VALUE, 0L, Long.MAX_VALUE).sorted())
    println(doubleArrayOf(2.5, -1.0, 0.0, 1e300).sorted())
    println(recs.groupBy { it.key % 3 }.mapValues { it.value.size }.toList().sortedBy { it.first })
}
