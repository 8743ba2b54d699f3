#!/usr/bin/env python3
"""Runs the compiled contracts on another engine with a host of 150 lines: a check of the contracts and of
the C header that shares nothing with Selfsame but the specification. It knows no budgets, no fees and no
order of checks; where those matter the supervisor's own tests look.

    pip install wasmtime==50.0.1
    contracts/tools/minihost.py          exits 0 if every contract does what its head comment says
"""

import hashlib
import os
import random
import sys

import wasmtime

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "sdk", "python"))
sys.path.insert(0, os.path.join(HERE, "..", "..", "sdk", "python", "tests"))

from selfsame.calldata import Address, DecodeError, decode, encode
from test_calldata import REJECTED, ROWS

ALICE, BOB, SELF = Address("a1" * 20), Address("b0" * 20), Address("5e" * 20)
ENGINE = wasmtime.Engine()
MODULES = {}


def code_of(name):
    with open(os.path.join(HERE, "..", name, name + ".wasm"), "rb") as f:
        return f.read()


def module_of(code):
    if code not in MODULES:
        MODULES[code] = wasmtime.Module(ENGINE, code)
    return MODULES[code]


class End(Exception):
    """The sub-VM ended: [code][data]."""


class World:
    def __init__(self, web=None, llm=None):
        self.storage, self.events, self.messages, self.custom = {}, [], [], {}
        self.codes, self.web, self.llm, self.votes, self.locked = {}, web, llm, [], set()

    def deploy(self, name, *args, sender=ALICE, address=SELF):
        self.codes[address] = code_of(name)
        return self.main(address, {"args": list(args)}, sender, True)

    def call(self, method, *args, sender=ALICE, address=SELF):
        return self.main(address, {"": method, "args": list(args)}, sender, False)

    def main(self, address, call, sender, init):
        before = dict(self.storage)
        result = Vm(self, self.codes[address], address, sender, 0, encode(call), None, init, 0).run()
        if result[0]:
            self.storage = before
        return result[0], result[1:].decode() if result[0] == 2 else decode(result[1:])


