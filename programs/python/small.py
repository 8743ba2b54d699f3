"""Floats, strings, dicts and exceptions without a single import: the cheapest
script that still starts a whole CPython. Deterministic."""

x = 0.5
for _ in range(200):
    x = 3.9 * x * (1.0 - x)
print("float", repr(x), 0.1 + 0.2, 1e308 * 10, -0.0, 7.0 // 2.0, 2**0.5)
text = "Selfsame: the same answer, to the last bit."
print("str", text.upper()[::-1], text.split()[1:3], f"{x:.12f}", "ß€🦊".encode().hex())
table = {}
for c in text:
    table[c] = table.get(c, 0) + 1
print("dict", sorted(table.items(), key=lambda kv: (-kv[1], kv[0]))[:5], 3**100)
for attempt in (lambda: 1 / 0, lambda: table["?"], lambda: int("x"), lambda: [].pop()):
    try:
        attempt()
    except Exception as e:
        print("caught", type(e).__name__, e)
print("check", sum(hash(k) * 0 + ord(k) * v for k, v in table.items()))
