"""Fields that live in storage. Each is read when it is read and written when it is assigned: nothing is
kept in between, so nothing can be lost.

A contract's fields lie in slot D(0,1) in the order of the class. A field that would cross a 32-octet page
starts at the next one. Fields of variable size keep 4 octets in place (a length) and their content in the
slot D(slot, offset); an entry of a map lies at 0 in sha3_256(D(slot, offset) || encoded key), an element of
a list at element * size in D(slot, offset). Spec: storage-and-contract.md 2.
"""

import _sha3
import _struct

from . import vm
from .calldata import Address, decode, encode

PAGE = 32


def derive(slot, offset):
    """D(slot, offset)."""
    return _sha3.sha3_256(slot + offset.to_bytes(4, "little")).digest()


DATA = derive(bytes(32), 1)


class Field:
    """A type in storage, and as a class attribute a field: `offset` is set when the class is made."""

    size = 4
    offset = 0

    def __get__(self, contract, owner=None):
        return self if contract is None else self.load(DATA, self.offset)

    def __set__(self, contract, value):
        self.store(DATA, self.offset, value)

    def load(self, slot, offset):
        return self.unpack(vm.storage_read(slot, offset, self.size))

    def store(self, slot, offset, value):
        vm.storage_write(slot, offset, self.pack(value))


class U256(Field):
    """int from 0 to 2^256-1, 32 octets."""

    size = 32

    def pack(self, value):
        return value.to_bytes(self.size, "little")

    def unpack(self, octets):
        return int.from_bytes(octets, "little")


class U64(U256):
    """int from 0 to 2^64-1, 8 octets."""

    size = 8


class Int(Field):
    """int from -2^255 to 2^255-1, 32 octets in two's complement."""

    size = 32

    def pack(self, value):
        return value.to_bytes(32, "little", signed=True)

    def unpack(self, octets):
        return int.from_bytes(octets, "little", signed=True)


class Bool(Field):
    size = 1

    def pack(self, value):
        return b"\1" if value else b"\0"

    def unpack(self, octets):
        return octets != b"\0"


class Float(Field):
    """float, its 8 octets of IEEE 754 binary64."""

    size = 8

    def pack(self, value):
        return _struct.pack("<d", value)

    def unpack(self, octets):
        return _struct.unpack("<d", octets)[0]


class Addr(Field):
    """Address, 20 octets; that of zeros until it is set."""

    size = 20

    def pack(self, value):
        return Address(value).octets

    def unpack(self, octets):
        return Address(octets)


class Bytes(Field):
    """bytes of any length."""

    def load(self, slot, offset):
        length = int.from_bytes(vm.storage_read(slot, offset, 4), "little")
        return self.unpack(vm.storage_read(derive(slot, offset), 0, length)) if length else self.unpack(b"")

    def store(self, slot, offset, value):
        octets = self.pack(value)
        vm.storage_write(slot, offset, len(octets).to_bytes(4, "little"))
        if octets:
            vm.storage_write(derive(slot, offset), 0, octets)

    def pack(self, value):
        return bytes(value)

    def unpack(self, octets):
        return octets


class Str(Bytes):
    """str, stored as UTF-8."""

    def pack(self, value):
        return value.encode()

    def unpack(self, octets):
        return str(octets, "utf-8")


class Value(Bytes):
    """Any calldata value; None until it is set."""

    def pack(self, value):
        return encode(value)

    def unpack(self, octets):
        return decode(octets) if octets else None


class Map(Field):
    """From any calldata value to a `value` type: `balances = Map(U256())`. A key without an entry reads as
    the type's zero; there is no listing of keys."""

    size = 1

    def __init__(self, value):
        self.value = value

    def __set__(self, contract, value):
        raise AttributeError("set the entries of a map, not the map")

    def load(self, slot, offset):
        return MapView(derive(slot, offset), self.value)


class MapView:
    def __init__(self, slot, value):
        self.slot, self.value = slot, value

    def _at(self, key):
        return _sha3.sha3_256(self.slot + encode(key)).digest()

    def __getitem__(self, key):
        return self.value.load(self._at(key), 0)

    def __setitem__(self, key, item):
        self.value.store(self._at(key), 0, item)


class List(Field):
    """A list of a `value` type that grows at its end: `history = List(Float())`."""

    def __init__(self, value):
        self.value = value

    def __set__(self, contract, value):
        raise AttributeError("set the elements of a list, not the list")

    def load(self, slot, offset):
        return ListView(slot, offset, self.value)


class ListView:
    def __init__(self, slot, offset, value):
        self.slot, self.offset, self.value = slot, offset, value
        self.content = derive(slot, offset)

    def __len__(self):
        return int.from_bytes(vm.storage_read(self.slot, self.offset, 4), "little")

    def _at(self, index):
        length = len(self)
        if index < 0:
            index += length
        if not 0 <= index < length:
            raise IndexError("list index out of range")
        return index * self.value.size

    def __getitem__(self, index):
        return self.value.load(self.content, self._at(index))

    def __setitem__(self, index, item):
        self.value.store(self.content, self._at(index), item)

    def __iter__(self):
        for index in range(len(self)):
            yield self.value.load(self.content, index * self.value.size)

    def append(self, item):
        length = len(self)
        self.value.store(self.content, length * self.value.size, item)
        vm.storage_write(self.slot, self.offset, (length + 1).to_bytes(4, "little"))


def lay_out(fields):
    """Gives each field its offset; the end of the last one."""
    at = 0
    for field in fields:
        if at % PAGE + field.size > PAGE:
            at += -at % PAGE
        field.offset = at
        at += field.size
    return at
