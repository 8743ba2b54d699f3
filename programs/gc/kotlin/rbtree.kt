// Persistent red-black tree (Okasaki) over sealed classes, with checks of its invariants.
sealed class Tree<out T>
object Leaf : Tree<Nothing>()
class Node<T>(val red: Boolean, val l: Tree<T>, val v: T, val r: Tree<T>) : Tree<T>()

fun <T> balance(red: Boolean, l: Tree<T>, v: T, r: Tree<T>): Tree<T> {
    if (!red) {
        if (l is Node && l.red) {
            val ll = l.l; val lr = l.r
            if (ll is Node && ll.red)
                return Node(true, Node(false, ll.l, ll.v, ll.r), l.v, Node(false, lr, v, r))
            if (lr is Node && lr.red)
                return Node(true, Node(false, l.l, l.v, lr.l), lr.v, Node(false, lr.r, v, r))
        }
        if (r is Node && r.red) {
            val rl = r.l; val rr = r.r
            if (rl is Node && rl.red)
                return Node(true, Node(false, l, v, rl.l), rl.v, Node(false, rl.r, r.v, r.r))
            if (rr is Node && rr.red)
                return Node(true, Node(false, l, v, r.l), r.v, Node(false, rr.l, rr.v, rr.r))
        }
    }
    return Node(red, l, v, r)
}
fun <T : Comparable<T>> ins(t: Tree<T>, x: T): Tree<T> = when (t) {
    is Leaf -> Node(true, Leaf, x, Leaf)
    is Node -> {
        val c = x.compareTo(t.v)
        if (c < 0) balance(t.red, ins(t.l, x), t.v, t.r)
        else if (c > 0) balance(t.red, t.l, t.v, ins(t.r, x))
        else t
    }
}
fun <T : Comparable<T>> insert(t: Tree<T>, x: T): Tree<T> {
    val n = ins(t, x) as Node<T>
    return Node(false, n.l, n.v, n.r)
}
fun <T> blackHeight(t: Tree<T>): Int = when (t) {
    is Leaf -> 1
    is Node -> {
        val a = blackHeight(t.l); val b = blackHeight(t.r)
        check(a == b) { "black heights differ" }
        if (t.red) {
            check(!(t.l.let { it is Node && it.red } || t.r.let { it is Node && it.red })) { "red under red" }
            a
        } else a + 1
    }
}
fun <T> walk(t: Tree<T>, f: (T) -> Unit) {
    if (t is Node) { walk(t.l, f); f(t.v); walk(t.r, f) }
}
fun <T> depth(t: Tree<T>): Int = if (t is Node) 1 + maxOf(depth(t.l), depth(t.r)) else 0
fun main() {
    var t: Tree<Int> = Leaf
    var x = 12345L
    for (i in 0 until 2000) {
        x = (x * 1103515245L + 12345L) and 0x7fffffffL
        t = insert(t, (x % 5000L).toInt())
    }
    var n = 0; var sum = 0L; var last = -1; var sorted = true
    walk(t) { n++; sum += it; if (it <= last) sorted = false; last = it }
    println("distinct=$n sum=$sum sorted=$sorted max=$last")
    println("blackHeight=${blackHeight(t)} depthOk=${depth(t) <= 22}")
    var s: Tree<String> = Leaf
    for (w in "the quick brown fox jumps over the lazy dog".split(' ')) s = insert(s, w)
    val sb = StringBuilder()
    walk(s) { sb.append(it).append(' ') }
    println(sb.toString().trim())
    var u: Tree<Int> = Leaf
    for (i in 1..1000) u = insert(u, i)
    println("ascending: blackHeight=${blackHeight(u)} depth=${depth(u)}")
}
