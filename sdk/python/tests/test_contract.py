"""Storage, dispatch and blocks on the fake device; runs natively and, by on_wasi.sh, on CPython for WASI."""

import math
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fake import ALICE, ME, FakeDevice, encode

import selfsame as s
from selfsame import vm
from selfsame.storage import DATA, derive


class Everything(s.Contract):
    flag = s.Bool()
    count = s.U64()
    total = s.U256()
    debt = s.Int()
    ratio = s.Float()
    owner = s.Addr()
    name = s.Str()
    blob = s.Bytes()
    any = s.Value()
    balances = s.Map(s.U256())
    notes = s.Map(s.Str())
    nested = s.Map(s.Map(s.Float()))
    history = s.List(s.Float())

    def init(self, name, ratio="0.5"):
        self.name = name
        self.ratio = float(ratio)
        self.owner = self.sender

    @s.public.write
    def fill(self):
        self.flag, self.count, self.total, self.debt = True, 2**64 - 1, 2**256 - 1, -(2**255)
        self.ratio = -0.0
        self.blob, self.any = b"\1\2", {"a": [None, 2**300]}
        self.balances[ALICE] = 7
        self.balances["x"] += 1
        self.notes[1] = "é"
        self.nested["a"]["b"] = math.pi
        for x in (1.5, 2.5, float("inf")):
            self.history.append(x)
        self.history[-1] = 3.5

    @s.public.view
    def read(self):
        return [self.flag, self.count, self.total, self.debt, repr(self.ratio), self.owner, self.name, self.blob,
                self.any, self.balances[ALICE], self.balances["x"], self.balances["y"], self.notes[1],
                repr(self.nested["a"]["b"]), [repr(x) for x in self.history], len(self.history)]

    @s.public.view
    def cheat(self):
        self.count = 1

    @s.public.write
    def fail(self, value):
        raise s.UserError(value)

    @s.public.write
    def requests(self):
        s.post_message(ALICE, "hello", 1, value=3, on="accepted", x=2)
        s.emit("Topic", ALICE, bytes(32), x=1)
        return [s.balance(ALICE), s.self_balance(), s.timestamp(), s.call_contract(ALICE, "get", 1)]

    @s.nondet
    def exact(self, url):
        return s.web.get(url).text

    @s.nondet.compare(lambda leader, mine: abs(leader - mine) < 3)
    def close(self):
        return int(s.web.get("u").text)

    @s.nondet.comparative("same")
    def ask(self, question):
        return s.llm.prompt(question)

    @s.nondet.non_comparative("sum up", "be short")
    def sum_up(self, text):
        return text + "!"

    @s.public.write
    def block(self, name, *args):
        return getattr(self, name)(*args)

    @s.public.write
    def run_exact(self, url):
        return self.exact(url)

    @s.public.write
    def run_close(self):
        return self.close()

    @s.public.write
    def run_models(self):
        return [self.ask("why"), self.sum_up("text")]

    @s.public.write
    def web_here(self):
        return s.web.get("u").text


def web_of(*bodies):
    left = iter(bodies)

    def answer(payload):
        assert sorted(payload) == ["body", "headers", "method", "sign", "url"]
        body = next(left)
        return {"error": "down"} if body is None else {"ok": {"status": 200, "headers": {}, "body": body}}

    return answer


