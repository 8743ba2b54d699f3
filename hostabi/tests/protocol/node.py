"""A node for the executor at the other end of a stream, as docs/host-protocol.md has it: what a chain must hold and
answer, and no more. `session.py` runs a chain with it."""

import os
import struct
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
sys.path.insert(0, os.path.join(ROOT, "sdk/python/selfsame"))

from calldata import Address, decode, encode  # noqa: E402

PAGE = 32
KINDS = ["Return", "UserError", "VMError", "InternalError"]
PERMISSIONS = ["call_others", "register_runners", "send_messages", "spawn_nondet", "write_storage"]


def read_exactly(source, count):
    octets = b""
    while len(octets) < count:
        piece = source.read(count - len(octets))
        if not piece:
            raise EOFError("the executor has gone")
        octets += piece
    return octets


def receive(source):
    return read_exactly(source, struct.unpack("<I", read_exactly(source, 4))[0])


def send(sink, octets):
    sink.write(struct.pack("<I", len(octets)) + octets)
    sink.flush()


def to_slice(octets):
    return struct.pack("<I", len(octets)) + octets


def from_slice(octets):
    """The octets of a slice, and what stands behind it."""
    end = 4 + struct.unpack_from("<I", octets)[0]
    assert end <= len(octets)
    return octets[4:end], octets[end:]


class Result:
    """What an execution came to: the map of the report, and what comes with it."""

    def __init__(self, request):
        report, rest = from_slice(request)
        self.kind = KINDS[report[0]]
        # Two containers stand around what a contract may nest 128 deep; these contracts nest nothing that deep.
        self.report = decode(report[1:])
        assert self.report["kind"] == report[0]
        self.time_used = struct.unpack_from("<Q", rest)[0]
        personal, rest = from_slice(rest[8:])
        self.personal = decode(personal)
        assert rest == b""


class Node:
    """The state of a chain."""

    def __init__(self):
        self.pages = {}  # (address, slot, page): 32 octets
        self.balances = {}  # address: amount
        self.runners = {}  # id: archive
        self.told = []  # requests without an answer

    def storage_read(self, data):
        _view, address, slot, index, length = struct.unpack("<B20s32sII", data)
        first, end = index // PAGE, -(-(index + length) // PAGE)
        pages = (self.pages.get((address, slot, page), bytes(PAGE)) for page in range(first, end))
        return b"".join(pages)[index - first * PAGE:][:length]

    def packaged_runner(self, data):
        name, rest = from_slice(data)
        assert rest == b""
        runner = self.runners.get(name.decode())
        return b"\0" if runner is None else b"\1" + to_slice(runner)

    def eth_call(self, data):
        """The answer with its first octet. There is no EVM here."""
        return b"\2"

    def answer(self, kind, data):
        """The answer to a request; None where there is none."""
        if kind == 0:
            return b"\0" + self.storage_read(data)
        if kind == 1:
            self.told.append(("fuel", int.from_bytes(data, "little")))
            return None
        if kind == 2:
            return self.eth_call(data)
        if kind == 3:
            return b"\0" + self.balances.get(data, 0).to_bytes(32, "little")
        if kind == 4:
            return b"\0" + (2**256 - 1).to_bytes(32, "little")
        if kind == 5:
            self.told.append(("disagreement", struct.unpack("<I", data)[0]))
            return None
        if kind == 9:
            return b"\0" + self.packaged_runner(data)
        raise ValueError(f"request {kind}")

    def execute(self, source, sink, inputs):
        """One execution over a stream: what it came to."""
        send(sink, encode(inputs))
        while True:
            request = receive(source)
            kind, data = request[0], request[1:]
            if kind == 6:
                result = Result(data)
                send(sink, b"\0")
                return result
            answer = self.answer(kind, data)
            if answer is not None:
                send(sink, answer)

    def commit(self, address, result):
        """Keeps the changes of a transaction that the chain has accepted."""
        for key, octets in result.report["storage_changes"]:
            slot, first = key[:32], int.from_bytes(key[32:], "big")
            for at in range(0, len(octets), PAGE):
                self.pages[address, slot, first + at // PAGE] = octets[at:at + PAGE]


def inputs(contract, sender, entry, **other):
    """The inputs of a transaction as leader, without value and without fees, where `other` does not say otherwise."""
    message = {
        "chain_id": 1,
        "contract_address": Address(contract),
        "datetime": "2024-11-26T06:42:42.424242Z",
        "entry_data": encode(entry),
        "entry_kind": 0,
        "entry_stage_data": None,
        "is_init": other.get("code") is not None,
        "origin_address": Address(sender),
        "sender_address": Address(sender),
        "signer_address": Address(sender),
        "stack": [],
        "value": 0,
    }
    return {
        "allocations": [],
        "bucket_totals": [],
        "code": None,
        "fees": None,
        "leader_results": None,
        "message": message,
        "permissions": dict.fromkeys(PERMISSIONS, True),
        "personal_key": None,
        "sync": False,
        "time": 10**9,
        "version": 1,
        "view": 0,
    } | other
