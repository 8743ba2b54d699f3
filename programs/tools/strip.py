#!/usr/bin/env python3
"""Removes every custom section but `name` from the modules given."""
import sys


def leb(data, at):
    value = shift = 0
    while True:
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            return value, at


for path in sys.argv[1:]:
    with open(path, "rb") as f:
        data = f.read()
    out, at = bytearray(data[:8]), 8
    while at < len(data):
        size, body = leb(data, at + 1)
        keep = True
        if data[at] == 0:
            length, name = leb(data, body)
            keep = data[name:name + length] == b"name"
        if keep:
            out += data[at:body + size]
        at = body + size
    with open(path, "wb") as f:
        f.write(out)