class Contracts(unittest.TestCase):
    def setUp(self):
        self.device = FakeDevice(Everything)
        self.assertEqual(self.device.deploy("n"), (0, None))

    def test_fields_start_as_zeros(self):
        self.assertEqual(self.device.call("read"), (0, [
            False, 0, 0, 0, "0.5", ALICE, "n", b"", None, 0, 0, 0, "", "0.0", [], 0]))

    def test_fields_keep_what_they_are_given(self):
        self.assertEqual(self.device.call("fill"), (0, None))
        self.assertEqual(self.device.call("read"), (0, [
            True, 2**64 - 1, 2**256 - 1, -(2**255), "-0.0", ALICE, "n", b"\1\2", {"a": [None, 2**300]},
            7, 1, 0, "é", repr(math.pi), ["1.5", "2.5", "3.5"], 3]))

    def test_layout_is_in_class_order_and_crosses_no_page(self):
        offsets = {name: field.offset for name, field in Everything._fields}
        self.assertEqual(offsets, {
            "flag": 0, "count": 1, "total": 32, "debt": 64, "ratio": 96, "owner": 104, "name": 124, "blob": 128,
            "any": 132, "balances": 136, "notes": 137, "nested": 138, "history": 139})
        self.device.call("fill")
        self.assertEqual(self.device.storage[derive(DATA, 124)], b"n")
        self.assertEqual(DATA.hex(), "e1ae23412792df6b6a98fb7c9839701fb8b02b6fc7ed022810f78346494685e7")

    def test_numbers_out_of_range_are_no_silent_wrap(self):
        class Small(s.Contract):
            n = s.U64()

            @s.public.write
            def set(self, n):
                self.n = n

        device = FakeDevice(Small)
        for n in (-1, 2**64):
            with self.assertRaises(OverflowError):
                device.call("set", n)

    def test_dispatch_refuses_what_is_not_public(self):
        call = self.device.call
        for name in ("nothing", "init", "exact", "_dispatch", "sender", "count", "__init__", ""):
            self.assertEqual(call(name), (1, "unknown method"), name)
        self.assertEqual(call("fail"), (1, "bad arguments"))
        self.assertEqual(call("fail", 1, 2), (1, "bad arguments"))
        self.assertEqual(call("fail", 1, value=2), (1, "bad arguments"))
        self.assertEqual(call("fail", value=[2]), (1, [2]))
        self.assertEqual(self.device.run(1, b"\x07"), (1, "entry data is not a call"))
        self.assertEqual(self.device.run(2, encode({"": "fail", "args": [1]})), (1, "no such block"))

    def test_a_view_cannot_write(self):
        self.assertEqual(self.device.call("cheat"), (1, "a view must not change anything"))
        self.assertFalse(vm.read_only)

    def test_requests_have_their_shapes(self):
        code, value = self.device.call("requests")
        self.assertEqual(value, [5, 1000, 7, [ALICE, {"": "get", "args": [1]}, 0]])
        self.assertEqual(self.device.messages, [{
            "address": ALICE, "calldata": {"": "hello", "args": [1], "kwargs": {"x": 2}}, "value": 3, "on": "accepted"}])
        self.assertEqual(self.device.events[0]["topics"], [
            b"Topic".ljust(32, b"\0"), bytes(12) + ALICE.octets, bytes(32)])

    def test_exact_blocks(self):
        d = self.device
        for bodies, outcome, vote in [
            ((b"a", b"a"), (0, "a"), True), ((b"a", b"b"), (0, "a"), False), ((b"a", None), (0, "a"), False),
            ((None, None), (1, "down"), True), ((None, b"a"), (1, "down"), False),
        ]:
            d.web = web_of(*bodies)
            self.assertEqual(d.call("run_exact", "u"), outcome)
            self.assertEqual(d.votes.pop(), vote)

    def test_a_block_judged_by_a_comparison(self):
        self.device.web = web_of(b"10", b"12", b"10", b"13")
        self.assertEqual([self.device.call("run_close") for _ in range(2)], [(0, 10)] * 2)
        self.assertEqual(self.device.votes, [True, False])

    def test_blocks_judged_by_a_model(self):
        asked = []

        def model(payload):
            asked.append(payload)
            template = payload.get("template", "")
            return {"ok": True if template in ("EqComparative", "EqNonComparativeValidator") else "answer"}

        self.device.llm = model
        self.assertEqual(self.device.call("run_models"), (0, ["answer", "answer"]))
        self.assertEqual(self.device.votes, [True, True])
        self.assertEqual(asked, [
            {"prompt": "why", "response_format": "text", "images": []},
            {"prompt": "why", "response_format": "text", "images": []},
            {"template": "EqComparative", "leader_answer": "answer", "validator_answer": "answer", "principle": "same"},
            {"template": "EqNonComparativeLeader", "task": "sum up", "criteria": "be short", "input": "text!"},
            {"template": "EqNonComparativeValidator", "task": "sum up", "criteria": "be short", "input": "text!",
             "output": "answer"},
        ])

    def test_a_leaders_vm_error_is_never_agreed_with(self):
        self.device.vote(encode({"": "exact", "args": ["u"]}), b"\x02exit_code 1")
        self.assertEqual(self.device.votes, [False])

    def test_an_errno_is_an_exception(self):
        with self.assertRaises(s.RequestError) as caught:
            self.device.call("web_here")
        self.assertEqual((caught.exception.errno, caught.exception.name), (6, "forbidden"))

    def test_schema_names_what_is_public(self):
        import json
        code, text = self.device.call("#get-schema")
        shape = json.loads(text)
        self.assertEqual(shape["ctor"]["params"], [["name", "any"], ["ratio", "any"]])
        self.assertTrue(shape["methods"]["read"]["readonly"])
        self.assertNotIn("exact", shape["methods"])


class PythonOracle(unittest.TestCase):
    def test_the_example_contract(self):
        from selfsame.main import load
        here = os.path.dirname(os.path.abspath(__file__))
        path = os.environ.get("CONTRACT", os.path.join(here, "../../../contracts/python_oracle/contract.py"))
        device = FakeDevice(load(path), web_of(b'{"price": 100.5}', b"price 100.6", b"price 104.5", b"price 120.25"))
        self.assertEqual(device.deploy("http://h/", "0.01"), (0, None))
        self.assertEqual(device.call("update"), (0, "100.5"))
        self.assertEqual(device.call("update"), (0, "104.5"))
        self.assertEqual(device.votes, [True, False])
        self.assertEqual(device.call("mean"), (0, "101.5"))
        self.assertEqual(device.call("history"), (0, ["100.5", "104.5"]))
        self.assertEqual(device.call("source"), (0, {"url": "http://h/", "tolerance": "0.01", "updates": 2}))
        device.web = web_of(None, None)
        self.assertEqual(device.call("update"), (1, "down"))


if __name__ == "__main__":
    unittest.main()
