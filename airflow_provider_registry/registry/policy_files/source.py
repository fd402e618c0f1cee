"""A YAML file as values that know their places.

Safe: no tag makes anything but text, numbers, booleans, null, lists and mappings. Anchors and merge keys work; keys
that stand twice do not, since YAML would silently take the last.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from airflow_provider_registry.registry.policy_files.paths import Steps, spelt
from airflow_provider_registry.registry.policy_files.problems import FileProblems, Place
from airflow_provider_registry.registry.versions.json_value import BEYOND, TOO_MANY_DIGITS

_LARGEST = 200_000  # values after anchors are followed: a file of a few lines can spell billions
_DEEPEST = 100
_SCALARS = ("null", "bool", "int", "float", "str")
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"


class _UnreadableError(Exception):
    """The file cannot be read on."""

    def __init__(self, mark: yaml.Mark | None, message: str) -> None:
        super().__init__(message)
        self.mark = mark


@dataclass(frozen=True)
class Source:
    """A file that is YAML.

    Attributes:
        name: of the file, as it was given.
        value: what it holds, as JSON has it.
    """

    name: str
    value: Any
    _root: yaml.Node | None

    def place(self, steps: Steps) -> Place:
        """Where a value stands; of one that is missing, where what should hold it stands."""
        mark = self._root.start_mark if self._root is not None else None
        node = self._root
        for step in steps:
            key, node = _inner(node, step)
            if node is None:
                break
            flat = not isinstance(node, yaml.CollectionNode) or node.flow_style
            mark = node.start_mark if key is None or flat else key.start_mark
        return _place(self.name, mark)

    def key_place(self, steps: Steps) -> Place:
        """Where the last key of a way stands."""
        node = self._root
        for step in steps[:-1]:
            _, node = _inner(node, step)
        key, _ = _inner(node, steps[-1])
        return _place(self.name, key.start_mark) if key is not None else self.place(steps)


def read_source(name: str, text: str | bytes, problems: FileProblems) -> Source | None:
    """Read a file; None where it is no YAML, which `problems` then says.

    Parameters:
        name: of the file, for messages.
        text: UTF-8.
    """
    try:
        root = _compose(_decoded(text))
        reader = _Reader(name, problems)
        return Source(name, reader.value(root, ()) if root is not None else None, root)
    except yaml.reader.ReaderError as error:
        before = _decoded(text)[: error.position].replace("\r\n", "\n").split("\n")
        place = Place(name, len(before), len(before[-1]) + 1)
        problems.add(place, "", f"the character {chr(error.character)!r} may not stand in YAML")
    except yaml.MarkedYAMLError as error:
        problems.add(_place(name, error.problem_mark), "", _said(error))
    except UnicodeDecodeError as error:
        lines = bytes(error.object)[: error.start].split(b"\n")
        problems.add(Place(name, len(lines), len(lines[-1]) + 1), "", f"is not UTF-8: {error.reason}")
    except RecursionError:
        problems.add(Place(name, 1, 1), "", "is nested too deep")
    except _UnreadableError as error:
        problems.add(_place(name, error.mark), "", str(error))
    return None


class _Reader:
    """Makes plain values of nodes."""

    def __init__(self, name: str, problems: FileProblems) -> None:
        self._name, self._problems = name, problems
        self._under_way: set[int] = set()
        self._count = 0
        self._loader = yaml.SafeLoader("")

    def value(self, node: yaml.Node, steps: Steps) -> Any:
        self._count += 1
        if self._count > _LARGEST:
            raise _UnreadableError(
                node.start_mark, f"is too large: with its anchors it spells more than {_LARGEST:,} values"
            )
        if id(node) in self._under_way:
            raise _UnreadableError(node.start_mark, "the anchor holds itself")
        if len(steps) > _DEEPEST:
            raise _UnreadableError(node.start_mark, f"is nested more than {_DEEPEST} deep")
        self._under_way.add(id(node))
        try:
            return self._of(node, steps)
        finally:
            self._under_way.discard(id(node))

    def _of(self, node: yaml.Node, steps: Steps) -> Any:
        match node:
            case yaml.MappingNode(tag=tag) if tag == f"{_TAG}map":
                return self._mapping(node, steps)
            case yaml.SequenceNode(tag=tag) if tag == f"{_TAG}seq":
                return [self.value(item, (*steps, index)) for index, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return self._scalar(node, steps)
        self._add(node, steps, f"the tag {node.tag!r} is not known here: write plain lists and mappings")
        return None

    def _scalar(self, node: yaml.ScalarNode, steps: Steps) -> Any:
        kind = node.tag.removeprefix(_TAG)
        if kind in ("timestamp", "value"):
            return node.value  # YAML reads 2026-03-03 as a date, and JSON has none
        if kind not in _SCALARS:
            self._add(node, steps, f"the tag {node.tag!r} is not known here: write text, a number, true, false or null")
            return None
        try:
            value = self._loader.construct_object(node)
        except (ValueError, OverflowError, LookupError) as error:  # a tag that the text does not fit
            self._add(node, steps, f"cannot be read: {error}")
            return None
        if isinstance(value, int) and abs(value) >= BEYOND:
            self._add(node, steps, TOO_MANY_DIGITS)
            return None
        return _joined(value) if isinstance(value, str) else value

    def _mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, Any]:
        self._refuse_twice(node, steps)
        self._loader.flatten_mapping(node)
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = self._key(key, steps)
            found[name] = self.value(value, (*steps, name))
        return found

    def _refuse_twice(self, node: yaml.MappingNode, steps: Steps) -> None:
        """Before merging: what an anchor brings may be said again."""
        first: dict[str, yaml.Node] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                before = first.setdefault(key.value, key)
                if before is not key:
                    line = before.start_mark.line + 1
                    self._add(key, (*steps, key.value), f"stands twice, first in line {line}: write it once")

    def _key(self, key: yaml.Node, steps: Steps) -> str:
        if not isinstance(key, yaml.ScalarNode):
            raise _UnreadableError(key.start_mark, "a key must be text, and not a list or a mapping")
        if key.tag != f"{_TAG}str":
            self._add(key, (*steps, key.value), f"YAML reads the key {key.value} as no text: write it in quotes")
        return _joined(str(key.value))

    def _add(self, node: yaml.Node, steps: Steps, message: str) -> None:
        self._problems.add(_place(self._name, node.start_mark), spelt(steps), message)


class _JsonLoader(yaml.SafeLoader):
    """Reads JSON, where texts are always in quotes, and so 1e-3 is a number; in YAML 1.1 it is text."""


_JsonLoader.add_implicit_resolver(
    f"{_TAG}float", re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]+"), list("-0123456789")
)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _compose(text: str) -> yaml.Node | None:
    loader = (_JsonLoader if _is_json(text) else yaml.SafeLoader)(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _decoded(text: str | bytes) -> str:
    return text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")


def _joined(text: str) -> str:
    """The text with the characters that JSON spells as two escapes, which YAML takes for two characters."""
    try:
        return text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:  # half of a pair: the registry refuses it by name
        return text


def _said(error: yaml.MarkedYAMLError) -> str:
    context = f" ({error.context})" if error.context else ""
    if "another document" in str(error.problem):
        return "a second document begins: a policy file holds one, so write another file"
    return f"is not YAML: {error.problem or error}{context}"


def _inner(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The key and the value at a step; the key of a list's item is None."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    if isinstance(node, yaml.MappingNode):
        # The last: what stands in the mapping itself comes after what an anchor brought.
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == step:
                return key, value
    return None, None


def _place(name: str, mark: yaml.Mark | None) -> Place:
    return Place(name, mark.line + 1, mark.column + 1) if mark is not None else Place(name, 1, 1)
