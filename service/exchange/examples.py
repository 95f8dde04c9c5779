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
_LONGEST_NAME: Final = 60


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


def read_rows(records: Sequence[Record], base: Doc | None, document: Doc, context: Context) -> list[tuple[Doc, Record]]:
    """The cases of the rows of one item, each with its row; rows that show an old case give that case.

    A row without an answer (as we propose them) is left aside, and that is noted.
    """
    old = {test["name"]: test for test in (base or {}).get("tests") or ()}
    found: list[tuple[Doc, Record]] = []
    for number, record in enumerate(records, 1):
        known = old.get(record.text("name"))
        if known and all(same(record.cell(key), value) for key, value in _row(known, context).items()):
            found.append((known, record))
        elif not record.text("expect") and document.get("status") == "draft":
            continue
        elif not record.text("expect"):
            context.faults.note(record.cell("expect"), HEADERS["expect"], "exchange_unanswered")
        else:
            one = _read(record, number, document, context)
            found += [(one, record)] if one else []
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
    """Rows of cases for an item: all conditions met, then each condition alone on its other side.

    The answer is left for a person to fill in. Empty where we cannot tell what would meet a condition.
    """
    parse = context.parser.parse_list
    needed = [(one, True) for one in parse(document.get("conditions") or (), "conditions")]
    needed += [(one, False) for one in parse(document.get("exclusions") or (), "exclusions")]
    met: Doc = {}
    for condition, wanted in needed:
        found = _facts(condition, context, wanted=wanted)
        if found is None:
            return []
        met |= {name: value for name, value in found.items() if name not in met}
    changes: list[Doc] = [{}]
    for condition, wanted in needed:
        other = _facts(condition, context, wanted=not wanted)
        changes += [other] if other is not None else []
        changes += _other_end(condition, context)
    return [_proposal(document["id"], met | change, change, context) for change in changes]


def _proposal(identifier: str, facts: Doc, change: Doc, context: Context) -> dict[str, Shown]:
    """A row; its name says what was varied and nothing about what should come out."""
    vocabulary = context.release.vocabulary
    name = "其他相同，" + case_text(change, vocabulary).replace("\n", "，") if change else "基本情形"
    return {"item": identifier, "name": name[:_LONGEST_NAME], "facts": case_text(facts, vocabulary)}


def _facts(condition: Condition, context: Context, *, wanted: bool) -> Doc | None:
    """Facts for which a condition holds (or does not), right at its limit; None where we cannot tell."""
    if isinstance(condition, Test):
        met, other = _sides(context.release.vocabulary[condition.fact], condition)
        value = met if wanted else other
        return None if value is None else {condition.fact: value}
    if isinstance(condition, Negation):
        return _facts(condition.part, context, wanted=not wanted)
    count = condition.need if wanted else len(condition.parts) - condition.need + 1
    found: Doc = {}
    for number, part in enumerate(condition.parts):
        # what holds comes first, so that of two parts about one fact the later can still turn it
        facts = _facts(part, context, wanted=wanted if number < count else not wanted)
        if facts is None:
            return None
        found = found | facts if number < count else facts | found
    return found


def _other_end(condition: Condition, context: Context) -> list[Doc]:
    """The upper end of a range, which the case that meets it does not touch."""
    if not isinstance(condition, Test) or condition.op != "between" or not isinstance(condition.value, tuple):
        return []
    fact = context.release.vocabulary[condition.fact]
    return [{condition.fact: fact_value_json(fact, condition.value[1])}]


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
    upward = test.op in {"gte", "gt"}
    near = inside[0 if upward or test.op not in {"lte", "lt"} else -1] if inside else None
    return near, (outside[-1 if upward else 0] if outside else None)


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
