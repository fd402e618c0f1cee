"""Following a pickle, opcode by opcode, as an unpickler would, without doing any of it.

What a pickle can run is what it imports: each call is of a global, or of what a call of a global gave. So it is enough
to know every global, exactly. Memo and stack are followed as the unpickler follows them; whatever cannot be followed
makes the whole stream unreadable, and never harmless.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from typing import Any, BinaryIO

from airflow_provider_registry.scanning.arrays import WRAPPER, skip_array
from airflow_provider_registry.scanning.values import (
    SOMETHING,
    Global,
    Made,
    Mapping,
    NoPickleError,
    UnreadableError,
)

_CONSTANTS = frozenset(
    {
        *("NONE", "NEWTRUE", "NEWFALSE", "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "STRING"),
        *("BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    }
)
_OPAQUE = frozenset(
    {
        *("FLOAT", "BINFLOAT", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "NEXT_BUFFER", "PERSID"),
        "EMPTY_SET",
    }
)
_EXTENSIONS = frozenset({"EXT1", "EXT2", "EXT4"})
_NOTHING = frozenset({"PROTO", "FRAME", "READONLY_BUFFER"})


class Machine:
    """One pickle, followed.

    Attributes:
        globals: what it imports, in order.
        calls: how many calls it makes.
        begin, end: where it lies in the stream.
        skipped: the ranges of the stream, from and to, that are arrays of joblib, and so no opcodes of this pickle.
        inner: the pickles that joblib keeps arrays of objects as.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.globals: dict[Global, None] = {}
        self.calls = 0
        self.begin = self.end = stream.tell()
        self.skipped: list[tuple[int, int]] = []
        self.inner: list[Machine] = []
        self._stream = stream
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def follow(self) -> None:
        """Follow one pickle to its STOP, after which the stream stands.

        Raises:
            UnreadableError: it cannot be followed; what it imports until then is in `globals`.
            NoPickleError: not even its first opcode is one.
        """
        try:
            self._follow()
        finally:
            self.end = self._stream.tell()

    def _follow(self) -> None:
        # An opcode is read when it is asked for: what lies raw between two, `_build` has read away by then.
        opcodes = pickletools.genops(self._stream)
        first = True
        while True:
            try:
                opcode, argument, _ = next(opcodes)
            except Exception as error:
                if first:
                    raise NoPickleError(str(error)) from error
                raise UnreadableError(f"it breaks off: {str(error)[:120]}") from error
            first = False
            if opcode.name == "STOP":
                self._pop()
                return
            self._do(opcode.name, argument)

    def _do(self, name: str, argument: Any) -> None:
        if name in _CONSTANTS:
            self._stack.append(argument)
        elif name in _OPAQUE:
            self._stack.append(SOMETHING)
        elif name in _EXTENSIONS:
            raise UnreadableError(f"it imports by the extension code {argument}, which only the loader can resolve")
        elif name not in _NOTHING:
            act = _ACTS.get(name)
            if act is None:
                raise UnreadableError(f"it has the opcode {name}, which this release cannot follow")
            act(self, argument)

    def _push(self, value: object) -> object:
        self._stack.append(value)
        return value

    def _pop(self) -> Any:
        if not self._stack:
            raise UnreadableError("it takes from an empty stack")
        return self._stack.pop()

    def _top(self) -> Any:
        if not self._stack:
            raise UnreadableError("it takes from an empty stack")
        return self._stack[-1]

    def _pop_mark(self) -> list[Any]:
        if not self._marked:
            raise UnreadableError("it takes from a mark that is not there")
        items, self._stack = self._stack, self._marked.pop()
        return items

    def _mark(self, _: Any) -> None:
        self._marked.append(self._stack)
        self._stack = []

    def _drop(self, _: Any) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._pop_mark()

    def _find(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnreadableError("it imports what it does not spell out")
        found = Global(module, name)
        self.globals[found] = None
        self._stack.append(found)

    def _global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._find(module, name)

    def _stack_global(self, _: Any) -> None:
        name = self._pop()
        self._find(self._pop(), name)

    def _call(self, what: Any, arguments: Any) -> None:
        listed = arguments if isinstance(arguments, tuple | list) else (arguments,)
        if what != WRAPPER and WRAPPER in [item for item in listed if isinstance(item, Global)]:
            raise UnreadableError("it makes a joblib array in a way that joblib does not")
        self.calls += 1
        self._stack.append(Made(what, arguments))

    def _reduce(self, _: Any) -> None:
        arguments = self._pop()
        self._call(self._pop(), arguments)

    def _newobj_ex(self, _: Any) -> None:
        self._pop()
        self._reduce(None)

    def _obj(self, _: Any) -> None:
        items = self._pop_mark()
        if not items:
            raise UnreadableError("it calls nothing")
        self._call(items[0], tuple(items[1:]))

    def _inst(self, argument: str) -> None:
        self._global(argument)
        what = self._pop()
        self._call(what, tuple(self._pop_mark()))

    def _build(self, _: Any) -> None:
        state, made = self._pop(), self._top()
        self.calls += 1
        if not isinstance(made, Made):
            return
        made.states.append(state)
        if made.what == WRAPPER:
            begin = self._stream.tell()
            if not skip_array(self._stream, made):
                self._follow_inner()
            self.skipped.append((begin, self._stream.tell()))

    def _follow_inner(self) -> None:
        """An array of objects, which joblib keeps as a pickle within the pickle."""
        inner = Machine(self._stream)
        self.inner.append(inner)
        try:
            inner.follow()
        except NoPickleError as error:
            raise UnreadableError("an array of objects is not the pickle that it must be") from error
        finally:
            self.calls += inner.calls

    def _put(self, index: Any) -> None:
        self._memo[int(index)] = self._top()

    def _memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._top()

    def _get(self, index: Any) -> None:
        try:
            self._stack.append(self._memo[int(index)])
        except KeyError:
            raise UnreadableError("it takes from its memo what it never put there") from None

    def _tuple(self, count: int) -> None:
        if len(self._stack) < count:
            raise UnreadableError("it takes from an empty stack")
        split = len(self._stack) - count
        self._stack[split:] = [tuple(self._stack[split:])]

    def _marked_tuple(self, _: Any) -> None:
        items = tuple(self._pop_mark())
        self._stack.append(items)

    def _set_items(self, pairs: list[Any]) -> None:
        into = self._top()
        if isinstance(into, Mapping):
            into.items.update(
                (key, value) for key, value in zip(pairs[::2], pairs[1::2], strict=False) if isinstance(key, str)
            )

    def _set_item(self, _: Any) -> None:
        value = self._pop()
        self._set_items([self._pop(), value])

    def _dict(self, _: Any) -> None:
        pairs = self._pop_mark()
        self._stack.append(Mapping())
        self._set_items(pairs)

    def _swallow(self, made: object) -> None:
        """A list or a set: what is in it was seen when it was pushed."""
        self._pop_mark()
        if made is None:
            self._top()
        else:
            self._stack.append(made)


_ACTS: dict[str, Callable[[Machine, Any], object]] = {
    "MARK": Machine._mark,
    "POP": Machine._drop,
    "POP_MARK": lambda machine, _: machine._pop_mark(),
    "DUP": lambda machine, _: machine._push(machine._top()),
    "GLOBAL": Machine._global,
    "STACK_GLOBAL": Machine._stack_global,
    "REDUCE": Machine._reduce,
    "NEWOBJ": Machine._reduce,
    "NEWOBJ_EX": Machine._newobj_ex,
    "OBJ": Machine._obj,
    "INST": Machine._inst,
    "BUILD": Machine._build,
    "BINPERSID": lambda machine, _: (machine._pop(), machine._push(SOMETHING)),
    "PUT": Machine._put,
    "BINPUT": Machine._put,
    "LONG_BINPUT": Machine._put,
    "MEMOIZE": Machine._memoize,
    "GET": Machine._get,
    "BINGET": Machine._get,
    "LONG_BINGET": Machine._get,
    "EMPTY_TUPLE": lambda machine, _: machine._push(()),
    "TUPLE1": lambda machine, _: machine._tuple(1),
    "TUPLE2": lambda machine, _: machine._tuple(2),
    "TUPLE3": lambda machine, _: machine._tuple(3),
    "TUPLE": Machine._marked_tuple,
    "EMPTY_LIST": lambda machine, _: machine._push(SOMETHING),
    "LIST": lambda machine, _: machine._swallow(SOMETHING),
    "APPEND": lambda machine, _: (machine._pop(), machine._top()),
    "APPENDS": lambda machine, _: machine._swallow(None),
    "ADDITEMS": lambda machine, _: machine._swallow(None),
    "FROZENSET": lambda machine, _: machine._swallow(SOMETHING),
    "EMPTY_DICT": lambda machine, _: machine._push(Mapping()),
    "DICT": Machine._dict,
    "SETITEM": Machine._set_item,
    "SETITEMS": lambda machine, _: machine._set_items(machine._pop_mark()),
}
