#!/bin/sh
# Fetches CPython 3.11.1 for WASI (a core WebAssembly module that imports
# nothing but `wasi_snapshot_preview1`) and its standard library into
# programs/fetched/cpython/:
#
#   python.wasm                    the interpreter
#   root/usr/local/lib/python3.11  its standard library, as plain .pyc files
#
# Needs python3 with pip, nothing else. Both come out of one pinned wheel of the
# package index; the SHA-256 of the wheel, of the interpreter and of the library
# are checked. Running it again is free when everything is there already.
# Nothing fetched is ever committed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dest=${1:-"$here/fetched/cpython"}
python=${PYTHON:-python3}

"$python" - "$dest" <<'PY'
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "cat-agent"
VERSION = "0.2.0"
WHEEL_SHA256 = "b00c2241595d0e3725a8f5abf6b33b8916c40897ed28c550bc0667abcb018c9d"
INSIDE = "cat_agent/tools/resource/wasm_runtime/"
WASM = INSIDE + "bin/python-3.11.1.wasm"
WASM_SHA256 = "88b0f02cc42b389ab14e8c1b9a57e7ea5ab75397c0859baf9265c5eac58d3437"
STDLIB = INSIDE + "usr/local/lib/python311.zip"
STDLIB_SHA256 = "4593d0c62a1b4cb7de17c591578eb85de3b4037828b18a6764bbd304435da605"

dest = os.path.abspath(sys.argv[1])
stamp = os.path.join(dest, "STAMP")
want = f"{PACKAGE} {VERSION} {WASM_SHA256} {STDLIB_SHA256} layout 1\n"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check(what, data, expected):
    got = sha256(data)
    if got != expected:
        sys.exit(f"fetch_cpython: {what}: SHA-256 is {got}, expected {expected}")


def report(verb):
    wasm = os.path.join(dest, "python.wasm")
    print(f"{verb}: {wasm} ({os.path.getsize(wasm)} bytes, SHA-256 checked)")
    print(f"{verb}: {os.path.join(dest, 'root')} (map it as /)")


if os.path.isfile(stamp):
    with open(stamp) as f:
        fresh = f.read() == want
    wasm = os.path.join(dest, "python.wasm")
    if fresh and os.path.isfile(wasm):
        with open(wasm, "rb") as f:
            if sha256(f.read()) == WASM_SHA256:
                report("already there")
                sys.exit(0)

with tempfile.TemporaryDirectory() as tmp:
    requirements = os.path.join(tmp, "requirements.txt")
    with open(requirements, "w") as f:
        f.write(f"{PACKAGE}=={VERSION} --hash=sha256:{WHEEL_SHA256}\n")
    print(f"fetching {PACKAGE} {VERSION} with pip")
    # The wheel is pure Python: the same one for every host. Nothing of it is
    # installed or run, two files are taken out of it.
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
         "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:",
         "--ignore-requires-python", "--dest", tmp, "-r", requirements],
        check=True,
    )
    wheels = [n for n in os.listdir(tmp) if n.endswith(".whl")]
    if len(wheels) != 1:
        sys.exit(f"fetch_cpython: expected one wheel, found {wheels}")
    with zipfile.ZipFile(os.path.join(tmp, wheels[0])) as z:
        wasm, stdlib = z.read(WASM), z.read(STDLIB)
    check("python.wasm", wasm, WASM_SHA256)
    check("the standard library", stdlib, STDLIB_SHA256)

    library = os.path.join(tmp, "stdlib.zip")
    with open(library, "wb") as f:
        f.write(stdlib)
    if os.path.isdir(dest):
        shutil.rmtree(dest)
    lib = os.path.join(dest, "root", "usr", "local", "lib", "python3.11")
    # The library is unpacked: importing from a .zip costs a hundred million
    # instructions more, and needs seeks from the end of a file.
    os.makedirs(os.path.join(lib, "lib-dynload"))
    with zipfile.ZipFile(library) as z:
        z.extractall(lib)
    # Without this directory CPython warns on stderr at each start.
    with open(os.path.join(lib, "lib-dynload", ".empty"), "w"):
        pass
    with open(os.path.join(dest, "python.wasm"), "wb") as f:
        f.write(wasm)
    with open(stamp, "w") as f:
        f.write(want)
report("fetched")
PY
