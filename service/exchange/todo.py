"""What a draft still lacks before it may be in force, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.exchange.context import Context, Doc


def todo_of(item: Doc, context: Context) -> str:
    """The lines for one item; empty where nothing is missing."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(_lines(item, context), 1))


def _lines(item: Doc, context: Context) -> Iterator[str]:
    prose = item.get("prose") or {}
    if not item.get("conditions"):
        yield _said("exchange_todo_conditions")
    if "conditions_left" in prose or "exclusions_left" in prose:
        yield _said("exchange_todo_prose")
    for name in item.get("violations") or ():
        if context.documents.get(name, {}).get("status") == "draft":
            yield _said("exchange_todo_violation", label=context.label(name), nearest=_nearest(name, item, context))
    if not item.get("violations") and not item.get("fields"):
        yield _said("exchange_todo_no_violation", nearest=context.nearest("violation", item["title"]))
    if not any(one["role"] == "penalty" for one in item.get("citations") or ()):
        yield _said("exchange_todo_citation")
    if (item.get("in_force") or {}).get("day_known") is False:
        yield _said("exchange_todo_day")
    if not item.get("tests"):
        yield _said("exchange_todo_example")
    if item.get("status") == "draft":
        yield _said("exchange_todo_activate")


def _nearest(name: str, item: Doc, context: Context) -> list[str]:
    hits = [hit.id for hit in context.search.find(item["title"]) if hit.kind == "violation" and hit.id != name]
    active = [one for one in hits if context.documents.get(one, {}).get("status") != "draft"]
    return context.nearest("violation", item["title"], active) if active else ["（没有相近的）"]


def _said(code: str, **params: object) -> str:
    return messages.text(code, params)
