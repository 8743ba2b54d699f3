"""A device without a VM: storage in a dict, blocks run at once as leader and as validator."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

from selfsame import contract, vm
from selfsame.calldata import Address, decode, encode

ME, ALICE = Address("5e" * 20), Address("a1" * 20)


class Ended(Exception):
    pass


class FakeDevice:
    """Answers as docs/sdk-device.md says. `web` and `llm` are functions from the payload to the answer."""

    def __init__(self, cls, web=None, llm=None):
        self.cls, self.web, self.llm = cls, web, llm
        self.storage, self.events, self.votes, self.messages, self.requests = {}, [], [], [], []
        self.kind, self.web_in_main = 0, False

    def exchange(self, request):
        (name, payload), = decode(request).items()
        self.requests.append(name)
        errno, data = 0, None
        got = getattr(self, "do_" + name)(payload)
        if isinstance(got, tuple):
            errno, data = got
        else:
            data = got
        return encode({"data": data, "errno": errno})

    def run(self, kind, data, stage=None, init=False, sender=ALICE):
        before, device, vm.device = self.kind, vm.device, self
        self.kind = kind
        try:
            return contract.run(self.cls, {
                "chain_id": 1, "contract_address": ME, "datetime": "2024-11-26T06:42:42.424242Z",
                "entry_data": data, "entry_kind": kind, "entry_stage_data": stage, "is_init": init,
                "origin_address": sender, "sender_address": sender, "signer_address": sender,
                "stack": [], "value": 0})
        finally:
            self.kind, vm.device = before, device

    def deploy(self, *args):
        return self.run(0, encode(vm.call_map("", args)), init=True)

    def call(self, method, *args, **kwargs):
        return self.run(0, encode(vm.call_map(method, args, kwargs)))

    def do_StorageRead(self, p):
        if self.kind == 2:
            return 6, None
        octets = self.storage.get(p["slot"], b"")
        return octets[p["index"]:p["index"] + p["len"]].ljust(p["len"], b"\0")

    def do_StorageWrite(self, p):
        if self.kind == 2:
            return 6, None
        old = self.storage.get(p["slot"], b"").ljust(p["index"] + len(p["data"]), b"\0")
        self.storage[p["slot"]] = old[:p["index"]] + p["data"] + old[p["index"] + len(p["data"]):]

    def do_GetSelfBalance(self, p):
        return 1000

    def do_GetBalance(self, p):
        assert isinstance(p["address"], Address)
        return 5

    def do_EmitEvent(self, p):
        assert all(len(t) == 32 for t in p["topics"])
        self.events.append(p)

    def do_PostMessage(self, p):
        self.messages.append(p)

    def do_CallContract(self, p):
        return b"\0" + encode([p["address"], p["calldata"], p["state"]])

    def do_GetTimestamp(self, p):
        return encode(7)

    def do_RunNondet(self, p):
        code, value = self.run(2, p["data_leader"])
        buffer = bytes([code]) + encode(value)
        self.vote(p["data_validator"], buffer)
        return buffer

    def vote(self, data, buffer):
        try:
            self.votes.append(self.run(2, data, {"leaders_result": buffer}) == (0, True))
        except Exception:  # as exit_code 1
            self.votes.append(False)

    def do_WebRequest(self, p):
        return (6, None) if self.kind != 2 else encode(self.web(p))

    def do_ExecPrompt(self, p):
        return (6, None) if self.kind != 2 else encode(self.llm(p))

    do_ExecPromptTemplate = do_ExecPrompt
