"""From the startup message to a method and back. Spec: vm.md 3, storage-and-contract.md 4 and 6."""

from . import vm
from .calldata import decode
from .storage import Field, lay_out

MAIN, SANDBOX, NONDET = 0, 1, 2


class public:
    """Marks what others may call: `@public.view` changes nothing, `@public.write` may."""

    @staticmethod
    def view(method):
        method._public = "view"
        return method

    @staticmethod
    def write(method):
        method._public = "write"
        return method


class Contract:
    """Base of a contract. `init` is its constructor; `message` what the sub-VM was started with:
    contract_address, sender_address, origin_address, signer_address, value, datetime, chain_id, stack."""

    _fields = ()

    def __init_subclass__(cls):
        fields = {}
        for base in reversed(cls.__mro__):
            fields.update((name, f) for name, f in vars(base).items() if isinstance(f, Field))
        cls._fields = tuple(fields.items())
        lay_out(field for _, field in cls._fields)

    def __init__(self, message):
        self.message = message

    def init(self):
        """Runs once, at deployment."""

    @property
    def sender(self):
        return self.message["sender_address"]

    @property
    def address(self):
        return self.message["contract_address"]


def run(cls, message):
    """Runs one sub-VM to its end: (0, value) for Return, (1, value) for UserError."""
    try:
        return 0, _dispatch(cls(message), message)
    except vm.UserError as error:
        return 1, error.value
    finally:
        vm.read_only = False


def _dispatch(contract, message):
    data = message["entry_data"]
    try:
        call = decode(data)
    except ValueError:
        raise vm.UserError("entry data is not a call") from None
    if not isinstance(call, dict):
        raise vm.UserError("entry data is not a call")
    name, args, kwargs = call.get("", ""), call.get("args", []), call.get("kwargs", {})
    if message["entry_kind"] == NONDET:
        block = getattr(type(contract), name, None)
        if not hasattr(block, "_run_block"):
            raise vm.UserError("no such block")
        return block._run_block(contract, args, kwargs, message["entry_stage_data"])
    if message["is_init"]:
        return _checked(contract.init, args, kwargs)
    if name == "#get-schema":
        return schema(type(contract))
    method = getattr(type(contract), name, None) if not name.startswith("_") else None
    kind = getattr(method, "_public", None)
    if kind is None:
        raise vm.UserError("unknown method")
    vm.read_only = kind == "view"
    return _checked(getattr(contract, name), args, kwargs)


def _checked(method, args, kwargs):
    """Calls it, telling a wrong number of arguments from a TypeError inside."""
    code = method.__func__.__code__
    names = code.co_varnames[1:code.co_argcount]
    given = set(names[:len(args)]) | set(kwargs)
    needed = names[:len(names) - len(method.__func__.__defaults__ or ())]
    twice = set(names[:len(args)]) & set(kwargs)
    if len(args) > len(names) or twice or not set(kwargs) <= set(names) or not set(needed) <= given:
        raise vm.UserError("bad arguments")
    return method(*args, **kwargs)


def schema(cls):
    """The JSON object of `#get-schema`: constructor and methods with their parameters' names."""
    import json

    def described(method):
        code = method.__code__
        return {"params": [[name, "any"] for name in code.co_varnames[1:code.co_argcount]], "ret": "any"}

    methods = {}
    for name in sorted(dir(cls)):
        method = getattr(cls, name)
        if getattr(method, "_public", None):
            methods[name] = dict(described(method), readonly=method._public == "view")
    return json.dumps({"ctor": described(cls.init), "methods": methods}, sort_keys=True)
