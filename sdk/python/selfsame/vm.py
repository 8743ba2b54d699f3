"""The device `/vm/sdk` and each request over it. Spec: sdk.md 1 and 3; docs/sdk-device.md.

An errno raises RequestError; a sub-VM's user or VM error raises UserError or VMError where a function
says so. A request that ends the sub-VM does not come back.
"""

import posix

from .calldata import Address, decode, encode

ERRNOS = ("success", "overflow", "inval", "fault", "ilseq", "io", "forbidden", "inbalance")

# What a view must not do, whatever the node permits.
_CHANGES = ("StorageWrite", "EmitEvent", "PostMessage", "EthSend", "DeployContract")


class RequestError(Exception):
    """The VM refused a request; `errno` is its number, `name` the number's name."""

    def __init__(self, request, errno):
        self.request, self.errno = request, errno
        self.name = ERRNOS[errno] if errno < len(ERRNOS) else str(errno)
        super().__init__(f"{request}: {self.name}")


class UserError(Exception):
    """Raised in a contract it ends the sub-VM with this value; got from a child it is the child's."""

    def __init__(self, value=None):
        self.value = value
        super().__init__(value)


class ModuleError(UserError):
    """The web or language module answered with an error; `value` is what it said."""


class VMError(Exception):
    """A child ended with this code, such as `wasm_trap unreachable`."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


class Device:
    """One open `/vm/sdk`: octets of one request in, octets of one answer out."""

    CHUNK = 1 << 16

    def __init__(self, path="/vm/sdk"):
        self.fd = posix.open(path, posix.O_RDWR)

    def exchange(self, request):
        left = memoryview(request)
        while left:
            left = left[posix.write(self.fd, left):]
        parts = []
        while True:
            part = posix.read(self.fd, self.CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)


device = None
read_only = False


def ask(name, payload):
    """The answer's data: bytes of a file or of storage, an int for balances, None."""
    global device
    if read_only and name in _CHANGES:
        raise UserError("a view must not change anything")
    if device is None:
        device = Device()
    answer = decode(device.exchange(encode({name: payload})))
    if answer["errno"]:
        raise RequestError(name, answer["errno"])
    return answer["data"]


# ---- the end ---------------------------------------------------------------------------------------


def end_return(value):
    """Ends the sub-VM with Return(value)."""
    ask("Return", value)


def end_user_error(value):
    """Ends the sub-VM with UserError(value)."""
    ask("UserError", value)


# ---- storage and balances --------------------------------------------------------------------------


def storage_read(slot, index, length):
    return ask("StorageRead", {"slot": slot, "index": index, "len": length})


def storage_write(slot, index, data):
    ask("StorageWrite", {"slot": slot, "index": index, "data": data})


def balance(address):
    """The balance of any address before this transaction."""
    return ask("GetBalance", {"address": Address(address)})


def self_balance():
    """What this contract can spend now."""
    return ask("GetSelfBalance", None)


# ---- sub-VMs ---------------------------------------------------------------------------------------


def result_of(buffer):
    """The value of a result `[code][data]`, or UserError or VMError."""
    code, data = buffer[0], buffer[1:]
    if code == 0:
        return decode(data)
    if code == 1:
        raise UserError(decode(data))
    raise VMError(str(data, "utf-8"))


def call_map(method, args=(), kwargs=None):
    """The call convention's map. Spec: storage-and-contract.md 4."""
    call = {}
    if method:
        call[""] = method
    if args:
        call["args"] = list(args)
    if kwargs:
        call["kwargs"] = kwargs
    return call


def call_contract(address, method, *args, state=0, **kwargs):
    """Calls a view of another contract; its value, or its UserError or VMError. `state`: 0 this
    transaction's view, 1 the latest final state, 2 the latest accepted one."""
    call = call_map(method, args, kwargs)
    return result_of(ask("CallContract", {"address": Address(address), "calldata": call, "state": state}))


def run_nondet(leader, validator):
    """Runs this contract in a block; the result `[code][data]`. `nondet` is the comfortable way."""
    return ask("RunNondet", {"data_leader": leader, "data_validator": validator})


def sandbox(runner, data, write=False, send=False, register=False):
    """Runs a runner (`contract` for this one) with these octets as entry data; the result `[code][data]`,
    for `result_of`."""
    return ask("Sandbox", {
        "runner": runner, "data": data, "allow_write_storage": write, "allow_send_messages": send,
        "allow_register_runners": register})


def register_runner(code):
    """The id of a runner made of these octets, for `sandbox`."""
    return decode(ask("RegisterRunner", {"code": code}))


def map_file(runner, path_in_runner, path_in_vfs):
    ask("MapFile", {"runner": runner, "path_in_runner": path_in_runner, "path_in_vfs": path_in_vfs})


# ---- messages and events ---------------------------------------------------------------------------


def post_message(address, method, *args, value=0, on="finalized", **kwargs):
    """Calls another contract later: when this transaction is `accepted` or `finalized`."""
    call = call_map(method, args, kwargs)
    ask("PostMessage", {"address": Address(address), "calldata": call, "value": value, "on": on})


def deploy(code, *args, value=0, on="finalized", salt=0, **kwargs):
    call = call_map("", args, kwargs)
    ask("DeployContract", {"code": code, "calldata": call, "value": value, "on": on, "salt_nonce": salt})


def eth_send(address, data=b"", value=0):
    ask("EthSend", {"address": Address(address), "calldata": data, "value": value})


def eth_call(address, data):
    return ask("EthCall", {"address": Address(address), "calldata": data})


def emit(*topics, **blob):
    """An event of at most 4 topics: 32 octets, or text of at most 32 octets, or an Address."""
    ask("EmitEvent", {"topics": [_topic(t) for t in topics], "blob": blob})


def _topic(topic):
    if isinstance(topic, Address):
        return topic.octets.rjust(32, b"\0")
    octets = topic.encode() if isinstance(topic, str) else topic
    return octets.ljust(32, b"\0")


# ---- time and traces -------------------------------------------------------------------------------


def timestamp():
    """Seconds since 1970: the transaction's time, in a block the real one."""
    return decode(ask("GetTimestamp", None))


def trace(text):
    """To the node's log; no part of any result."""
    ask("Trace", {"Message": text})
