"""Every right, and every value that the interface takes or gives, stands in a page of the reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from service.access.permissions import Permission
from tests.health.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = ROOT / "docs/reference"


def named() -> set[str]:
    """Everything that a page of the reference shows as code."""
    texts = (path.read_text("utf-8") for path in REFERENCE.glob("*.md"))
    return {word for text in texts for word in re.findall(r"`([^`\n]+)`", text)}


def values(node: object) -> Iterator[str]:
    """The choices of every schema below a node of the description."""
    if isinstance(node, dict):
        found = [*node["enum"]] if isinstance(node.get("enum"), list) else []
        yield from (one for one in [*found, node.get("const")] if isinstance(one, str) and one)
        for one in node.values():
            yield from values(one)
    elif isinstance(node, list):
        for one in node:
            yield from values(one)


def test_every_right_stands_in_the_reference() -> None:
    assert {one.value for one in Permission} - named() == set()


def test_every_value_of_the_interface_stands_in_the_reference() -> None:
    described = json.loads((REFERENCE / "openapi.json").read_text("utf-8"))
    choices = set(values(described))
    assert len(choices) > 200
    # orders to sort by are the names of fields, with a minus the other way round: api.md says so
    orders = {one for one in choices if one.startswith("-")} | {one[1:] for one in choices if one.startswith("-")}
    assert choices - orders - named() == set()
