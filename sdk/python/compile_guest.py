"""Runs on CPython for WASI (compile.sh): prints each module of the SDK compiled, one line a module: its
name and the octets of its .pyc in hex. The .pyc holds the hash of its source and is never checked by an
import, so it says nothing of time or place; a machine without clocks makes the same octets everywhere."""

import posix
import sys

import _imp
import marshal
from binascii import hexlify

MAGIC = (3495).to_bytes(2, "little") + b"\r\n"  # CPython 3.11
UNCHECKED_HASH = (1).to_bytes(4, "little")
SOURCES = "/sdk/selfsame/"

for name in sorted(posix.listdir(SOURCES)):
    if not name.endswith(".py"):
        continue
    fd = posix.open(SOURCES + name, posix.O_RDONLY)
    source = b""
    while part := posix.read(fd, 1 << 16):
        source += part
    posix.close(fd)
    code = compile(source, SOURCES + name, "exec", dont_inherit=True)
    pyc = MAGIC + UNCHECKED_HASH + _imp.source_hash(int.from_bytes(MAGIC, "little"), source) + marshal.dumps(code)
    sys.stdout.write(name + "c " + hexlify(pyc).decode() + "\n")
