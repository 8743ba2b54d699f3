"""Calldata: the one encoding of every value that crosses a contract's border.

    None, bool, int, bytes, str, list, dict with str keys, Address

`decode` is strict: it accepts exactly what `encode` makes. Spec: calldata.md 2 to 6.
"""

MAX_DEPTH = 128
_TOO_LONG = 1 << 32
_ADDRESS, _INT, _NEGATIVE, _BYTES, _STR, _ARRAY, _MAP = 3, 1, 2, 3, 4, 5, 6


class Address:
    """Twenty octets: from bytes, or from text of 40 hex digits with or without `0x`."""

    __slots__ = ("octets",)

    def __init__(self, value=bytes(20)):
        if isinstance(value, Address):
            value = value.octets
        elif isinstance(value, str):
            value = bytes.fromhex(value[2:] if value[:2] in ("0x", "0X") else value)
        value = bytes(value)
        if len(value) != 20:
            raise ValueError("an address has 20 octets")
        object.__setattr__(self, "octets", value)

    def __setattr__(self, name, value):
        raise AttributeError("an address does not change")

    def __eq__(self, other):
        return isinstance(other, Address) and self.octets == other.octets

    def __lt__(self, other):
        return self.octets < other.octets

    def __hash__(self):
        return hash(self.octets)

    def __bytes__(self):
        return self.octets

    def __str__(self):
        return "0x" + self.octets.hex()

    def __repr__(self):
        return "addr#" + self.octets.hex()


class DecodeError(ValueError):
    """The octets are not one complete value in its only encoding."""


def _uleb(out, n):
    while n.bit_length() > 448:
        # Halves of a long number, so that its length costs less than its square.
        count = n.bit_length() // 14
        _continued(out, n & (1 << 7 * count) - 1, count)
        n >>= 7 * count
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)


def _continued(out, n, count):
    """`count` groups of 7 bits that more follow."""
    if count > 64:
        half = count // 2
        _continued(out, n & (1 << 7 * half) - 1, half)
        _continued(out, n >> 7 * half, count - half)
        return
    for _ in range(count):
        out.append(n & 0x7F | 0x80)
        n >>= 7


def _put(out, value, depth):
    if value is None:
        out.append(0x00)
    elif value is False:
        out.append(0x08)
    elif value is True:
        out.append(0x10)
    elif isinstance(value, int):
        _uleb(out, value << 3 | _INT if value >= 0 else ~value << 3 | _NEGATIVE)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value)
        _uleb(out, len(value) << 3 | _BYTES)
        out += value
    elif isinstance(value, str):
        octets = value.encode()
        _uleb(out, len(octets) << 3 | _STR)
        out += octets
    elif isinstance(value, Address):
        out.append(0x18)
        out += value.octets
    elif isinstance(value, (list, tuple)):
        _check_depth(depth, ValueError)
        _uleb(out, len(value) << 3 | _ARRAY)
        for item in value:
            _put(out, item, depth + 1)
    elif isinstance(value, dict):
        _check_depth(depth, ValueError)
        _uleb(out, len(value) << 3 | _MAP)
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a map's keys are str")
        for key, item in sorted((key.encode(), item) for key, item in _keyed(value)):
            _uleb(out, len(key))
            out += key
            _put(out, item.value, depth + 1)
    else:
        raise TypeError(f"calldata has no {type(value).__name__}")


class _Item:
    """Keeps sorting from ever comparing values: keys differ, so it never gets that far."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return False


def _keyed(value):
    return ((key, _Item(item)) for key, item in value.items())


def _check_depth(depth, error):
    if depth >= MAX_DEPTH:
        raise error("more than 128 containers in each other")


def encode(value):
    """The octets of a value. TypeError for what calldata cannot hold, floats above all."""
    out = bytearray()
    _put(out, value, 0)
    return bytes(out)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if n > len(self.data) - self.at:
            raise DecodeError("the octets end inside a value")
        octets = self.data[self.at:self.at + n]
        self.at += n
        return octets

    def uleb(self):
        start = self.at
        data, end = self.data, len(self.data)
        while self.at < end and data[self.at] & 0x80:
            self.at += 1
        if self.at == end:
            raise DecodeError("the octets end inside a number")
        self.at += 1
        groups = data[start:self.at]
        if groups[-1] == 0 and len(groups) > 1:
            raise DecodeError("a number is longer than it must be")
        return _join(groups)

    def value(self, depth):
        header = self.uleb()
        n, tag = header >> 3, header & 7
        if tag == 0:
            if n == _ADDRESS:
                return Address(self.take(20))
            if n > _ADDRESS:
                raise DecodeError("a reserved atom")
            return (None, False, True)[n]
        if tag == _INT:
            return n
        if tag == _NEGATIVE:
            return ~n
        if tag == 7:
            raise DecodeError("a reserved tag")
        if tag >= _ARRAY:
            _check_depth(depth, DecodeError)
        if n >= _TOO_LONG:
            raise DecodeError("a length of 2^32 or more")
        if tag == _BYTES:
            return bytes(self.take(n))
        if tag == _STR:
            return self.text(n)
        left = len(self.data) - self.at
        if (2 * n if tag == _MAP else n) > left:
            raise DecodeError("fewer values than announced")
        if tag == _ARRAY:
            return [self.value(depth + 1) for _ in range(n)]
        return self.map(n, depth)

    def map(self, n, depth):
        out, last = {}, None
        for _ in range(n):
            length = self.uleb()
            if length >= _TOO_LONG:
                raise DecodeError("a length of 2^32 or more")
            at = self.at
            key = self.text(length)
            octets = self.data[at:self.at]
            if last is not None and octets <= last:
                raise DecodeError("map keys do not ascend")
            last = octets
            out[key] = self.value(depth + 1)
        return out

    def text(self, n):
        try:
            return str(self.take(n), "utf-8")
        except UnicodeDecodeError:
            raise DecodeError("text is not UTF-8") from None


def _join(groups):
    """The number of 7-bit groups, least first, in less than quadratic time."""
    if len(groups) <= 64:
        n = 0
        for octet in reversed(groups):
            n = n << 7 | octet & 0x7F
        return n
    half = len(groups) // 2
    return _join(groups[:half]) | _join(groups[half:]) << 7 * half


def decode(data):
    """The value of exactly these octets, or DecodeError."""
    reader = _Reader(bytes(data))
    value = reader.value(0)
    if reader.at != len(reader.data):
        raise DecodeError("octets behind the value")
    return value
