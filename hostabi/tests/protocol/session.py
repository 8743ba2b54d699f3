"""A chain in Python, whose transactions the executor at a socket runs, each over a connection of its own.

    session.py CONTRACTS URL unix PATH
    session.py CONTRACTS URL tcp HOST PORT

CONTRACTS is the folder of example contracts, URL the page that the oracle reads; without one, '', there is no oracle.
Prints one JSON object a line for
each execution, with octets in hex."""

import json
import os
import socket
import sys

import node
from calldata import Address, encode

OWNER, FRIEND, TOKEN, ORACLE = (bytes([number]) * 20 for number in (0x22, 0x33, 0x11, 0x44))
# As `selfsame contract` has it: pages, octets of receipts and fees of messages, each at its price of 1.
FEES = {"bucket_totals": [10**9, 10**9, 2**256 - 1], "fees": {}}
VIEW = dict.fromkeys(node.PERMISSIONS, False) | {"call_others": True, "register_runners": True}


def connect(where):
    if where[0] == "unix":
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(where[1])
    else:
        stream = socket.create_connection((where[1], int(where[2])))
    stream.settimeout(60)
    return stream


def readable(value):
    """A value for JSON: octets as hex, numbers as decimals."""
    if isinstance(value, (bytes, Address)):
        return bytes(value).hex()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return {key: readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value


class Chain:
    def __init__(self, contracts, where):
        self.contracts, self.where, self.node = contracts, where, node.Node()

    def run(self, name, contract, entry, **other):
        """One execution. What it changes is kept where the caller commits it."""
        inputs = node.inputs(contract, OWNER, entry, **FEES, **other)
        self.node.told.clear()
        with connect(self.where) as stream, stream.makefile("rwb") as octets:
            result = self.node.execute(octets, octets, inputs)
            # The report was the last word.
            assert octets.read() == b""
        print(json.dumps({
            "name": name, "kind": result.kind, "report": readable(result.report),
            "time_used": result.time_used, "personal": readable(result.personal),
        }), flush=True)
        return result

    def code(self, name):
        with open(os.path.join(self.contracts, name, name + ".wasm"), "rb") as file:
            return file.read()


def token(chain):
    result = chain.run("deploy", TOKEN, {"args": [1000]}, code=chain.code("token"))
    chain.node.commit(TOKEN, result)
    transfer = {"": "transfer", "args": [Address(FRIEND), 5]}
    result = chain.run("transfer", TOKEN, transfer)
    chain.node.commit(TOKEN, result)
    balance = {"": "balance_of", "args": [Address(FRIEND)]}
    assert chain.run("balance_of", TOKEN, balance, permissions=VIEW).report["data"] == 5
    too_much = {"": "transfer", "args": [Address(FRIEND), 5000]}
    refused = chain.run("too much", TOKEN, too_much)
    assert (refused.kind, refused.report["data"]) == ("UserError", "balance too low")
    assert refused.report["storage_changes"] == []
    dear = chain.run("out of gas", TOKEN, transfer, time=1000)
    assert (dear.kind, dear.report["data"]) == ("VMError", "wasm_trap out_of_fuel")


def oracle(chain, url):
    """What the leader proposes is judged by a validator, and taken by a node that syncs."""
    result = chain.run("deploy oracle", ORACLE, {"args": [url, 10]}, code=chain.code("oracle"))
    chain.node.commit(ORACLE, result)
    update = {"": "update"}
    leader = chain.run("leader", ORACLE, update)
    results = leader.report["nondet_results"]
    validator = chain.run("validator", ORACLE, update, leader_results=results, personal_key=b"\x09" * 32)
    sync = chain.run("sync", ORACLE, update, leader_results=results, sync=True)
    for other in (validator, sync):
        assert other.report["execution_hash"] == leader.report["execution_hash"]
        assert other.report["nondet_disagreement"] is None and other.report["nondet_results"] == []
    lie = [b"\0" + encode(1)]
    misled = chain.run("lied to", ORACLE, update, leader_results=lie)
    assert misled.report["nondet_disagreement"] == 0 and chain.node.told == [("disagreement", 0)]
    chain.node.commit(ORACLE, leader)


def main():
    chain = Chain(sys.argv[1], sys.argv[3:])
    token(chain)
    if sys.argv[2]:
        oracle(chain, sys.argv[2])


main()
