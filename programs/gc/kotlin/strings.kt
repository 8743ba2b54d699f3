// String building, splitting, formatting, non-ASCII text, hash maps.
fun caesar(s: String, k: Int) = s.map { c ->
    when (c) {
        in 'a'..'z' -> 'a' + (c - 'a' + k).mod(26)
        in 'A'..'Z' -> 'A' + (c - 'A' + k).mod(26)
        else -> c
    }
}.joinToString("")
fun main() {
    val sb = StringBuilder()
    for (i in 1..20) sb.append(if (i % 15 == 0) "FizzBuzz" else if (i % 5 == 0) "Buzz" else if (i % 3 == 0) "Fizz" else i.toString()).append(' ')
    println(sb.trimEnd().toString())
    println(sb.reverse().toString().trim().take(20))
    val enc = caesar("Hello, World", 13)
    println("$enc -> ${caesar(enc, 13)}")
    println("žluťoučký kůň Ω 漢字 😀".uppercase())
    val text = "to be or not to be that is the question to be"
    val count = LinkedHashMap<String, Int>()
    for (w in text.split(" ")) count[w] = (count[w] ?: 0) + 1
    println(count)
    println(count.entries.sortedWith(compareBy({ -it.value }, { it.key })).joinToString { "${it.key}=${it.value}" })
    println(listOf(1.5, -0.25, 1e21, 0.1 + 0.2, 100.0).joinToString("|"))
    println(listOf(Int.MIN_VALUE, Int.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE).joinToString("|"))
    println("abc".padStart(8, '*') + "|" + "%".repeat(3) + "|" + "a,b,,c".split(",").size)
    println(255.toString(16) + " " + "7f".toInt(16) + " " + "12x".toIntOrNull())
    var h = 0
    for (c in (1..500).joinToString("-")) h = h * 31 + c.code
    println(h)
}
