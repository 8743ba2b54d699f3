#!/usr/bin/env python3
"""Runs the programs of this folder on a second engine, to know what Selfsame
must answer. The engine is wasmtime (`pip install wasmtime`) with canonical NaNs;
the system interface is written here a second time, from the project's WASI
rules, so that it shares no code with ours.

    reference.py run FILE ARG              call the export `run`
    reference.py wasi FILE [--dir HOST::GUEST]... [--env K=V]... [--stdin FILE] -- ARGV...
    reference.py expect                    write expected.json: every program's results
    reference.py check                     compare with the committed expected.json

ARGV is the whole argv, the program's own name included.
"""

import base64
import hashlib
import json
import os
import random
import re
import struct
import sys

import wasmtime
from wasmtime import FuncType, ValType

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BADF, ILSEQ, INVAL, ACCES, ISDIR, NOENT, NOTSUP, OVERFLOW, ROFS, SPIPE = (
    8, 25, 28, 2, 31, 44, 58, 61, 69, 70)
TIME = 1732603362424242000  # 2024-11-26T06:42:42.424242Z


class Exit(Exception):
    pass


def engine():
    config = wasmtime.Config()
    config.consume_fuel = True
    config.wasm_relaxed_simd = True
    config.wasm_multi_memory = True
    config.wasm_tail_call = True
    if os.path.isdir(os.path.join(HERE, "fetched")):
        config.cache = True
    for option, value in (("cranelift_nan_canonicalization", True), ("wasm_relaxed_simd_deterministic", True)):
        try:
            set_option(config, option, value)
        except AttributeError:
            pass
    return wasmtime.Engine(config)


def set_option(config, name, value):
    from wasmtime import _ffi as ffi  # the Python class does not name these two
    c_name = {
        "cranelift_nan_canonicalization": "wasmtime_config_cranelift_nan_canonicalization_set",
        "wasm_relaxed_simd_deterministic": "wasmtime_config_wasm_relaxed_simd_deterministic_set",
    }[name]
    import ctypes
    function = getattr(ffi.dll, c_name)
    function.argtypes = [ctypes.c_void_p, ctypes.c_bool]
    function.restype = None
    function(ctypes.cast(config.ptr(), ctypes.c_void_p), value)


