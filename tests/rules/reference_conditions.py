"""Part of the reference: days, numbers and three-valued conditions, from raw YAML."""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Raw = dict[str, Any]
Facts = Mapping[str, Any]


def day(value: Any) -> date:  # noqa: ANN401 (YAML gives a date, JSON its text)
    return value if isinstance(value, date) else date.fromisoformat(value)


def years_on(start: date, years: int) -> date:
    """The corresponding day; 29 February ends on the 28th where there is none."""
    year = start.year + years
    last = start.month == 2 and start.day == 29 and not isleap(year)
    return date(year, 2, 28) if last else date(year, start.month, start.day)


def within(span: Raw, on: date) -> bool:
    until = span.get("until")
    return day(span["from"]) <= on and (until is None or on < day(until))


def number(value: Any) -> Decimal:  # noqa: ANN401
    return Decimal(str(value))


# -- conditions ---------------------------------------------------------------------------------


@dataclass
class Asked:
    """A condition's surroundings: the facts, the parameters on the day, the enumerations."""

    facts: Facts
    orders: Mapping[str, list[Any]]
    parameters: Mapping[str, Any]


def truth(condition: Raw, asked: Asked) -> bool | None:
    """True, false or not established (None)."""
    if "all" in condition:
        return every([truth(part, asked) for part in condition["all"]])
    if "any" in condition:
        return negated(every([negated(truth(part, asked)) for part in condition["any"]]))
    if "not" in condition:
        return negated(truth(condition["not"], asked))
    return compared(condition, asked)


def every(states: Sequence[bool | None]) -> bool | None:
    if any(state is False for state in states):
        return False
    return None if any(state is None for state in states) else True


def negated(state: bool | None) -> bool | None:  # noqa: FBT001
    return None if state is None else not state


def compared(condition: Raw, asked: Asked) -> bool | None:
    name = condition["fact"]
    sign, wanted = next((k, v) for k, v in condition.items() if k not in {"fact", "text", "ours", "unit"})
    if isinstance(wanted, dict):
        wanted = asked.parameters[wanted["param"]]
    if name in {"years_since_conduct", "years_since_conduct_end"}:
        return years_compared(name, sign, int(wanted), asked.facts)
    value = asked.facts.get(name)
    if value is None:
        return None
    if sign in {"in", "not_in", "between"}:
        places = [rank(name, one, asked.orders) for one in wanted]
        place = rank(name, value, asked.orders)
        inside = places[0] <= place <= places[1] if sign == "between" else place in places
        return inside != (sign == "not_in")
    left, right = rank(name, value, asked.orders), rank(name, wanted, asked.orders)
    signs: dict[str, bool] = {
        "eq": left == right,
        "ne": left != right,
        "lt": left < right,
        "lte": left <= right,
        "gt": left > right,
        "gte": left >= right,
    }
    return signs[sign]


def rank(name: str, value: Any, orders: Mapping[str, list[Any]]) -> Any:  # noqa: ANN401
    """What to compare: the place in an enumeration, a day, a truth value, a number."""
    if orders.get(name):
        return orders[name].index(value)
    if name.endswith("_date"):
        return day(value)
    return value if isinstance(value, bool) else number(value)


def years_compared(name: str, sign: str, years: int, facts: Facts) -> bool | None:
    """More than so many years: discovered later than the corresponding day (行政处罚法 36)."""
    start = facts.get("conduct_date") if name == "years_since_conduct" else facts.get("_conduct_over")
    found = facts.get("discovery_date")
    if start is None or found is None:
        return None
    later = day(found) > years_on(day(start), years)
    return later if sign == "gt" else not later
