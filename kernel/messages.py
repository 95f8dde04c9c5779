"""Chinese words by code, read from ``messages_zh.yaml`` files when the first one is needed.

Each package keeps its own file and announces it with :func:`register`. An entry is
``code: {title: …, detail: …}``; the detail is a template with ``{named}`` parameters and says
what is wrong, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kernel.datafile import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_VALUE = 80
"""A value given by a user is shown up to this many characters: it may be a whole file."""
_LONGEST_LIST = 60


class Sentence(str):
    """A value that is a sentence of ours: it is shown whole, however long."""

    __slots__ = ()


_FALLBACK_TITLE = "处理时遇到问题"
_FALLBACK_DETAIL = "处理时遇到问题（代码 {code}）。请检查所填内容；如仍不能解决，请把此代码告诉管理员。"

_sources: dict[tuple[str, str], None] = {("kernel.data", "messages_zh.yaml"): None}


class MessageMissingError(LookupError):
    """No message has this code, or a parameter that its template names was not given."""


class MessageFileError(ValueError):
    """A message file of ours is badly formed, or two files claim the same code."""


@dataclass(frozen=True, slots=True)
class Message:
    """Title and detail template of one code."""

    title: str
    detail: str


def register(package_name: str, resource: str = "messages_zh.yaml") -> None:
    """Announce a message file inside a package; it is read when a message is next needed."""
    if (package_name, resource) not in _sources:
        _sources[package_name, resource] = None
        table.cache_clear()


@cache
def table() -> Mapping[str, Message]:
    """Return every message of every registered file.

    Raises:
        MessageFileError: a file is badly formed, or a code stands in two files.
    """
    merged: dict[str, Message] = {}
    for package_name, resource in _sources:
        for code, message in _read(package_name, resource).items():
            if code in merged:
                problem = f"{package_name}/{resource}: {code} is already defined elsewhere"
                raise MessageFileError(problem)
            merged[code] = message
    return merged


def _read(package_name: str, resource: str) -> dict[str, Message]:
    from kernel.yamldoc import read_yaml  # noqa: PLC0415 - errors and yamldoc import this module

    file = f"{package_name}/{resource}"
    content = read_yaml(read_text(resource, package_name), file)
    if not isinstance(content, dict):
        problem = f"{file}: expected a mapping of codes"
        raise MessageFileError(problem)
    return {str(code): _message(file, code, entry) for code, entry in content.items()}


def _message(file: str, code: object, entry: object) -> Message:
    if (
        not isinstance(entry, dict)
        or set(entry) != {"title", "detail"}
        or not all(isinstance(words, str) for words in entry.values())
    ):
        problem = f"{file}: {code}: expected exactly a title and a detail, both text"
        raise MessageFileError(problem)
    return Message(entry["title"], entry["detail"])


def lookup(code: str) -> Message:
    """Return the message of a code.

    Raises:
        MessageMissingError: nothing is registered under it.
    """
    try:
        return table()[code]
    except KeyError:
        problem = f"no message has the code {code!r}"
        raise MessageMissingError(problem) from None


def strict_text(code: str, params: Mapping[str, object] | None = None) -> str:
    """Return the filled-in detail, or fail: for tests that hold codes and messages together.

    Raises:
        MessageMissingError: unknown code, or a parameter is missing.
    """
    template = lookup(code).detail
    shown = {name: _shown(value) for name, value in (params or {}).items()}
    try:
        return template.format_map(shown)
    except KeyError as error:
        problem = f"message {code!r} needs the parameter {error.args[0]!r}"
        raise MessageMissingError(problem) from None


def text(code: str, params: Mapping[str, object] | None = None) -> str:
    """Return the Chinese sentence for a code, or a general one if it has no usable message.

    A user who already has a problem must not be given a second one by our missing words.
    """
    try:
        return strict_text(code, params)
    except MessageMissingError:
        return _FALLBACK_DETAIL.format(code=code)


def title(code: str) -> str:
    """Return the Chinese title for a code, or a general one if it has none."""
    try:
        return lookup(code).title
    except MessageMissingError:
        return _FALLBACK_TITLE


def _shown(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return _shown_list(sorted(value) if isinstance(value, set | frozenset) else value)
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Sentence):
        return str(value)
    words = str(value)
    return words if len(words) <= _LONGEST_VALUE else words[:_LONGEST_VALUE] + "…"


def _shown_list(values: list[object] | tuple[object, ...]) -> str:
    shown = "、".join(_shown(value) for value in values[:_LONGEST_LIST])
    rest = len(values) - _LONGEST_LIST
    return f"{shown}等 {len(values)} 项" if rest > 0 else shown
