"""A deterministic tour of CPython: floats, strings, dicts, json, hashlib,
exceptions, a seeded generator. No clock, no environment, no hash order: the
output is the same in every run, on every machine. The last line is the SHA-256
of all lines before it."""

import hashlib
import json
import math
import random
import struct

digest = hashlib.sha256()


def show(name, value):
    line = f"{name}: {value}"
    digest.update(line.encode("utf-8") + b"\n")
    print(line)


def floats():
    total = 0.0
    for k in range(1, 2001):
        total += (-1.0) ** (k + 1) / k
    show("alternating harmonic", repr(total))
    show("pi by arctan", repr(16 * math.atan(1 / 5) - 4 * math.atan(1 / 239)))
    show("0.1 + 0.2", repr(0.1 + 0.2))
    show("sqrt, exp, log, sin", [math.sqrt(2), math.exp(1), math.log(10), math.sin(1e6)])
    show("fsum", repr(math.fsum([1e100, 1.0, -1e100, 1e-20])))
    show("hex", (1.0 / 3.0).hex())
    show("subnormal", [5e-324, 5e-324 / 2, float.fromhex("0x0.8p-1022")])
    show("special", [float("inf") - 1, -0.0, math.copysign(1, -0.0), float("nan")])
    show("nan bits", struct.pack(">d", float("inf") * 0.0).hex())
    show("round", [round(2.5), round(3.5), round(2.675, 2), round(-1e16 / 3, -3)])
    show("complex", (3 + 4j) ** 2 / (1 - 2j))
    show("format", f"{math.pi:.10f} {1e22:g} {123456.789:,.2f} {1 / 7:e} {2**0.5:a>24.17g}")
    x = 0.5
    for _ in range(1000):
        x = 3.9 * x * (1.0 - x)
    show("logistic map", repr(x))


def integers():
    a, b = 0, 1
    for _ in range(500):
        a, b = b, a + b
    show("fibonacci 500", a)
    show("modexp", pow(3, 2**200 + 1, 2**127 - 1))
    show("isqrt", math.isqrt(10**60))
    show("divmod", [divmod(-7, 3), divmod(7, -3), -7 // 2, -7 % 5])


def strings():
    text = "The quick brown fox jumps over the lazy dog"
    show("words", sorted(text.lower().split(), key=lambda w: (len(w), w)))
    show("unicode", "Größe, naïve, Ελλάδα, 日本語, 🦊".upper())
    show("utf-8", "€🦊".encode("utf-8").hex())
    show("escape", repr("tab\t nul\0 quote' é \U0001f98a"))
    show("percent", "%05d|%-8s|%+.3e|%x" % (42, "left", 12345.678, 255))
    show("join", "-".join(reversed("reversed")))
    table = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
    show("rot13", text.lower().translate(table))


def dicts():
    counts = {}
    for word in ("spam egg spam ham spam egg " * 40).split():
        counts[word] = counts.get(word, 0) + 1
    show("counts", counts)
    squares = {n: n * n for n in range(300)}
    for n in range(0, 300, 3):
        del squares[n]
    squares |= {"tuple": (1, (2, 3)), None: True}
    show("dict", [len(squares), sum(v for k, v in squares.items() if isinstance(k, int) and k)])
    show("sets", sorted({n % 17 for n in range(0, 1000, 7)} & set(range(5, 40))))
    grouped = {}
    for name in ["ann", "bob", "alice", "carl", "beth", "cleo"]:
        grouped.setdefault(name[0], []).append(name)
    show("grouped", grouped)


def documents():
    document = {
        "name": "selfsame",
        "pi": math.pi,
        "tiny": 1e-310,
        "big": 2**70,
        "list": [1, 2.5, None, True, "ünïcode", {"nested": {"deep": [[], {}]}}],
    }
    encoded = json.dumps(document, sort_keys=True, indent=None)
    show("json", encoded)
    show("round trip", json.loads(encoded) == document)
    rows = [{"id": n, "value": n / 7, "tag": f"t{n % 5}"} for n in range(60)]
    blob = json.dumps(rows, separators=(",", ":"))
    back = json.loads(blob)
    show("rows", [len(blob), math.fsum(r["value"] for r in back)])


def hashes():
    data = bytes(range(256)) * 8
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        show(name, hashlib.new(name, data).hexdigest())


class Broken(Exception):
    def __init__(self, code):
        super().__init__(f"broken with {code}")
        self.code = code


def exceptions():
    def fail(n):
        if n == 0:
            raise Broken(7)
        fail(n - 1)

    caught = []
    for attempt in (
        lambda: 1 // 0,
        lambda: {}["missing"],
        lambda: [][3],
        lambda: "x" + 1,
        lambda: int("12x"),
        lambda: json.loads("[1, 2"),
        lambda: math.sqrt(-1),
        lambda: math.exp(1000),
        lambda: "\udc00".encode("utf-8"),
        lambda: fail(20),
    ):
        try:
            attempt()
        except Exception as e:
            caught.append(f"{type(e).__name__}: {e}")
    for line in caught:
        show("caught", line)
    try:
        try:
            fail(1)
        except Broken as e:
            raise ValueError("outer") from e
        finally:
            show("finally", "ran")
    except ValueError as e:
        show("chain", [str(e), str(e.__cause__), e.__cause__.code])

    def forever(n):
        return forever(n + 1) + 1

    try:
        forever(0)
    except RecursionError as e:
        show("recursion", e)

    def numbers():
        try:
            yield from range(1000)
        finally:
            show("generator", "closed")

    g = numbers()
    show("generator", [next(g), next(g)])
    g.close()


def seeded():
    r = random.Random(20251122)
    show("random", [r.random() for _ in range(3)])
    show("gauss", r.gauss(0, 1))
    deck = list(range(20))
    r.shuffle(deck)
    show("shuffle", deck)
    inside = sum(r.random() ** 2 + r.random() ** 2 < 1.0 for _ in range(3000))
    show("monte carlo", 4 * inside / 3000)


if __name__ == "__main__":
    for part in (floats, integers, strings, dicts, documents, hashes, exceptions, seeded):
        show("==", part.__name__)
        part()
    print("sha256:", digest.hexdigest())
