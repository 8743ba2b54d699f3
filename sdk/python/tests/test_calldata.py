"""The rows of calldata.md 5, 6, 8 and 10. Run: python3 -m unittest discover -s sdk/python/tests"""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from selfsame import gvm32
from selfsame.calldata import Address, DecodeError, decode, encode

A = Address("0102030405060708090a0b0c0d0e0f1011121314")

ROWS = [
    (None, "00"), (False, "08"), (True, "10"), (0, "01"), (1, "09"), (-1, "02"), (15, "79"),
    (16, "8101"), (-16, "7a"), (-17, "8201"), (127, "f907"), (128, "8108"),
    (2**32, "818080808001"), (2**64 - 1, "f9ffffffffffffffff0f"), (-(2**63), "faffffffffffffffff07"),
    (2**256 - 1, "f9" + "ff" * 35 + "7f"), (b"", "03"), (b"\x00\xff", "1300ff"),
    (bytes(16), "8301" + "00" * 16), ("", "04"), ("a", "0c61"), ("é", "14c3a9"), ("日本", "34e697a5e69cac"),
    ("\U0001F600", "24f09f9880"), ("#get-schema", "5c236765742d736368656d61"),
    (A, "180102030405060708090a0b0c0d0e0f1011121314"), ([], "05"), ([None], "0d00"),
    ([1, -1, True], "1d090210"), ([[], [[]]], "15050d05"), ({}, "06"), ({"": None}, "0e0000"),
    ({"a": 1, "b": 2}, "16016109016211"), ({"b": 2, "aa": 1, "a": 3}, "1e01611902616109016211"),
    ({"args": [1, 2]}, "0e0461726773150911"), ({"": "foo"}, "0e001c666f6f"),
    ({"": "foo", "args": [1]}, "16001c666f6f04617267730d09"),
    ({"": "transfer", "args": [A, 100]},
     "1600447472616e73666572046172677315180102030405060708090a0b0c0d0e0f1011121314a106"),
    ({"args": [], "kwargs": {"to": A}},
     "16046172677305066b77617267730e02746f180102030405060708090a0b0c0d0e0f1011121314"),
    ({"\ue000": 1, "\U00010000": 2}, "1603ee80800904f090808011"),
    ({"GetTimestamp": None}, "0e0c47657454696d657374616d7000"),
    ({"ok": {"text": "hi"}}, "0e026f6b0e0474657874146869"),
]

REJECTED = [
    "", "80", "8000", "818000", "0e800000", "20", "28", "a001", "07", "0f", "18" + "00" * 19, "13ff",
    "0cff", "14c080", "1ceda080", "24f4908080", "14e282", "0d", "1d0000", "0e", "0e00", "838080808001",
    "848080808001", "858080808001", "868080808001", "16016100016100", "16016200016100", "0e01ff00",
    "0d" * 129 + "00", "0d" * 128 + "05", "0000",
]


def random_value(rng, depth=0):
    kind = rng.randrange(8 if depth < 5 else 6)
    if kind == 0:
        return rng.choice([None, False, True])
    if kind == 1:
        return rng.getrandbits(rng.randrange(1, 600)) * rng.choice([1, -1])
    if kind == 2:
        return rng.randbytes(rng.randrange(40))
    if kind == 3:
        return "".join(chr(rng.choice([65, 0, 233, 0x65E5, 0x1F600])) for _ in range(rng.randrange(8)))
    if kind == 4:
        return Address(rng.randbytes(20))
    if kind == 5:
        return rng.randrange(-200, 200)
    if kind == 6:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {random_value_text(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(5))}


def random_value_text(rng):
    return "".join(rng.choice("abc\u00e9\ue000\U00010000") for _ in range(rng.randrange(4)))


class Calldata(unittest.TestCase):
    def test_every_row_encodes_and_decodes(self):
        for value, text in ROWS:
            self.assertEqual(encode(value).hex(), text)
            back = decode(bytes.fromhex(text))
            self.assertEqual(back, value)
            self.assertIs(type(back), type(value))

    def test_every_rejected_row_is_rejected(self):
        for text in REJECTED:
            with self.assertRaises(DecodeError, msg=text):
                decode(bytes.fromhex(text))

    def test_depth_ends_at_128_containers(self):
        for text in ("0d" * 128 + "00", "0d" * 127 + "05"):
            octets = bytes.fromhex(text)
            self.assertEqual(encode(decode(octets)), octets)
        deep = None
        for _ in range(129):
            deep = [deep]
        with self.assertRaises(ValueError):
            encode(deep)

    def test_what_calldata_cannot_hold_is_a_type_error(self):
        for value in (1.5, {1: 2}, object(), {"a": {1.0}}):
            with self.assertRaises(TypeError):
                encode(value)

    def test_random_values_come_back(self):
        rng = random.Random(1)
        for _ in range(2000):
            value = random_value(rng)
            self.assertEqual(decode(encode(value)), value)

    def test_accepted_mutants_encode_to_themselves(self):
        rng = random.Random(2)
        for _ in range(5000):
            octets = bytearray(encode(random_value(rng)))
            for _ in range(rng.randrange(1, 4)):
                octets[rng.randrange(len(octets))] = rng.randrange(256)
            try:
                value = decode(octets)
            except DecodeError:
                continue
            self.assertEqual(encode(value), bytes(octets))

    def test_a_very_long_number_is_read_in_good_time(self):
        for n in (1 << 800_000, (1 << 448) - 1, 1 << 448, (1 << 9000) + 12345, ~(1 << 5000)):
            octets = encode(n)
            self.assertEqual(decode(octets), n)
            plain, left = [], n << 3 | 1 if n >= 0 else ~n << 3 | 2
            while left and n < 1 << 10_000:
                plain.append(left & 0x7F | (0x80 if left > 0x7F else 0))
                left >>= 7
            self.assertIn(bytes(plain), (octets, b""))


class Gvm32(unittest.TestCase):
    def test_rows(self):
        for octets, text in [
            ("", ""), ("00", "00"), ("ff", "zw"), ("01", "04"), ("66", "cr"), ("666f", "csqg"),
            ("666f6f", "csqpy"), ("666f6f62", "csqpyrg"), ("666f6f6261", "csqpyrk1"),
            ("deadbeef", "vtpvxvr"), ("0001020304050607", "000g40r40m30e"),
            ("00" * 32, "0" * 52), ("ff" * 32, "z" * 51 + "g"), ("d3b3a0" + "00" * 29, "test" + "0" * 48),
            ("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
             "mzzwdy5z3vbpcme18xba0repcbtr1ztdwgxmkym2v054q07r8d50"),
        ]:
            self.assertEqual(gvm32.encode(bytes.fromhex(octets)), text)
            self.assertEqual(gvm32.decode(text).hex(), octets)

    def test_lenient_decoding(self):
        for text, octets in [
            ("ZW", "ff"), ("z-w", "ff"), ("oO", "00"), ("0-0", "00"), ("O0", "00"), ("cs-qp-y-", "666f6f"),
            ("CSQPY", "666f6f"), ("csqpyrk2", "666f6f6262"), ("80", "40"), ("g4", "81"),
        ]:
            self.assertEqual(gvm32.decode(text).hex(), octets)
        for text in ("zz", "zx", "81", "g5", "1l", "li", "u0", "00=", "0 0", "é0"):
            with self.assertRaises(ValueError):
                gvm32.decode(text)


if __name__ == "__main__":
    unittest.main()