class Vm:
    def __init__(self, world, code, address, sender, kind, data, stage, init, depth):
        self.world, self.code, self.address, self.sender, self.kind, self.depth = world, code, address, sender, kind, depth
        self.message = encode({
            "chain_id": 1, "contract_address": address, "datetime": "2024-11-26T06:42:42.424242Z",
            "entry_data": data, "entry_kind": kind, "entry_stage_data": stage, "is_init": init,
            "origin_address": sender, "sender_address": sender, "signer_address": sender, "stack": [], "value": 0})
        self.files, self.next_fd = {0: [self.message, 0]}, 4

    def run(self):
        self.store = wasmtime.Store(ENGINE)
        i32 = wasmtime.ValType.i32()
        linker = wasmtime.Linker(ENGINE)
        for space, name, n in [
            ("genlayer_sdk", "storage_read", 4), ("genlayer_sdk", "storage_write", 4),
            ("genlayer_sdk", "get_balance", 2), ("genlayer_sdk", "get_self_balance", 1),
            ("genlayer_sdk", "gl_call", 3), ("wasi_snapshot_preview1", "fd_read", 4),
            ("wasi_snapshot_preview1", "fd_write", 4), ("wasi_snapshot_preview1", "fd_close", 1),
            ("wasi_snapshot_preview1", "random_get", 2),
        ]:
            linker.define_func(space, name, wasmtime.FuncType([i32] * n, [i32]), self.guarded(getattr(self, name)))
        linker.define_func("wasi_snapshot_preview1", "proc_exit", wasmtime.FuncType([i32], []), self.guarded(self.proc_exit))
        self.ended = None
        instance = linker.instantiate(self.store, module_of(self.code))
        self.memory = instance.exports(self.store)["memory"]
        try:
            instance.exports(self.store)["_start"](self.store)
        except End:
            pass
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            return b"\x02wasm_trap " + str(error).encode()
        return b"\x00\x00" if self.ended is None else self.ended

    def guarded(self, function):
        def call(*args):
            try:
                return function(*[a & 0xFFFFFFFF for a in args])
            except End as end:
                self.ended = end.args[0]
                raise
        return call

    def get(self, at, n):
        if at + n > self.memory.data_len(self.store):
            raise End(b"\x02wasm_trap fault")
        return bytes(self.memory.read(self.store, at, at + n))

    def put(self, at, octets):
        if at + len(octets) > self.memory.data_len(self.store):
            raise End(b"\x02wasm_trap fault")
        self.memory.write(self.store, octets, at)

    def storage_read(self, slot, index, buf, n):
        if self.kind == 2:
            return 6
        if index + n > 1 << 32:
            return 2
        page = self.world.storage.get((self.address, self.get(slot, 32)), b"")
        self.put(buf, page[index:index + n].ljust(n, b"\0"))
        return 0

    def storage_write(self, slot, index, buf, n):
        if self.kind == 2:
            return 6
        if index + n > 1 << 32:
            return 2
        if self.get(slot, 32) in self.world.locked:
            return 6
        key = (self.address, self.get(slot, 32))
        page = bytearray(self.world.storage.get(key, b"").ljust(index + n, b"\0"))
        page[index:index + n] = self.get(buf, n)
        self.world.storage[key] = bytes(page)
        return 0

    def get_balance(self, address, out):
        self.put(out, (1000).to_bytes(32, "little"))
        return 0

    def get_self_balance(self, out):
        return 6 if self.kind == 2 else self.get_balance(0, out)

    def fd_read(self, fd, iovs, n, out):
        data, at = self.files[fd]
        for i in range(n):
            buf, size = (int.from_bytes(self.get(iovs + 8 * i + k, 4), "little") for k in (0, 4))
            self.put(buf, data[at:at + size])
            at = min(len(data), at + size)
        self.put(out, (at - self.files[fd][1]).to_bytes(4, "little"))
        self.files[fd][1] = at
        return 0

    def fd_write(self, fd, iovs, n, out):
        return 0

    def fd_close(self, fd):
        return 0 if self.files.pop(fd, None) else 8

    def random_get(self, buf, n):
        self.put(buf, bytes(n))
        return 0

    def proc_exit(self, code):
        raise End(b"\x00\x00" if code == 0 else b"\x02exit_code %d" % (code - (code >> 31 << 32)))

    def gl_call(self, at, n, fd_out):
        try:
            request = decode(self.get(at, n))
        except DecodeError:
            return 2
        (name, payload), = request.items()
        answer = getattr(self, "do_" + name)(payload)
        if isinstance(answer, int):
            return answer
        fd = 0xFFFFFFFF
        if answer is not None:
            if self.next_fd >= 1024:
                raise End(b"\x02out_of fds")
            fd, self.next_fd = self.next_fd, self.next_fd + 1
            self.files[fd] = [answer, 0]
        if fd_out & 3:
            raise End(b"\x02wasm_trap fault")
        self.put(fd_out, fd.to_bytes(4, "little"))
        return 0

    def do_Return(self, value):
        raise End(b"\x00" + encode(value))

    def do_UserError(self, value):
        raise End(b"\x01" + encode(value))

    def do_Yield(self, value):
        return None

    def do_GetTimestamp(self, value):
        return encode(1732603362)

    def do_EmitEvent(self, event):
        if self.kind == 2:
            return 6
        assert sorted(event) == ["blob", "topics"] and all(len(t) == 32 for t in event["topics"])
        self.world.events.append(event)

    def do_PostMessage(self, message):
        assert sorted(message) == ["address", "calldata", "on", "value"]
        self.world.messages.append(message)

    def do_EthSend(self, message):
        assert sorted(message) == ["address", "calldata", "value"]
        self.world.messages.append(message)

    def do_DeployContract(self, message):
        assert sorted(message) == ["calldata", "code", "on", "salt_nonce", "value"]
        self.world.messages.append(message)

    def child(self, code, address, kind, data, stage=None):
        if self.depth >= 20:
            return b"\x02out_of vm_recursion"
        return Vm(self.world, code, address, self.sender, kind, data, stage, False, self.depth + 1).run()

    def do_CallContract(self, call):
        assert sorted(call) == ["address", "calldata", "state"]
        address = call["address"]
        return self.child(self.world.codes[address], address, 0, encode(call["calldata"]))

    def do_Sandbox(self, sandbox):
        assert sorted(sandbox) == ["allow_register_runners", "allow_send_messages", "allow_write_storage", "data", "runner"]
        runner = sandbox["runner"]
        return self.child(self.code if runner == "contract" else self.world.custom[runner], self.address, 1, sandbox["data"])

    def do_RegisterRunner(self, runner):
        name = "custom:" + hashlib.sha3_256(runner["code"]).hexdigest()
        self.world.custom[name] = runner["code"]
        return encode(name)

    def do_RunNondet(self, block):
        result = self.child(self.code, self.address, 2, block["data_leader"])
        vote = self.child(self.code, self.address, 2, block["data_validator"], {"leaders_result": result})
        self.world.votes.append(vote)
        return result

    def do_WebRequest(self, request):
        if self.kind != 2:
            return 6
        assert sorted(request) == ["body", "headers", "method", "url"]
        return encode(self.world.web(request))

    def do_ExecPrompt(self, request):
        assert sorted(request) == ["images", "prompt", "response_format"]
        return encode({"ok": self.world.llm(request)})

    do_ExecPromptTemplate = lambda self, request: encode({"ok": self.world.llm(request)})


