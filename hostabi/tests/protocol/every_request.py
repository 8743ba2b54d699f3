"""A node over standard input and output whose executor asks everything there is to ask; then it checks what it saw."""

import struct
import sys

import node

CONTRACT, SENDER = b"\x11" * 20, b"\x22" * 20


class Asked(node.Node):
    def storage_read(self, data):
        view, address, slot, index, length = struct.unpack("<B20s32sII", data)
        assert (view, address, slot) == (2, CONTRACT, b"\x33" * 32)
        return bytes((index + i) % 256 for i in range(length))

    def eth_call(self, data):
        calldata, rest = node.from_slice(data[20:])
        assert (data[:20], rest) == (CONTRACT, b"")
        return {b"revert": b"\1", b"forbid": b"\2"}.get(calldata) or b"\0" + node.to_slice(calldata[::-1])


def main():
    asked = Asked()
    asked.runners["py:1"] = b"archive"
    asked.balances[CONTRACT] = 1 << 128
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    inputs = node.inputs(CONTRACT, SENDER, {"": "foo"}, code=b"\0asm", bucket_totals=[1 << 200, 0], time=1 << 60)
    inputs["message"]["value"] = 7
    result = asked.execute(source, sink, inputs)
    assert asked.told == [("fuel", 3 << 64), ("disagreement", 4095)], asked.told
    assert (result.kind, result.report["data"], result.time_used) == ("Return", 5, 77), result.report
    assert result.personal == {"main": {"memories": [b"\x09" * 32]}}, result.personal
    assert source.read() == b""


main()
