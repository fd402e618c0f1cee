"""The metadata at the top of a card: YAML between two lines `---`, as the Hugging Face Hub has it.

What the Hub knows of it is in https://huggingface.co/docs/hub/model-cards and in
https://github.com/huggingface/hub-docs/blob/main/modelcard.md: license, language, tags, datasets, metrics, base_model,
library_name, pipeline_tag, model-index and more. Other keys are kept as they are.

YAML is read as the Hub reads it, by version 1.2: `language: no` is Norwegian, where version 1.1 says False, and dates
stay text. It is safe: no tag makes anything but JSON's own values, and there are no anchors, of which a few lines can
spell billions of values. It is written so that readers of either version read the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import legible
from airflow_provider_registry.registry.versions.json_value import json_value

_FENCE = re.compile(r"---[ \t]*\r?(?:\n|\Z)")
_FENCED = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<yaml>(?:.*\n)*?)---[ \t]*\r?(?:\n|\Z)")
_TAG = "tag:yaml.org,2002:"
_DIGITS = 300
_WIDTH = 1_000  # text is not folded: what people wrote stays on its line


def split(text: str) -> tuple[dict[str, Any], str]:
    """The metadata of a card, and what comes after it.

    Parameters:
        text: Markdown, which may begin with metadata.

    Raises:
        InvalidInputError: what stands between the lines `---` is no mapping in YAML; with the line.
    """
    found = _FENCED.match(text)
    if found is None:
        return {}, text
    return _read(found["yaml"]), text[found.end() :]


def joined(metadata: dict[str, Any], body: str) -> str:
    """A card of metadata and what comes after it; `split` gives both back."""
    if not metadata and not _FENCE.match(body.removeprefix("\ufeff")):
        return body
    said = yaml.dump(metadata, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH) if metadata else ""
    return f"---\n{said}---\n{body}"


class _RefusedError(Exception):
    """A node that no card may have, and why."""

    def __init__(self, why: str, mark: yaml.Mark) -> None:
        super().__init__(why)
        self.mark = mark


class _Loader(yaml.SafeLoader):
    """Composes YAML 1.2 without anchors."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs say nothing of it
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError("anchors are not read here", event.start_mark)
        return super().compose_node(parent, index)


_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMERIC = list("-+.0123456789")
_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF"))
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(rf"(?:{_INT.pattern})\Z"), _NUMERIC)
_Loader.add_implicit_resolver(f"{_TAG}float", re.compile(rf"(?:{_FLOAT.pattern})\Z"), _NUMERIC)


class _Dumper(yaml.SafeDumper):
    """Writes what readers of YAML 1.1 and of 1.2 take for the same: text that either would misread is quoted."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # Else PyYAML writes the line breaks of Unicode as they are, and reads them as spaces.
    style = None if text.replace("\n", "").isprintable() else '"'
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver(f"{_TAG}float", re.compile(rf"(?:{_FLOAT.pattern})\Z"), _NUMERIC)
_Dumper.add_implicit_resolver(f"{_TAG}int", re.compile(rf"(?:{_INT.pattern})\Z"), _NUMERIC)


def _read(text: str) -> dict[str, Any]:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        value = {} if node is None else _value(node)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(f"{_place(error.problem_mark)}{error.problem or error}") from None
    except _RefusedError as error:
        raise _unreadable(f"{_place(error.mark)}{error}") from None
    except yaml.YAMLError as error:
        raise _unreadable(str(error)) from None
    except RecursionError:
        raise _unreadable("it is nested too deep") from None
    if not isinstance(value, dict):
        raise _unreadable("it is no mapping of names to values; where a line --- is meant, put text before it")
    copy, problems = json_value(value)
    if problems:
        raise _unreadable("; ".join(problems))
    assert isinstance(copy, dict)
    return copy


def _value(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix(_TAG)
    match node:
        case yaml.MappingNode() if kind == "map":
            return _mapping(node)
        case yaml.SequenceNode() if kind == "seq":
            return [_value(item) for item in node.value]
        case yaml.ScalarNode(value=text) if kind in _SCALARS:
            return _SCALARS[kind](node, text)
    raise _RefusedError(f"the tag {node.tag!r} is not known here", node.start_mark)


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _RefusedError("a key must be text", key.start_mark)
        if key.value in found:
            raise _RefusedError(f"{key.value!r} stands twice", key.start_mark)
        found[key.value] = _value(value)
    return found


def _int(node: yaml.Node, text: str) -> int:
    if len(text) > _DIGITS or not _INT.fullmatch(text):
        raise _RefusedError("this is no number of up to 300 digits", node.start_mark)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _float(node: yaml.Node, text: str) -> float:
    value = float(text) if _FLOAT.fullmatch(text) else float("inf")
    if abs(value) == float("inf"):
        raise _RefusedError("this is no finite number", node.start_mark)
    return value


_SCALARS: dict[str, Callable[[yaml.Node, str], Any]] = {
    "null": lambda node, text: None,
    "bool": lambda node, text: text.lower() == "true",
    "int": _int,
    "float": _float,
    "str": lambda node, text: text,
}


def _place(mark: yaml.Mark | None) -> str:
    return f"line {mark.line + 2}: " if mark else ""  # after the line of the fence


def _unreadable(why: str) -> InvalidInputError:
    return InvalidInputError(f"The metadata at the top of the card cannot be read: {legible(why, 500)}.")
