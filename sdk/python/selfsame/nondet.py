"""Blocks: methods that run in a VM of their own, where web and model can be asked and storage cannot be
read; validators judge what the leader's came to.

    @nondet                                  exact equality: a validator runs it too and compares
    @nondet.compare(lambda leader, mine: ...)     a validator runs it too, and this decides
    @nondet.validated                        own judgement: the method under `@NAME.validator` gets the
                                             leader's value and the arguments and returns True or False
    @nondet.comparative("principle")         a validator runs it too, and the model decides whether both
                                             texts satisfy the principle
    @nondet.non_comparative(task, criteria)  the method returns the input; the model solves the task on it,
                                             and for a validator judges the leader's output by the criteria

Inside a judgement `self.NAME.alone(...)` runs the block's method right there, for a value to compare with.
Called from a public method such a method gives the agreed value, or raises the leader's UserError, or
VMError. Its arguments must be calldata. Where the leader ended with a user error, a validator agrees if
its own run ends with an equal one; with a VM error nobody agrees.
"""

from . import llm, vm
from .calldata import encode


class Block:
    """A method that is a block. `lead` is the leader's program; `judge(block, contract, args, kwargs,
    leader)` gives a validator's vote on the leader's value."""

    def __init__(self, function, judge):
        self.function, self.judge = function, judge
        self.own_judgement = None
        self.lead = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, contract, owner=None):
        return self if contract is None else Bound(self, contract)

    def validator(self, judgement):
        """Decorates the judgement of a `nondet.validated` block."""
        self.own_judgement = judgement
        return self

    def _run_block(self, contract, args, kwargs, stage):
        if stage is None:
            return self.lead(contract, *args, **kwargs)
        return self._vote(contract, args, kwargs, stage["leaders_result"])

    def _vote(self, contract, args, kwargs, buffer):
        if buffer[:1] == b"\x02":
            return False
        try:
            leader = vm.result_of(buffer)
        except vm.UserError as theirs:
            try:
                self.lead(contract, *args, **kwargs)
            except vm.UserError as mine:
                return encode(mine.value) == encode(theirs.value)
            return False
        try:
            return self.judge(self, contract, args, kwargs, leader) is True
        except vm.UserError:
            return False


class Bound:
    """A block of one contract: called it runs in VMs of its own."""

    def __init__(self, block, contract):
        self.block, self.contract = block, contract

    def __call__(self, *args, **kwargs):
        # One text for both programs: a validator's has the leader's result with it, which tells them apart.
        data = encode(vm.call_map(self.block.name, args, kwargs))
        return vm.result_of(vm.run_nondet(data, data))

    def alone(self, *args, **kwargs):
        return self.block.lead(self.contract, *args, **kwargs)


def _exact(block, contract, args, kwargs, leader):
    return encode(block.function(contract, *args, **kwargs)) == encode(leader)


def _validated(block, contract, args, kwargs, leader):
    return block.own_judgement(contract, leader, *args, **kwargs)


def nondet(function):
    """A block judged by exact equality of the encoded values."""
    return Block(function, _exact)


def _compare(comparison):
    def judge(block, contract, args, kwargs, leader):
        return comparison(leader, block.function(contract, *args, **kwargs))

    return lambda function: Block(function, judge)


def _comparative(principle):
    def judge(block, contract, args, kwargs, leader):
        return llm.eq_comparative(leader, block.function(contract, *args, **kwargs), principle)

    return lambda function: Block(function, judge)


def _non_comparative(task, criteria):
    def judge(block, contract, args, kwargs, leader):
        text = block.function(contract, *args, **kwargs)
        return llm.eq_non_comparative_validator(task, criteria, text, leader)

    def decorate(function):
        block = Block(function, judge)
        block.lead = lambda contract, *args, **kwargs: llm.eq_non_comparative_leader(
            task, criteria, function(contract, *args, **kwargs))
        return block

    return decorate


nondet.strict_eq = nondet
nondet.compare = _compare
nondet.validated = lambda function: Block(function, _validated)
nondet.comparative = _comparative
nondet.non_comparative = _non_comparative
