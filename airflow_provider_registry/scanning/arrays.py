"""The arrays that joblib writes raw into the middle of a pickle: how many bytes they are, as joblib reads them."""

from __future__ import annotations

import math
import re
from typing import Any, BinaryIO

from airflow_provider_registry.scanning.values import Global, Made, Mapping, UnreadableError

WRAPPER = Global("joblib.numpy_pickle", "NumpyArrayWrapper")
_DTYPE = Global("numpy", "dtype")
_OBJECTS = object()
_PLAIN = re.compile(r"([biufcmMSUV])([0-9]{1,9})")
_WIDE = 4  # bytes of a character in an array of texts
_STATE = 8  # fields of a dtype's state, of which the last but two is the size, the fourth the names
_ALIGNMENT = 16
_CHUNK = 1 << 20


def skip_array(stream: BinaryIO, wrapper: Made) -> bool:
    """Go past the raw bytes that follow a wrapper of joblib.

    Without its alignment, the bytes would mean one thing to joblib and another to `pickle.load`, which reads on as if
    they were opcodes; with it, the next byte is a number up to 16, at which `pickle.load` fails, since no opcode is.

    Returns:
        False where it is an array of objects, which follows as a pickle.

    Raises:
        UnreadableError: it is not as joblib from 1.1 on writes it, or there are fewer bytes.
    """
    state = wrapper.states[0]
    if len(wrapper.states) != 1 or not isinstance(state, Mapping):
        raise UnreadableError("it makes a joblib array in a way that joblib does not")
    size = _item_size(state.items.get("dtype"))
    if size is _OBJECTS:
        return False
    if state.items.get("numpy_array_alignment_bytes") != _ALIGNMENT:
        raise UnreadableError("it holds an array as joblib before 1.1 wrote them: dump the model again")
    padding = stream.read(1)
    if not padding or not 1 <= padding[0] <= _ALIGNMENT:
        raise UnreadableError("a joblib array in it has no padding")
    _skip(stream, padding[0] + _count(state.items.get("shape")) * size)
    return True


def _count(shape: object) -> int:
    sizes = [item for item in shape if type(item) is int and item >= 0] if isinstance(shape, tuple) else None
    if sizes is None or not isinstance(shape, tuple) or len(sizes) != len(shape):
        raise UnreadableError("a joblib array in it has no shape that is spelt out")
    return math.prod(sizes)


def _item_size(dtype: object, depth: int = 0) -> Any:
    """The bytes of one element; `_OBJECTS` where they are objects."""
    name, state = _dtype_said(dtype)
    if name == "O8":
        return _OBJECTS
    found = _PLAIN.fullmatch(name)
    if found is None:
        raise _strange()
    size = int(found[2]) * (_WIDE if found[1] == "U" else 1)
    if state is None:
        return size
    names, fields, said = state[3], state[4], state[5]
    if said not in (-1, size) or (names is None) != (fields is None):
        raise _strange()
    if fields is None:
        # Flags and subarrays of what has no fields would make it another type than its name says.
        if state[2] is not None or (type(state[7]) is int and state[7] & 1):
            raise _strange()
        return size
    return _OBJECTS if _has_objects(fields, depth) else size


def _dtype_said(dtype: object) -> tuple[str, tuple[Any, ...] | None]:
    if not isinstance(dtype, Made) or dtype.what != _DTYPE or len(dtype.states) > 1:
        raise _strange()
    arguments = dtype.arguments
    if not isinstance(arguments, tuple) or not arguments or not isinstance(arguments[0], str):
        raise _strange()
    if not dtype.states:
        return arguments[0], None
    state = dtype.states[0]
    if not isinstance(state, tuple) or len(state) < _STATE:
        raise _strange()
    return arguments[0], state


def _has_objects(fields: object, depth: int) -> bool:
    if not isinstance(fields, Mapping) or not fields.items or depth > _STATE:
        raise _strange()
    sizes = []
    for field in fields.items.values():
        if not isinstance(field, tuple) or not field:
            raise _strange()
        sizes.append(_item_size(field[0], depth + 1))
    if _OBJECTS in sizes:
        raise _strange()  # numpy writes those in more than one way
    return False


def _strange() -> UnreadableError:
    return UnreadableError("a joblib array in it is of a type that cannot be told")


def _skip(stream: BinaryIO, size: int) -> None:
    while size > 0:
        read = len(stream.read(min(size, _CHUNK)))
        if not read:
            raise UnreadableError("it ends in the middle of an array")
        size -= read
