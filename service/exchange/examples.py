"""The sheet 示例: cases of an item with the answer that a person expects, both ways.

An item is in force only with at least one; what it gives must be what was expected. For items that
have none, cases are proposed: met in every condition, and just on the other side of each. What is to
come out is left blank, because whoever reads the list must say it, not we.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rules.conditions import Negation, Test
from rules.facts import fact_value_json
from rules.table_text import case_text
from service.exchange import labels
from service.exchange.columns import Shown, read_choice, read_day, same, shown_day
from service.exchange.faults import CellError
from service.exchange.tables import Heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.conditions import Condition
    from rules.facts import Fact
    from service.exchange.context import Context, Doc
    from service.exchange.tables import Record

HEADINGS: Final = (
    Heading("item", "事项编号", ("编号",)),
    Heading("name", "示例名称", ("名称",)),
    Heading("on", "案件日期", ("日期",)),
    Heading("facts", "案件事实", ("事实",)),
    Heading("expect", "应当得出", ("预期",)),
)
HEADERS: Final = {one.key: one.header for one in HEADINGS}
WIDTHS: Final = {"item": 24, "name": 30, "on": 13, "facts": 60, "expect": 14}
CHOICES: Final = {"on": "day", "expect": "expect"}
_MOST_PROPOSED: Final = 3


def rows_of(document: Doc, context: Context) -> Iterator[dict[str, Shown]]:
    """The rows of an item's cases."""
    for test in document.get("tests") or ():
        yield {"item": document["id"]} | _row(test, context)


def _row(test: Doc, context: Context) -> dict[str, Shown]:
    return {
        "name": test["name"],
        "on": shown_day(test.get("on")),
        "facts": case_text(test["facts"], context.release.vocabulary),
        "expect": labels.EXPECTED[test["expect"]],
    }


def read_rows(records: Sequence[Record], base: Doc | None, document: Doc, context: Context) -> list[Doc]:
    """The cases of the rows of one item; rows that still show an old case give that case."""
    old = {test["name"]: test for test in (base or {}).get("tests") or ()}
    found = []
    for number, record in enumerate(records, 1):
        known = old.get(record.text("name"))
        if known and all(same(record.cell(key), value) for key, value in _row(known, context).items()):
            found.append(known)
        else:
            one = _read(record, number, document, context)
            found += [one] if one else []
    return found


def _read(record: Record, number: int, document: Doc, context: Context) -> Doc | None:
    facts, unread = context.reader.read_case(record.text("facts"))
    for one in unread:
        context.faults.add(record.cell("facts"), HEADERS["facts"], one.error.code, one.error.params, line=one.line)
    try:
        expect = read_choice(record.text("expect"), labels.EXPECTED, HEADERS["expect"], needed=True)
        day = read_day(record.cell("on"), HEADERS["on"]).isoformat() if record.text("on") else _day(document, context)
    except CellError as error:
        key = "expect" if error.params.get("header") == HEADERS["expect"] else "on"
        context.faults.add(record.cell(key), HEADERS[key], error.code, error.params)
        return None
    test: Doc = {"name": record.text("name") or f"示例{number}", "facts": facts, "expect": expect}
    return test | ({"on": day} if day else {})


def _day(document: Doc, context: Context) -> str | None:
    """The first day of an item that is not in force yet: on the day of its check it would never apply."""
    start = (document.get("in_force") or {}).get("from")
    return start if start and start > (document.get("checked_on") or context.on.isoformat()) else None


def proposed(document: Doc, context: Context) -> list[dict[str, Shown]]:
    """Rows of cases for an item that has none: the answer is left for a person to fill in."""
    conditions = context.parser.parse_list(document.get("conditions") or (), "conditions")
    met: Doc = {}
    for one in conditions:
        found = _meeting(one, context)
        if found is None:
            return []
        met = found | met
    rows = [("各项条件都具备", met)]
    for one in conditions:
        other = _sides(context.release.vocabulary[one.fact], one)[1] if isinstance(one, Test) else None
        if isinstance(one, Test) and other is not None and other != met[one.fact]:
            rows.append((f"只有“{context.release.vocabulary[one.fact].label}”不同", met | {one.fact: other}))
    vocabulary = context.release.vocabulary
    return [
        {"item": document["id"], "name": name, "facts": case_text(facts, vocabulary)}
        for name, facts in rows[: _MOST_PROPOSED + 1]
    ]


def _meeting(condition: Condition, context: Context) -> Doc | None:
    """Facts that meet a condition; None where we cannot tell."""
    if isinstance(condition, Test):
        value = _sides(context.release.vocabulary[condition.fact], condition)[0]
        return None if value is None else {condition.fact: value}
    if isinstance(condition, Negation):
        if not isinstance(condition.part, Test):
            return None
        value = _sides(context.release.vocabulary[condition.part.fact], condition.part)[1]
        return None if value is None else {condition.part.fact: value}
    met: Doc = {}
    for part in condition.parts[: condition.need]:
        found = _meeting(part, context)
        if found is None:
            return None
        met |= found
    return met


def _sides(fact: Fact, test: Test) -> tuple[object, object]:
    """A value that meets the comparison, and one that just does not; None where we cannot tell."""
    first = test.value[0] if isinstance(test.value, tuple) and test.value else test.value
    if isinstance(first, bool):
        return (first, not first) if test.op in {"eq", "in"} else (not first, first)
    if fact.type == "enum":
        return _choices(fact, test)
    if fact.type == "date" and isinstance(first, date):
        return _steps(fact, test.op, first, timedelta(days=1))
    if isinstance(first, int | Decimal):
        return _steps(fact, test.op, first, 1 if fact.type in {"integer", "money"} else Decimal("0.01"))
    return None, None


def _choices(fact: Fact, test: Test) -> tuple[object, object]:
    names = fact.value_names
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    holds = {
        "eq": lambda one: one in values,
        "in": lambda one: one in values,
        "ne": lambda one: one not in values,
        "not_in": lambda one: one not in values,
        "lte": lambda one: names.index(one) <= names.index(values[0]),
        "lt": lambda one: names.index(one) < names.index(values[0]),
        "gte": lambda one: names.index(one) >= names.index(values[0]),
        "gt": lambda one: names.index(one) > names.index(values[0]),
    }.get(test.op)
    if holds is None:
        return None, None
    inside = [one for one in names if holds(one)]
    outside = [one for one in names if not holds(one)]
    near = inside[-1] if test.op in {"lte", "lt"} else inside[0] if inside else None
    return near, (outside[0] if outside else None)


def _steps(fact: Fact, op: str, value: Any, step: Any) -> tuple[object, object]:  # noqa: ANN401  (numbers or days)
    pairs = {
        "lte": (value, value + step),
        "lt": (value - step, value),
        "gte": (value, value - step),
        "gt": (value + step, value),
        "eq": (value, value + step),
        "in": (value, value - step),
        "between": (value, value - step),
    }
    met, other = pairs.get(op, (None, None))
    return _shown(fact, met), _shown(fact, other)


def _shown(fact: Fact, value: object) -> object:
    negative = isinstance(value, int | Decimal) and value < 0
    return None if value is None or negative else fact_value_json(fact, value)
