"""What CPython is started for (by run.py): it runs the contract at /contract/contract.py.

The startup message is on descriptor 0, the answer goes through the device. An exception that is no
UserError ends the process with code 1, so the sub-VM with `exit_code 1`; its traceback goes to the
diagnostic stream only.
"""

import posix
import sys

from . import contract, vm
from .calldata import decode
from .contract import Contract


def read_all(fd):
    parts = []
    while part := posix.read(fd, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def load(path):
    """The one subclass of Contract that the file itself defines last."""
    fd = posix.open(path, posix.O_RDONLY)
    source = read_all(fd)
    posix.close(fd)
    module = type(sys)("contract")
    module.__file__ = path
    sys.modules["contract"] = module
    sys.path.insert(0, path.rpartition("/")[0])
    # Not through compile(): it would first make the types of `ast`, 34 million instructions.
    exec(source, module.__dict__)
    found = [v for v in vars(module).values()
             if isinstance(v, type) and issubclass(v, Contract) and v.__module__ == "contract"]
    if not found:
        raise ImportError("the contract's file has no subclass of Contract")
    return found[-1]


def main():
    message = decode(read_all(0))
    code, value = contract.run(load("/contract/contract.py"), message)
    (vm.end_user_error if code else vm.end_return)(value)
