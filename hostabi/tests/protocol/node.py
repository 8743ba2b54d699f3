"""A node over standard input and output, as docs/host-protocol.md has it: one execution, then it checks what it saw."""

import struct
import sys

INPUT, OUTPUT = sys.stdin.buffer, sys.stdout.buffer
CONTRACT, SENDER = b"\x11" * 20, b"\x22" * 20


class Address(bytes):
    pass


def uleb(number):
    out = bytearray()
    while True:
        number, group = number >> 7, number & 127
        out.append(group | (128 if number else 0))
        if not number:
            return bytes(out)


def encode(value):
    """Calldata of a value."""
    if value is None:
        return b"\x00"
    if isinstance(value, bool):
        return b"\x10" if value else b"\x08"
    if isinstance(value, int):
        return uleb(value << 3 | 1) if value >= 0 else uleb((-value - 1) << 3 | 2)
    if isinstance(value, Address):
        return b"\x18" + value
    if isinstance(value, bytes):
        return uleb(len(value) << 3 | 3) + value
    if isinstance(value, str):
        text = value.encode()
        return uleb(len(text) << 3 | 4) + text
    if isinstance(value, list):
        return uleb(len(value) << 3 | 5) + b"".join(map(encode, value))
    entries = sorted((key.encode(), encode(item)) for key, item in value.items())
    return uleb(len(entries) << 3 | 6) + b"".join(uleb(len(key)) + key + item for key, item in entries)


def read_exactly(count):
    octets = INPUT.read(count)
    if len(octets) < count:
        raise EOFError("the executor has gone")
    return octets


def receive():
    return read_exactly(struct.unpack("<I", read_exactly(4))[0])


def send(octets):
    OUTPUT.write(struct.pack("<I", len(octets)) + octets)
    OUTPUT.flush()


def slice_of(octets):
    return struct.pack("<I", len(octets)) + octets


def from_slice(octets):
    assert len(octets) == 4 + struct.unpack_from("<I", octets)[0]
    return octets[4:]


def storage_read(data):
    view, address, slot, index, length = struct.unpack("<B20s32sII", data)
    assert (view, address, slot) == (2, CONTRACT, b"\x33" * 32)
    return b"\0" + bytes((index + i) % 256 for i in range(length))


def eth_call(data):
    assert data[:20] == CONTRACT
    calldata = from_slice(data[20:])
    return {b"revert": b"\1", b"forbid": b"\2"}.get(calldata) or b"\0" + slice_of(calldata[::-1])


def packaged_runner(data):
    return b"\0\1" + slice_of(b"archive") if from_slice(data) == b"py:1" else b"\0\0"


def inputs():
    message = {
        "chain_id": 1,
        "contract_address": Address(CONTRACT),
        "datetime": "2024-11-26T06:42:42.424242Z",
        "entry_data": encode({"": "foo"}),
        "entry_kind": 0,
        "entry_stage_data": None,
        "is_init": False,
        "origin_address": Address(SENDER),
        "sender_address": Address(SENDER),
        "signer_address": Address(SENDER),
        "stack": [],
        "value": 7,
    }
    flags = ["call_others", "register_runners", "send_messages", "spawn_nondet", "write_storage"]
    return {
        "allocations": [],
        "bucket_totals": [1 << 200, 0],
        "code": b"\0asm",
        "fees": None,
        "leader_results": None,
        "message": message,
        "permissions": dict.fromkeys(flags, True),
        "sync": False,
        "time": 1 << 60,
        "version": 1,
        "view": 0,
    }


def main():
    told = []
    send(encode(inputs()))
    while True:
        request = receive()
        kind, data = request[0], request[1:]
        if kind == 0:
            send(storage_read(data))
        elif kind == 1:
            told.append(("fuel", int.from_bytes(data, "little")))
        elif kind == 2:
            send(eth_call(data))
        elif kind == 3:
            assert data == CONTRACT
            send(b"\0" + (1 << 128).to_bytes(32, "little"))
        elif kind == 4:
            assert data == b""
            send(b"\0" + (99).to_bytes(32, "little"))
        elif kind == 5:
            told.append(("disagreement", struct.unpack("<I", data)[0]))
        elif kind == 6:
            report = from_slice(data)
            send(b"\0")
            break
        elif kind == 9:
            send(packaged_runner(data))
        else:
            raise ValueError(f"request {kind}")
    assert told == [("fuel", 3 << 64), ("disagreement", 4095)], told
    # A return: the kind, then a map of 13 entries that starts with the backtrace and the value.
    assert report.startswith(b"\0" + uleb(13 << 3 | 6) + b"\x09backtrace\x00" + b"\x04data" + encode(5)), report
    assert INPUT.read() == b""


main()