class Wasi:
    """`wasi_snapshot_preview1` over a read-only tree held in memory."""

    def __init__(self, argv, env, dirs, stdin=b"", echo=False):
        self.argv = [a.encode() for a in argv]
        self.env = [f"{k}={v}".encode() for k, v in sorted(env.items())]
        self.root = {}
        for host, guest in dirs:
            self.map(host, guest)
        self.out, self.err, self.echo = bytearray(), bytearray(), echo
        self.fds = {0: ["file", stdin, 0], 1: ["out"], 2: ["err"], 3: ["dir", self.root, ()]}
        self.next, self.free = 3, []
        seed = int.from_bytes(hashlib.sha3_256(stdin).digest(), "little")
        self.rng = random.Random(seed)
        self.exit_code = None
        self.calls = {}

    def map(self, host, guest):
        parts = [p for p in guest.split("/") if p]
        if os.path.isfile(host):
            node = self.folder(parts[:-1])
            with open(host, "rb") as f:
                node[parts[-1]] = f.read()
            return
        base = self.folder(parts)
        for folder, _, files in os.walk(host):
            rel = os.path.relpath(folder, host)
            node = base
            for p in [] if rel == "." else rel.split(os.sep):
                node = node.setdefault(p, {})
            for name in files:
                with open(os.path.join(folder, name), "rb") as f:
                    node[name] = f.read()

    def folder(self, parts):
        node = self.root
        for p in parts:
            node = node.setdefault(p, {})
        return node

    # memory
    def rd(self, ptr, n):
        ptr &= 0xFFFFFFFF
        return bytes(self.mem.read(self.caller, ptr, ptr + n)) if n else b""

    def wr(self, ptr, data):
        if len(data):
            self.mem.write(self.caller, data, ptr & 0xFFFFFFFF)

    def u32(self, ptr, v):
        self.wr(ptr, struct.pack("<I", v))

    def u64(self, ptr, v):
        self.wr(ptr, struct.pack("<Q", v))

    def iovs(self, ptr, n):
        return [struct.unpack("<II", self.rd(ptr + 8 * i, 8)) for i in range(n)]

    def alloc(self, entry):
        if self.free:
            fd = self.free.pop()
        else:
            self.next += 1
            fd = self.next
        self.fds[fd] = entry
        return fd

    def lookup(self, fd, path, length):
        e = self.fds.get(fd)
        if e is None or e[0] != "dir":
            return BADF, None, None
        try:
            name = self.rd(path, length).decode("utf-8")
        except UnicodeDecodeError:
            return ILSEQ, None, None
        parts = list(e[2])
        for p in name.split("/"):
            if p == "..":
                del parts[-1:]
            elif p not in ("", "."):
                parts.append(p)
        node = self.root
        for p in parts:
            if not isinstance(node, dict):
                return BADF, None, None
            if p not in node:
                return NOENT, None, None
            node = node[p]
        return 0, node, tuple(parts)

    # functions
    def args_sizes_get(self, c, s):
        self.u32(c, len(self.argv)), self.u32(s, sum(len(a) + 1 for a in self.argv))
        return 0

    def strings(self, items, ptrs, buf):
        for i, a in enumerate(items):
            self.wr(buf, a + b"\0")
            self.u32(ptrs + 4 * i, buf)
            buf += len(a) + 1
        return 0

    def args_get(self, argv, buf):
        return self.strings(self.argv, argv, buf)

    def environ_sizes_get(self, c, s):
        self.u32(c, len(self.env)), self.u32(s, sum(len(a) + 1 for a in self.env))
        return 0

    def environ_get(self, env, buf):
        return self.strings(self.env, env, buf)

    def clock_res_get(self, id, out):
        if not 0 <= id <= 3:
            return INVAL
        self.u64(out, 1)
        return 0

    def clock_time_get(self, id, _precision, out):
        if not 0 <= id <= 3:
            return INVAL
        self.u64(out, TIME)
        return 0

    def random_get(self, buf, n):
        data, left = b"", n & 0xFFFFFFFF
        while left:
            take = min(left, 8)
            words = 2 if take > 4 else 1
            data += b"".join(struct.pack("<I", self.rng.getrandbits(32)) for _ in range(words))[:take]
            left -= take
        self.wr(buf, data)
        return 0

    def proc_exit(self, code):
        self.exit_code = code & 0xFFFFFFFF
        raise Exit

    def fd_close(self, fd):
        if self.fds.pop(fd, None) is None:
            return BADF
        self.free.append(fd)
        return 0

    def read_at(self, e, iovs, n, at, out):
        total = 0
        for ptr, length in self.iovs(iovs, n):
            piece = e[1][at + total:at + total + length]
            self.wr(ptr, piece)
            total += len(piece)
        self.u32(out, total)
        return total

    def fd_read(self, fd, iovs, n, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] != "file":
            return ISDIR if e[0] == "dir" else ACCES
        e[2] += self.read_at(e, iovs, n, e[2], out)
        return 0

    def fd_pread(self, fd, iovs, n, at, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] != "file":
            return ISDIR if e[0] == "dir" else ACCES
        self.read_at(e, iovs, n, at & (2**64 - 1), out)
        return 0

    def fd_write(self, fd, iovs, n, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] in ("file", "dir"):
            return ROFS
        total = 0
        for ptr, length in self.iovs(iovs, n):
            data = self.rd(ptr, length)
            (self.out if e[0] == "out" else self.err).extend(data)
            if self.echo:
                stream = sys.stdout if e[0] == "out" else sys.stderr
                stream.buffer.write(data)
                stream.flush()
            total += length
        self.u32(out, total)
        return 0

    def fd_seek(self, fd, delta, whence, out):
        if not 0 <= whence <= 2:
            return INVAL
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] != "file":
            return NOTSUP if e[0] == "dir" else SPIPE
        if whence == 2:
            return NOTSUP
        e[2] = min(max(delta + (e[2] if whence else 0), 0), len(e[1]))
        self.u64(out, e[2])
        return 0

    def fd_tell(self, fd, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] != "file":
            return NOTSUP if e[0] == "dir" else SPIPE
        self.u64(out, e[2])
        return 0

    def fd_fdstat_get(self, fd, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        kind, rights = {"file": (4, 0x24E0B7), "dir": (3, 0x24E002)}.get(e[0], (0, 0x40))
        self.wr(out, bytes([kind]))
        self.wr(out + 2, b"\0\0")
        self.u64(out + 8, rights), self.u64(out + 16, rights)
        return 0

    def filestat(self, out, kind, nlink, size):
        self.u64(out, 0), self.u64(out + 8, 0), self.wr(out + 16, bytes([kind]))
        self.u64(out + 24, nlink), self.u64(out + 32, size)
        self.wr(out + 40, bytes(24))
        return 0

    def fd_filestat_get(self, fd, out):
        e = self.fds.get(fd)
        if e is None:
            return BADF
        if e[0] == "file":
            return self.filestat(out, 4, 1, len(e[1]))
        return self.filestat(out, 3 if e[0] == "dir" else 2, 1, 0)

    def fd_prestat_get(self, fd, out):
        e = self.fds.get(fd)
        if e is None or e[0] != "dir" or fd != 3 or e[2]:
            return BADF
        self.wr(out, b"\0")
        self.u32(out + 4, 1)
        return 0

    def fd_prestat_dir_name(self, fd, path, n):
        e = self.fds.get(fd)
        if e is None or e[0] != "dir":
            return BADF
        name = (e[2][-1] if e[2] else "/").encode()
        if n < len(name):
            return OVERFLOW
        self.wr(path, name)
        return 0

    def fd_readdir(self, fd, buf, n, cookie, out):
        e = self.fds.get(fd)
        if e is None or e[0] != "dir":
            return BADF
        entries = [(".", 3), ("..", 3)]
        entries += [(k, 3 if isinstance(v, dict) else 4)
                    for k, v in sorted(e[1].items(), key=lambda kv: kv[0].encode())]
        data = b""
        for i, (name, kind) in enumerate(entries):
            if i < cookie & (2**64 - 1):
                continue
            raw = name.encode()
            data += struct.pack("<QQIBxxx", i + 1, 0, len(raw), kind) + raw
        data = data[:n & 0xFFFFFFFF]
        self.wr(buf, data)
        self.u32(out, len(data))
        return 0

    def path_open(self, fd, _flags, path, n, _o, _r, _i, _f, out):
        error, node, parts = self.lookup(fd, path, n)
        if error:
            return error
        entry = ["dir", node, parts] if isinstance(node, dict) else ["file", node, 0]
        self.u32(out, self.alloc(entry))
        return 0

    def path_filestat_get(self, fd, _flags, path, n, out):
        error, node, _ = self.lookup(fd, path, n)
        if error:
            return error
        if isinstance(node, dict):
            return self.filestat(out, 3, 0, 0)
        return self.filestat(out, 4, 0, len(node))


FIXED = {
    "proc_raise": NOTSUP, "sched_yield": NOTSUP, "poll_oneoff": NOTSUP,
    "fd_advise": 0, "fd_datasync": 0, "fd_sync": 0,
    "path_readlink": BADF, "path_create_directory": ROFS, "path_filestat_set_times": ROFS,
    "path_link": ROFS, "path_remove_directory": ROFS, "path_unlink_file": ROFS,
    "path_rename": ROFS, "path_symlink": ROFS, "fd_allocate": ROFS,
    "fd_fdstat_set_flags": ROFS, "fd_fdstat_set_rights": ROFS, "fd_filestat_set_size": ROFS,
    "fd_filestat_set_times": ROFS, "fd_pwrite": NOTSUP, "fd_renumber": NOTSUP,
    "sock_accept": ACCES, "sock_recv": ACCES, "sock_send": ACCES, "sock_shutdown": ACCES,
}
FUEL = 10**13

# Arguments of the compiled programs: a few whose bill is small enough to try every
# gas limit, then one of about a million instructions, then one for the benchmark.
CALLS = {
    "arena": ((0, 1, 12), 2000, 300000),
    "bigint": ((0,), 20, 64),
    "blake2s": ((0, 63), 2000, 65536),
    "bulk": ((), 1500, 20000),
    "coremark_like": ((0,), 1, 100),
    "fib": ((0, 1, 8), 18, 30),
    "json": ((0,), 60, 500),
    "lz": ((0, 40), 8000, 32768),
    "mandelbrot": ((0, 1, 2), 12, 120),
    "matmul": ((1, 3), 30, 64),
    "mix": ((0, 1, 9), 2500, 200000),
    "nbody": ((0, 2), 700, 50000),
    "numeric": ((0, 1, 13), 2500, 100000),
    "regex": ((0,), 20, 600),
    "relaxed": ((0, 1, 16), 2000, 100000),
    "sha256": ((0, 64), 6000, 500000),
    "sieve": ((0, 100), 30000, 500000),
    "simd": ((0, 1), 100, 5000),
    "sort": ((0, 2, 20), 900, 4096),
    "tail": ((0, 1, 60), 20000, 1000000),
    "vm_indirect": ((0, 1, 3), 55, 3000),
    "vm_switch": ((0, 5, 12), 100, 256),
}
WASI = [
    dict(file="wasm/wasi_hello.wasm", argv=["hello"]),
    dict(file="wasm/wasi_hello.wasm", argv=["hello", "two words", "", "ünï"], env={"B": "2", "A": "1=1"}),
    dict(file="wasm/wasi_cat.wasm", argv=["cat"], stdin="data/tree/words.txt"),
    dict(file="wasm/wasi_cat.wasm", argv=["cat"]),
    dict(file="wasm/wasi_tree.wasm", argv=["tree"]),
    dict(file="wasm/wasi_tree.wasm", argv=["tree"], dirs=[("data/tree", "/")]),
    dict(file="wasm/wasi_tree.wasm", argv=["tree", "/m/sub"], dirs=[("data/tree", "/m"), ("data/tree/sub", "/m/sub/again")]),
    dict(file="wasm/wasi_tree.wasm", argv=["tree", "/none"], dirs=[("data/tree", "/")]),
    dict(file="wasm/wasi_clock_random.wasm", argv=["clock"]),
    dict(file="wasm/wasi_clock_random.wasm", argv=["clock"], stdin="data/tree/A.bin"),
    dict(file="wasm/wasi_exit7.wasm", argv=["exit7"]),
    dict(file="wasm/wasi_wordcount.wasm", argv=["wc", "/words.txt", "sub/deeper/../x", "/A.bin", "/empty-file-dir/empty"], dirs=[("data/tree", "/")]),
    dict(file="wasm/wasi_wordcount.wasm", argv=["wc", "/none", "/sub", "/words.txt/x"], dirs=[("data/tree", "/")]),
    dict(file="wasm/wasi_deep_trap.wasm", argv=["deep_trap"]),
    dict(file="wasm/wasi_deep_trap.wasm", argv=["deep_trap", "3"]),
]
TRAPS = {"integer_division_by_zero": "integer_divide_by_zero"}


def outcome(store, fuel, call):
    """What a call comes to, and the fuel it took on this engine (not our gas)."""
    result = {}
    try:
        value = call()
        result["outcome"] = "return"
        if value is not None:
            result["values"] = value
    except wasmtime.Trap as t:
        code = t.trap_code
        name = code.name.lower() if code is not None else "?"
        result["outcome"] = "trap"
        result["code"] = "wasm_trap " + TRAPS.get(name, name)
    result["fuel"] = fuel - store.get_fuel()
    return result


def load(path):
    with open(path, "rb") as f:
        data = f.read()
    return wasmtime.wat2wasm(data.decode()) if path.endswith(".wat") else data


def run(path, args):
    e = engine()
    store = wasmtime.Store(e)
    store.set_fuel(FUEL)
    module = wasmtime.Module(e, load(path))
    types = next(x.type for x in module.exports if x.name == "run").results

    def call():
        instance = wasmtime.Instance(store, module, [])
        value = instance.exports(store)["run"](store, *args)
        values = value if isinstance(value, list) else [value]
        return [{"type": str(t), "bits": bits(str(t), v)} for t, v in zip(types, values)]

    return outcome(store, FUEL, call)


def bits(type, v):
    if type == "f64":
        return "0x" + struct.pack(">d", v).hex()
    if type == "f32":
        return "0x" + struct.pack(">f", v).hex()
    digits = {"i32": 8, "i64": 16}[type]
    return f"0x{v & (16**digits - 1):0{digits}x}"


def run_wasi(path, argv, env=None, dirs=(), stdin=b"", echo=False):
    e = engine()
    store = wasmtime.Store(e)
    store.set_fuel(FUEL)
    module = wasmtime.Module(e, load(path))
    wasi = Wasi(argv, env or {}, dirs, stdin, echo)
    linker = wasmtime.Linker(e)
    for item in module.imports:
        assert item.module == "wasi_snapshot_preview1", item.module
        name, type = item.name, item.type

        def host(caller, *args, name=name):
            wasi.caller, wasi.mem = caller, caller["memory"]
            wasi.calls[name] = wasi.calls.get(name, 0) + 1
            return FIXED[name] if name in FIXED else getattr(wasi, name)(*args)

        linker.define_func(item.module, name, type, host, access_caller=True)
    instance = linker.instantiate(store, module)
    result = {}
    try:
        result = outcome(store, FUEL, lambda: instance.exports(store)["_start"](store))
    except Exit:
        result = {"outcome": "exit", "exit_code": wasi.exit_code, "fuel": FUEL - store.get_fuel()}
    result["pages"] = instance.exports(store)["memory"].size(store)
    result["stdout"], result["stderr"] = bytes(wasi.out), bytes(wasi.err)
    result["calls"] = wasi.calls
    return result


def expected():
    """One object for each run of each program."""
    cases = []
    for name in sorted(os.listdir(os.path.join(HERE, "wat"))):
        file = "wat/" + name
        with open(os.path.join(HERE, file)) as f:
            first = f.readline()
        for args in re.findall(r"run\(([^)]*)\)", first):
            case = {"file": file, "invoke": "run", "args": [int(a) for a in args.split(",") if a.strip()]}
            if "forever" in first:
                case.update(outcome="out_of_gas")
            else:
                case.update(run(os.path.join(HERE, file), case["args"]))
            cases.append(case)
    for name, (small, middle, large) in sorted(CALLS.items()):
        for arg in (*small, middle, large):
            case = {"file": f"wasm/{name}.wasm", "invoke": "run", "args": [arg]}
            case.update(run(os.path.join(HERE, case["file"]), [arg]))
            cases.append(case)
    for spec in WASI:
        case = dict(spec)
        dirs = [(os.path.join(HERE, h), g) for h, g in spec.get("dirs", [])]
        stdin = b""
        if "stdin" in spec:
            with open(os.path.join(HERE, spec["stdin"]), "rb") as f:
                stdin = f.read()
        result = run_wasi(os.path.join(HERE, spec["file"]), spec["argv"], spec.get("env"), dirs, stdin)
        del result["pages"], result["calls"]
        for stream in ("stdout", "stderr"):
            result[stream] = base64.b64encode(result[stream]).decode()
        case.update(result)
        cases.append(case)
    for case in cases:
        if "fuel" in case:
            case["about"] = case.pop("fuel")
    return "[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n"


def main():
    command, args = sys.argv[1], sys.argv[2:]
    if command == "run":
        print(run(args[0], [int(a) for a in args[1:]]))
    elif command == "wasi":
        cut = args.index("--")
        path, options, argv = args[0], args[1:cut], args[cut + 1:]
        env, dirs, stdin = {}, [], b""
        for key, value in zip(options[::2], options[1::2]):
            if key == "--env":
                k, v = value.split("=", 1)
                env[k] = v
            elif key == "--dir":
                dirs.append(value.rsplit("::", 1))
            elif key == "--stdin":
                with open(value, "rb") as f:
                    stdin = f.read()
        result = run_wasi(path, argv, env, dirs, stdin, echo=True)
        del result["stdout"], result["stderr"]
        print(json.dumps(result), file=sys.stderr)
    elif command == "expect":
        with open(os.path.join(HERE, "expected.json"), "w") as f:
            f.write(expected())
    elif command == "check":
        with open(os.path.join(HERE, "expected.json")) as f:
            old = json.load(f)
        for case in old:
            case.pop("about", None)
        new = json.loads(expected())
        for case in new:
            case.pop("about", None)
        differ = [(a, b) for a, b in zip(old, new) if a != b]
        for a, b in differ:
            print("committed:", a, "\nnow:      ", b)
        print(f"{len(new)} runs, {len(differ)} differ")
        sys.exit(1 if differ or len(old) != len(new) else 0)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
