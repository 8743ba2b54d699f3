"""GVM32, the text form of hashes and slot ids. Spec: calldata.md 10."""

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {symbol: n for n, symbol in enumerate(ALPHABET)}
_VALUES.update({"i": 1, "l": 1, "o": 0})


def encode(octets):
    """ceil(8n/5) symbols for n octets, first octet's high bits first."""
    bits = 8 * len(octets)
    count = (bits + 4) // 5
    n = int.from_bytes(octets, "big") << (5 * count - bits)
    return "".join(ALPHABET[n >> 5 * i & 31] for i in reversed(range(count)))


def decode(text):
    """The octets; `-` is ignored, so is case, and i, l, o stand for 1, 1, 0. ValueError otherwise."""
    if not text.isascii():
        raise ValueError("not a symbol of GVM32")
    n = count = 0
    for symbol in text.lower():
        if symbol == "-":
            continue
        if symbol not in _VALUES:
            raise ValueError("not a symbol of GVM32")
        n = n << 5 | _VALUES[symbol]
        count += 1
    octets, left = divmod(5 * count, 8)
    if n & ((1 << left) - 1):
        raise ValueError("leftover bits are not zero")
    return (n >> left).to_bytes(octets, "big")
