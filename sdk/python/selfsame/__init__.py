"""The contract SDK in Python, for an unmodified CPython for WASI. docs/sdk-python.md shows its use.

    class Counter(Contract):
        count = U256()

        @public.write
        def increment(self, by):
            self.count += by

Modules: `calldata` and `gvm32` (encodings), `vm` (the device `/vm/sdk` and each request over it),
`storage` (fields), `contract` (dispatch), `nondet` (blocks), `web` and `llm` (for use in blocks).
"""

from . import llm, web
from .calldata import Address, decode, encode
from .contract import Contract, public
from .nondet import nondet
from .storage import Addr, Bool, Bytes, Float, Int, List, Map, Str, U64, U256, Value
from .vm import (
    ModuleError, RequestError, UserError, VMError, balance, call_contract, deploy, emit, eth_call, eth_send,
    map_file, post_message, register_runner, sandbox, self_balance, timestamp, trace,
)
