"""Strict reading of our own YAML files: a key that stands twice is refused, never overwritten."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from kernel.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Hashable


_BOOL = "tag:yaml.org,2002:bool"


@cache
def _loader() -> type[Any]:
    """Build the loader class when the first file is read: importing yaml takes a while."""
    import yaml  # noqa: PLC0415 - start-up time

    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(base):  # type: ignore[misc]  # the C loader exists only where libyaml does
        """Safe loader whose mappings refuse repeated keys."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:  # noqa: ANN401, FBT001, FBT002 - signature of PyYAML
            _refuse_repeats(node)
            mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
            return mapping

    # YAML 1.2: only true and false are truth values; `on`, `off`, `yes`, `no` are words.
    StrictLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != _BOOL]
        for first, pairs in base.yaml_implicit_resolvers.items()
    }
    StrictLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
    StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)
    return StrictLoader


def _day_or_text(loader: Any, node: Any) -> object:  # noqa: ANN401 - PyYAML has no types for either
    """Leave a day that the calendar does not have as text: whoever reads the key can name it."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return str(node.value)


class _RepeatedKeyError(Exception):
    """A mapping holds the same key twice; ``args`` are the key and its line."""


def _refuse_repeats(node: Any) -> None:  # noqa: ANN401 - PyYAML has no types for nodes
    seen: set[str] = set()
    for key, _ in node.value:
        name = str(key.value)
        if name in seen:
            raise _RepeatedKeyError(name, key.start_mark.line + 1)
        seen.add(name)


def read_yaml(text: str, file: str) -> object:
    """Return the value of a YAML document; dates come as ``date``, text as ``str``.

    Args:
        text: the document.
        file: the name that error messages show.

    Raises:
        CatalogueError: ``yaml_syntax`` (with line) or ``yaml_repeated_key`` (key, line).
    """
    import yaml  # noqa: PLC0415 - start-up time

    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - a subclass of the safe loader
    except _RepeatedKeyError as error:
        key, line = error.args
        raise CatalogueError(file, key, "yaml_repeated_key", line=line) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CatalogueError(file, "", "yaml_syntax", line=line) from error