def check(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def token():
    w = World()
    check(w.deploy("token", 2**255), (0, None))
    check(w.call("transfer", BOB, 2**130), (0, None))
    check(w.call("balance_of", BOB), (0, 2**130))
    check(w.call("balance_of", ALICE), (0, 2**255 - 2**130))
    check(w.call("transfer", ALICE, 2**130 + 1, sender=BOB), (1, "balance too low"))
    check(w.call("mint", BOB, 1, sender=BOB), (1, "only the owner mints"))
    check(w.call("mint", BOB, 2**255), (1, "supply out of range"))
    check(w.call("mint", BOB, 2**255 - 1), (0, None))
    check(w.call("total_supply"), (0, 2**256 - 1))
    check(w.call("burn", 1), (0, None))
    check(w.call("total_supply"), (0, 2**256 - 2))
    check(w.call("owner"), (0, ALICE))
    check(w.call("transfer", BOB, BOB), (1, "bad arguments"))
    check(w.call("transfer", BOB), (1, "bad arguments"))
    check(w.call("transfer", BOB, -1), (1, "bad arguments"))
    check(w.call("transfer", BOB, 2**256), (1, "bad arguments"))
    check(w.call("fly"), (1, "unknown method"))
    check(w.call("transfer", ALICE, 5), (0, None))  # to itself
    check(w.call("balance_of", ALICE), (0, 2**255 - 2**130 - 1))
    check(w.events[1], {"blob": {"amount": 2**130}, "topics": [
        b"Transfer".ljust(32, b"\0"), b"from".ljust(12, b"\0") + ALICE.octets, b"to".ljust(12, b"\0") + BOB.octets]})


def counter():
    w = World()
    check(w.deploy("counter", True, [ALICE, BOB]), (0, None))
    d = [hashlib.sha3_256(bytes(32) + off.to_bytes(4, "little")).digest() for off in range(5)]
    check(w.storage[SELF, d[3]], (4).to_bytes(4, "little") + bytes(32) + d[2] + d[3] + d[4])
    check(w.storage[SELF, d[4]], (2).to_bytes(4, "little") + ALICE.octets + BOB.octets)
    check(w.call("increment"), (0, 1))
    check(w.call("increment", 41), (0, 42))
    check(w.call("increment", 2**64 - 1), (1, "count too high"))
    check(w.call("get"), (0, 42))
    check(w.call("upgrade", b"new code"), (0, None))
    check(w.storage[SELF, d[2]], (8).to_bytes(4, "little") + b"new code")
    w.locked = {d[2], bytes(32)}
    check(w.call("upgrade", b"new code"), (1, "forbidden"))
    check(w.call("poke", bytes(32), 1), (0, 6))
    check(w.call("poke", bytes(31) + b"\1", 1), (0, 0))
    check(w.call("lock", b"\7" * 32), (0, None))


def oracle():
    page = [b'{"price": 123.456}']
    w = World(web=lambda r: {"ok": {"status": 200, "headers": {}, "body": page[0]}} if page[0] else {"error": "x"})
    check(w.deploy("oracle", "http://h/p", 10), (0, None))
    check(w.call("update"), (0, 123456000))
    check(w.call("get"), (0, {"price": 123456000, "updates": 1}))
    check(w.votes, [b"\0\x10"])
    answers = [b'price 200.000', b'price 201.9999999', b'price 200', b'price 202.000001', b'price 7', b'price 7.000001']
    page_of = iter(answers)
    w.web = lambda r: {"ok": {"status": 200, "headers": {}, "body": next(page_of)}}
    w.votes.clear()
    for method in ("update", "update", "update_strict"):
        check(w.call(method)[0], 0)
    check(w.votes, [b"\0\x10", b"\0\x08", b"\0\x08"])
    w.web = lambda r: {"error": "x"}
    check(w.call("update"), (1, "page not reachable"))
    check(w.votes.pop(), b"\0\x10")
    w.web = lambda r: {"ok": {"status": 404, "headers": {}, "body": b""}}
    check(w.call("update"), (1, "page has no status 200"))


def judge():
    def model(request):
        w.asked.append(request)
        template = request.get("template")
        if template in ("EqComparative", "EqNonComparativeValidator"):
            return True
        return "a summary" if template else " Yes."

    w = World(llm=model)
    w.asked = []
    check(w.deploy("judge"), (0, None))
    check(w.call("ask", "why?", "same meaning"), (0, " Yes."))
    check(w.asked[-1], {"leader_answer": " Yes.", "principle": "same meaning", "template": "EqComparative", "validator_answer": " Yes."})
    check(w.call("summarise", "long text"), (0, "a summary"))
    check(sorted(w.asked[-1]), ["criteria", "input", "output", "task", "template"])
    check(w.call("classify", "hello"), (0, True))
    check(w.call("last"), (0, "a summary"))
    check(w.votes, [b"\0\x10"] * 3)


def composer():
    other = Address("0e" * 20)
    w = World()
    w.deploy("echo", address=other)
    check(w.deploy("composer"), (0, None))
    check(w.call("call", other, {"": "echo", "args": [1, [2]]}), (0, b"\0" + encode([1, [2]])))
    check(w.call("call", other, {"": "fail", "args": [{"a": 1}]}, 1), (0, b"\1" + encode({"a": 1})))
    check(w.call("register", code_of("echo"))[0], 0)
    check(w.call("run", code_of("echo"), b"\7\7", 0), (0, b"\0" + encode(b"\7\7")))
    check(w.call("sandbox", "contract", encode({"": "sum"}), 0), (0, b"\0\1"))
    check(w.call("sandbox_add", 5, 1), (0, b"\0" + encode(5)))
    check(w.call("add", 5), (0, 10))
    check(w.call("call_depth", 7), (0, 7))
    check(w.call("sandbox_depth", 19), (0, 19))
    check(w.call("sandbox_depth", 30), (0, 20))
    check(w.call("blocks", 10), (0, 45))
    check(w.votes, [b"\0\x10"] * 10)
    check(w.call("post", other, {"": "echo"}, 7, "accepted"), (0, None))
    check(w.call("pay", other, b"\1", 7), (0, None))
    check(w.call("deploy", b"code", {}, 0, 1, "finalized"), (0, None))
    check(w.call("event", [bytes(32)] * 4, {"x": 1}), (0, None))
    check(w.call("balances", other), (0, [1000, 1000]))
    check([m.get("on") for m in w.messages], ["accepted", None, "finalized"])


def probe():
    w = World()
    check(w.deploy("probe"), (0, None))
    slot = b"s" * 32
    check(w.call("write", slot, 3, b"abc"), (0, [0, None]))
    check(w.call("read", slot, 2, 5), (0, [0, b"\0abc\0"]))
    check(w.call("read", slot, 2**32 - 1, 2), (0, [2, None]))
    check(w.call("send", encode({"GetTimestamp": None})), (0, [0, encode(1732603362)]))
    check(w.call("send_all", [b"\7", encode({"Yield": None})]), (0, [[2, None], [0, None]]))
    check(w.call("send", encode({"UserError": [1]})), (1, [1]))
    read = {"": "read", "args": [slot, 0, 1]}
    check(w.call("in_block", read, {"": "agree", "args": [True]}), (0, b"\0" + encode([6, None])))
    check(w.call("in_sandbox", read, 0), (0, b"\0" + encode([0, b"\0"])))
    check(w.call("in_call", {"": "self_balance"}), (0, b"\0" + encode([0, 1000])))
    check(w.call("message")[1]["chain_id"], 1)


def misbehave():
    w = World()
    check(w.deploy("misbehave"), (0, None))
    for method, text in [
        ("trap", "unreachable"), ("memory_out_of_bounds", "out of bounds memory"), ("table_out_of_bounds", "undefined element"),
        ("null_call", "uninitialized element"), ("bad_signature", "type mismatch"), ("stack_overflow", "call stack exhausted"),
        ("divide_by_zero", "divide by zero"), ("integer_overflow", "integer overflow"),
        ("bad_conversion", "invalid conversion to integer"), ("bad_pointer", "fault"), ("misaligned_fd", "fault"),
        ("fd_leak", "out_of fds"), ("write_then_trap", "unreachable"),
    ]:
        code, got = w.call(method)
        assert code == 2 and text in got, (method, code, got)
    check(w.call("exit", 7), (2, "exit_code 7"))
    check(w.call("exit", -1), (2, "exit_code -1"))
    check(w.call("exit", 0), (0, None))
    check(w.call("written"), (0, 0))
    for method, answer in [("bad_calldata", 2), ("bad_return", 2), ("bad_range", 2), ("web", 6), ("write", 0), ("written", 7)]:
        check(w.call(method), (0, answer))
    check(w.call("in_block", "read", "agree"), (0, b"\0" + encode(6)))
    check(w.call("sandbox_depth"), (0, 20))
    check(w.call("user_error"), (1, "no"))
    check(w.call("fall_off"), (0, None))
    check(w.call("clock"), (0, 1732603362))
    check(len(w.call("huge_return")[1]), 64 << 20)
    assert w.call("memory_bomb")[0] == 0


def echo():
    """The header's strict reader against this decoder: both refuse the same mutants."""
    w = World()
    check(w.deploy("echo"), (0, None))
    value = [None, True, -5, 2**300, b"x", "é", SELF, [[]], {"": 1, "a": {"b": []}}]
    check(w.call("echo", *value), (0, value))
    head = encode({"": "echo", "args": [None]})[:-1]
    entry = lambda data: Vm(w, w.codes[SELF], SELF, ALICE, 1, data, None, False, 0).run()
    for _, text in ROWS:
        check(entry(head + bytes.fromhex(text)).hex(), "000d" + text)
    for text in REJECTED:
        data = head + bytes.fromhex(text)
        check(entry(data), b"\0" + encode(data))
    check(entry(head + b"\x0d" * 126 + b"\0"), b"\0\x0d" + b"\x0d" * 126 + b"\0")
    deep = head + b"\x0d" * 127 + b"\0"
    check(entry(deep), b"\0" + encode(deep))
    rng = random.Random(1)
    for _ in range(300):
        octets = bytearray(encode({"": "echo", "args": [value[rng.randrange(9)] for _ in range(3)]}))
        for _ in range(rng.randrange(3)):
            octets[rng.randrange(12, len(octets))] = rng.choice([0, 1, 6, 13, 0x80, 0xFF, rng.randrange(256)])
        got = entry(bytes(octets))
        try:
            call = decode(octets)
            want = call["args"] if type(call["args"]) is list and call[""] == "echo" else bytes(octets)
        except (DecodeError, KeyError, TypeError):
            want = bytes(octets)
        check(decode(got[1:]), want)


if __name__ == "__main__":
    for test in (echo, token, counter, oracle, judge, composer, probe, misbehave):
        test()
        print(f"{test.__name__}: as its head comment says")
