#!/usr/bin/env python3
"""Packs CPython and this SDK as a runner, and a contract that depends on it. Spec: runners.md 1 to 6.

    sdk/python/pack.py runner OUT_DIR              OUT_DIR/python-HASH.zip; prints the id python:HASH
    sdk/python/pack.py contract CONTRACT.py OUT.zip [--runner ID]
                                                   prints the size; ID is that of `runner` by default
    sdk/python/pack.py id                          prints the id only

The runner is made of what programs/fetch_cpython.sh fetches and of sdk/python/compiled; its octets depend
on nothing else, so its hash is the same on every machine. Archives are stored, never compressed.
"""

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CPYTHON = os.path.join(ROOT, "programs", "fetched", "cpython")
LIBRARY = os.path.join(CPYTHON, "root", "usr", "local", "lib", "python3.11")

sys.path.insert(0, HERE)

from selfsame import gvm32

# What a contract has no use for: no sockets, processes, threads, terminals or files to write. Every file
# left out makes the load action of each sub-VM cheaper: 4096 + size octets of RAM.
LEFT_OUT = {
    "asyncio", "concurrent", "dbm", "distutils", "email", "ensurepip", "http", "idlelib", "importlib/metadata",
    "lib2to3", "logging", "multiprocessing", "pydoc_data", "sqlite3", "tkinter", "unittest", "urllib", "venv",
    "wsgiref", "xml", "xmlrpc", "zoneinfo", "__phello__",
    "_pyio.pyc", "aifc.pyc", "bdb.pyc", "cProfile.pyc", "cgi.pyc", "cgitb.pyc", "cmd.pyc", "code.pyc",
    "compileall.pyc", "doctest.pyc", "ftplib.pyc", "getpass.pyc", "imaplib.pyc", "mailbox.pyc", "mailcap.pyc",
    "modulefinder.pyc", "nntplib.pyc", "pdb.pyc", "platform.pyc", "poplib.pyc", "profile.pyc", "pstats.pyc",
    "pty.pyc", "pyclbr.pyc", "pydoc.pyc", "selectors.pyc", "shelve.pyc", "shutil.pyc", "smtpd.pyc", "smtplib.pyc",
    "socket.pyc", "socketserver.pyc", "subprocess.pyc", "tarfile.pyc", "telnetlib.pyc", "tempfile.pyc",
    "timeit.pyc", "trace.pyc", "tracemalloc.pyc", "tty.pyc", "webbrowser.pyc", "zipapp.pyc", "zipfile.pyc",
}

ACTIONS = {"Seq": [
    {"MapFile": {"file": "lib/", "to": "/usr/local/lib/python3.11"}},
    {"MapFile": {"file": "sdk/", "to": "/sdk"}},
    # Text hashes must not depend on the message, or the order of a set would.
    {"AddEnv": {"name": "PYTHONHASHSEED", "val": "0"}},
    {"SetArgs": ["python", "-B", "-S", "/sdk/run.py"]},
    {"StartWasm": "python.wasm"},
]}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def archive(files):
    """A stored ZIP of name -> octets: names ascending, one fixed date, nothing else that could differ."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as z:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            z.writestr(info, files[name])
    return out.getvalue()


def as_json(value):
    return json.dumps(value, separators=(",", ":")).encode()


def library():
    """The standard library's files by their path in it, without those of LEFT_OUT."""
    files = {}
    for folder, folders, names in os.walk(LIBRARY):
        inside = os.path.relpath(folder, LIBRARY).replace(os.sep, "/")
        inside = "" if inside == "." else inside + "/"
        folders[:] = [f for f in folders if inside + f not in LEFT_OUT and f != "__pycache__"]
        for name in names:
            if inside + name not in LEFT_OUT:
                files[inside + name] = read(os.path.join(folder, name))
    return files


def sdk():
    """The compiled modules, each checked against the hash of its source."""
    files = {"run.py": read(os.path.join(HERE, "run.py"))}
    sources = {n for n in os.listdir(os.path.join(HERE, "selfsame")) if n.endswith(".py")}
    compiled = set(os.listdir(os.path.join(HERE, "compiled")))
    if {n + "c" for n in sources} != compiled:
        sys.exit("pack: sdk/python/compiled has other modules than selfsame/: run compile.sh")
    for name in sources:
        octets = read(os.path.join(HERE, "compiled", name + "c"))
        magic = int.from_bytes(octets[:4], "little")
        source = read(os.path.join(HERE, "selfsame", name))
        if octets[8:16] != importlib.util._imp.source_hash(magic, source):
            sys.exit(f"pack: compiled/{name}c is older than its source: run compile.sh")
        files["selfsame/" + name + "c"] = octets
    return files


def runner():
    """The runner's octets and its id."""
    subprocess.run([os.path.join(ROOT, "programs", "fetch_cpython.sh")], check=True, stdout=sys.stderr)
    files = {"runner.json": as_json(ACTIONS), "python.wasm": read(os.path.join(CPYTHON, "python.wasm"))}
    files.update(("lib/" + name, octets) for name, octets in library().items())
    files.update(("sdk/" + name, octets) for name, octets in sdk().items())
    octets = archive(files)
    return octets, "python:" + gvm32.encode(hashlib.sha256(octets).digest())


def contract(source, runner_id):
    actions = {"Seq": [
        {"MapFile": {"file": "contract.py", "to": "/contract/contract.py"}},
        {"Depends": runner_id},
    ]}
    return archive({"contract.py": source, "runner.json": as_json(actions)})


def main(args):
    if args[:1] == ["id"] and len(args) == 1:
        print(runner()[1])
    elif args[:1] == ["runner"] and len(args) == 2:
        octets, runner_id = runner()
        os.makedirs(args[1], exist_ok=True)
        with open(os.path.join(args[1], runner_id.replace(":", "-") + ".zip"), "wb") as f:
            f.write(octets)
        print(runner_id)
    elif args[:1] == ["contract"] and (len(args) == 3 or len(args) == 5 and args[3] == "--runner"):
        octets = contract(read(args[1]), args[4] if len(args) == 5 else runner()[1])
        with open(args[2], "wb") as f:
            f.write(octets)
        print(len(octets))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
