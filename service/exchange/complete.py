"""What an item in force must have: nothing half-done ever decides a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.exchange import labels

if TYPE_CHECKING:
    from service.exchange.context import Context, Doc
    from service.exchange.tables import Record

NEEDED: Final = {"title": "违法行为", "source": "来源", "force": "强度", "conditions": "适用条件", "field": "领域"}


def check_complete(document: Doc, record: Record, context: Context) -> None:
    """Note what is missing in an item; a draft may be incomplete."""
    if document.get("status") == "draft":
        return
    _fields(document, record, context)
    inside = document.get("in_force") or {}
    if inside.get("until") and inside["until"] <= inside.get("from", ""):
        context.faults.add(record.cell("until"), "有效期至（含当日）", "exchange_days_reversed")
    _prose(document, record, context)
    for name in document.get("violations") or ():
        if context.documents[name].get("status") == "draft":
            shown = {"violation": context.label(name)}
            context.faults.add(record.cell("violations"), "案由", "exchange_draft_violation", shown)
    if not has_case(document):
        context.faults.add(record.cell("id"), "编号", "exchange_no_example")


def has_case(document: Doc) -> bool:
    """Whether at least one case shows the item at work."""
    return any(one["expect"] in {"applies", "needs_human"} for one in document.get("tests") or ())


def _fields(document: Doc, record: Record, context: Context) -> None:
    faulty = {one.header for one in context.faults.errors if (one.sheet, one.row) == (record.sheet, record.row)}
    for key, header in NEEDED.items():
        if document.get(key) or header in faulty:
            continue
        if key != "field":
            context.faults.add(record.cell(key), header, "exchange_required", {"header": header})
        elif "案由" not in faulty:  # the violation would have told the field
            context.faults.add(record.cell(key), header, "exchange_no_field")


def _prose(document: Doc, record: Record, context: Context) -> None:
    """Lines of a list as published that nobody has turned into conditions yet."""
    for key, header in labels.PARTS.items():
        left = (document.get("prose") or {}).get(f"{key}_left")
        if left:
            context.faults.add(record.cell(key), header, "table_still_prose", {"value": left.splitlines()[0]})
