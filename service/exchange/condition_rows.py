"""The sheet 条件: one row a comparison, groups by their place (2 opens, 2.1 and 2.2 are inside).

The same conditions as in the cell of the list, for people who would rather choose from lists than
write. Whichever of the two was changed holds; if both were, they must say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rules.conditions import Condition, Group, Negation, Test
from rules.table_lines import quoted
from rules.table_numbers import narrow, parse_number
from rules.table_text import condition_lines, operand_text, parts_of
from rules.table_values import TableError, compare
from rules.table_words import squash
from rules.wording import condition_text
from service.exchange import labels
from service.exchange.columns import Shown, read_choice, read_flag
from service.exchange.faults import CellError
from service.exchange.tables import Heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.facts import Fact
    from service.exchange.context import Context, Doc
    from service.exchange.tables import Record

HEADINGS: Final = (
    Heading("item", "事项编号", ("编号",)),
    Heading("part", "用于"),
    Heading("place", "层次"),
    Heading("group", "组合"),
    Heading("fact", "事实"),
    Heading("operator", "比较"),
    Heading("value", "数值"),
    Heading("unit", "计算单位"),
    Heading("ours", "本系统理解"),
    Heading("text", "自定表述"),
    Heading("reading", "读作"),
)
HEADERS: Final = {one.key: one.header for one in HEADINGS}
CHOICES: Final = {
    "part": "part",
    "group": "group",
    "fact": "fact",
    "operator": "operator",
    "value": "value",
    "unit": "unit",
    "ours": "yes",
}
WIDTHS: Final = {
    "item": 16,
    "part": 12,
    "place": 8,
    "group": 12,
    "fact": 36,
    "operator": 10,
    "value": 34,
    "reading": 44,
}


def rows_of(document: Doc, context: Context) -> Iterator[dict[str, Shown]]:
    """The rows of an item: conditions first, then exclusions."""
    for part, label in labels.PARTS.items():
        for number, one in enumerate(context.parser.parse_list(document.get(part) or (), part), 1):
            for row in _rows(one, str(number), context):
                yield {"item": document["id"], "part": label} | row


def _rows(condition: Condition, place: str, context: Context) -> Iterator[dict[str, Shown]]:
    wording = condition.wording
    row: dict[str, Shown] = {
        "place": place,
        "unit": labels.UNITS.get(wording.unit or ""),
        "ours": "是" if wording.ours else None,
        "text": wording.text,
    }
    if isinstance(condition, Test):
        fact = context.release.vocabulary[condition.fact]
        row |= {"fact": fact_label(fact), "operator": labels.OPERATORS[condition.op]}
        row |= {"value": _value(condition, context), "reading": condition_text(condition, context.release.vocabulary)}
        yield row
        return
    yield row | {
        "group": _group_label(condition),
        "reading": next(condition_lines(condition, context.release.vocabulary)),
    }
    for number, part in enumerate(parts_of(condition), 1):
        yield from _rows(part, f"{place}.{number}", context)


def fact_label(fact: Fact) -> str:
    """``货值金额（goods_value_yuan）``."""
    return f"{fact.label}（{fact.name}）"


def _value(test: Test, context: Context) -> str:
    shown = operand_text(test, context.release.vocabulary)
    return re.sub("个(?:工作日|自然日)$", "天", shown)  # the unit has a column of its own


def _group_label(condition: Group | Negation) -> str:
    if isinstance(condition, Negation):
        return labels.GROUPS["not"]
    return labels.GROUPS[condition.kind] + (f"{condition.need}项" if condition.kind == "at_least" else "")


class _Row:
    """One row while it is read: its numbers of place, and what stands below it."""

    def __init__(self, record: Record) -> None:
        """Find the place; CellError where none is written."""
        self.record = record
        text = re.sub(r"[-。、．]", ".", narrow(record.text("place"))).strip(".")
        if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", text):
            raise CellError("exchange_place", value=record.text("place"))
        self.place = tuple(int(part) for part in text.split("."))
        self.parts: list[_Row] = []


def read_rows(records: Sequence[Record], context: Context) -> list[Doc] | None:
    """The conditions of the rows of one item and one part; None (with faults noted) where a row is wrong."""
    before = len(context.faults.errors)
    rows: dict[tuple[int, ...], _Row] = {}
    for record in records:
        row = _attempt(lambda record=record: _Row(record), record, "place", context)
        if row is None:
            continue
        if row.place in rows:
            _fault(record, "place", CellError("exchange_place_twice", value=record.text("place")), context)
        rows[row.place] = row
    top = _tree(rows, context)
    found = [_condition(row, context) for row in top]
    if len(context.faults.errors) > before:
        return None
    return [one for one in found if one is not None]


def _tree(rows: Mapping[tuple[int, ...], _Row], context: Context) -> list[_Row]:
    top: list[_Row] = []
    for place, row in sorted(rows.items()):
        if len(place) == 1:
            top.append(row)
        elif place[:-1] in rows:
            rows[place[:-1]].parts.append(row)
        else:
            error = CellError("exchange_place_orphan", value=row.record.text("place"))
            _fault(row.record, "place", error, context)
    return top


def _condition(row: _Row, context: Context) -> Doc | None:
    record = row.record
    marks = _attempt(lambda: _marks(record), record, "unit", context)
    if marks is None:
        return None
    if record.text("group") or row.parts:
        return _group(row, marks, context)
    found = _attempt(lambda: _test(record, context), record, "value", context)
    return None if found is None else found | marks


def _group(row: _Row, marks: Doc, context: Context) -> Doc | None:
    parts = [one for one in (_condition(part, context) for part in row.parts) if one is not None]
    text = row.record.text("group")
    kind = next((key for key, label in labels.GROUPS.items() if text.startswith(label)), "")
    number = parse_number(re.sub("^至少|项$", "", narrow(text))) if kind == "at_least" else 1
    wrong = not kind or not isinstance(number, int) or (kind == "not" and len(parts) != 1)
    if wrong or not 1 <= int(number or 0) <= len(parts):
        error = CellError("exchange_group", value=text, count=len(parts))
        _fault(row.record, "group", error, context)
        return None
    if kind == "not":
        return {"not": parts[0]} | marks
    return ({"at_least": number, "of": parts} if kind == "at_least" else {kind: parts}) | marks


def _marks(record: Record) -> Doc:
    marks: Doc = {}
    unit = read_choice(record.text("unit"), labels.UNITS, HEADERS["unit"])
    if unit:
        marks["unit"] = unit
    if read_flag(record.text("ours"), HEADERS["ours"]):
        marks["ours"] = True
    if record.text("text"):
        marks["text"] = record.text("text")
    return marks


def _test(record: Record, context: Context) -> Doc:
    words = context.reader.words
    fact = words.fact_named(record.text("fact"))
    if fact is None:
        nearest = "、".join(words.nearest(record.text("fact"))) or "见「事实词表」"
        raise CellError("exchange_fact", value=record.text("fact"), nearest=nearest)
    op = read_choice(record.text("operator"), labels.OPERATORS, HEADERS["operator"], needed=True)
    value = record.text("value")
    if not value:
        raise CellError("exchange_required", header=HEADERS["value"])
    if fact.type in {"text", "text_list"}:
        return {"fact": fact.name, str(op): _free(value, str(op))}
    found = compare(fact, str(op), squash(value), words)
    return {"fact": fact.name, found.op: found.operand}


def _free(text: str, op: str) -> object:
    found = quoted(f"值{text}")
    if found is None:
        raise TableError("table_quote_text", label="", value=text)
    return found[1] if op in {"in", "not_in"} else found[1][0]


def _attempt(make: Any, record: Record, key: str, context: Context) -> Any:  # noqa: ANN401  (whatever it makes)
    try:
        return make()
    except (CellError, TableError) as error:
        _fault(record, _key_of(error, key), error, context)
        return None


def _key_of(error: CellError | TableError, key: str) -> str:
    header = error.params.get("header")
    named = next((one for one, label in HEADERS.items() if label == header), None)
    return named or ("fact" if error.code == "exchange_fact" else key)


def _fault(record: Record, key: str, error: CellError | TableError, context: Context) -> None:
    context.faults.add(record.cell(key), HEADERS[key], error.code, error.params)
