"""Random conditions, cases and fines over the real vocabulary, as the catalogue writes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

Raw = dict[str, Any]
TEXT = st.text(alphabet="条件甲乙，。；：、（）【】「」\"'or- \n12", min_size=1, max_size=12).filter(
    lambda one: one.strip() == one
)


def _amounts(fact: Fact) -> st.SearchStrategy[Any]:
    low = int(fact.min) if fact.min is not None else -1000
    high = int(fact.max) if fact.max is not None else 200_000_000
    whole = st.integers(low, high)
    if fact.type == "integer":
        return whole
    cents = st.integers(max(low, 0) * 100, min(high, 10**6) * 100).map(lambda one: one / 100)
    return whole | cents.map(lambda one: int(one) if one == int(one) else one)


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact as YAML gives them."""
    if fact.type == "bool":
        return st.booleans()
    if fact.type == "enum":
        return st.sampled_from(fact.value_names)
    if fact.type == "date":
        return st.dates(date(1990, 1, 1), date(2060, 1, 1)).map(date.isoformat)
    if fact.type == "text":
        return TEXT
    return st.lists(TEXT, max_size=3) if fact.type == "text_list" else _amounts(fact)


def _references(fact: Fact, vocabulary: Vocabulary) -> st.SearchStrategy[Any]:
    others = [one.name for one in vocabulary if one.type == fact.type]
    plain = st.builds(lambda name: {"fact": name}, st.sampled_from(others))
    parameter = st.just({"param": "limit_years"})
    if fact.type != "date":
        return plain | parameter
    amount = st.integers(-40, 40).filter(bool) | st.just({"param": "limit_years"})
    units = st.sampled_from(["years", "months", "days"])
    shifted = st.builds(lambda name, unit, n: {"fact": name, "plus": {unit: n}}, st.sampled_from(others), units, amount)
    return plain | parameter | shifted


@st.composite
def tests_of(draw: st.DrawFn, vocabulary: Vocabulary) -> Raw:
    """One comparison, with whatever it may say about itself."""
    fact = draw(st.sampled_from(list(vocabulary)))
    ops = ["eq", "ne", "in", "not_in"]
    if fact.is_ordered:
        ops += ["lt", "lte", "gt", "gte", "between"]
    op = draw(st.sampled_from(ops))
    if op in {"in", "not_in"}:
        value: Any = draw(st.lists(values(fact), min_size=1, max_size=3, unique_by=str))
    elif op == "between":
        ends = draw(st.lists(values(fact), min_size=2, max_size=2, unique_by=str))
        value = sorted(ends, key=lambda one: fact.rank(fact.normalise(one)))
    elif fact.type in {"text", "text_list"}:
        value = draw(values(fact))
    else:
        value = draw(values(fact) | _references(fact, vocabulary))
    return {"fact": fact.name, op: value} | draw(marks())


@st.composite
def marks(draw: st.DrawFn) -> Raw:
    """``ours``, ``unit`` and ``text``, mostly absent."""
    found: Raw = {}
    if draw(st.integers(0, 4)) == 0:
        found["ours"] = True
    if draw(st.integers(0, 6)) == 0:
        found["unit"] = draw(st.sampled_from(["day", "working_day", "hour"]))
    if draw(st.integers(0, 6)) == 0:
        found["text"] = draw(TEXT)
    return found


def conditions(vocabulary: Vocabulary) -> st.SearchStrategy[Raw]:
    """Comparisons and groups of them, to some depth."""
    return st.recursive(tests_of(vocabulary), _groups, max_leaves=6)


@st.composite
def _groups(draw: st.DrawFn, inner: st.SearchStrategy[Raw]) -> Raw:
    parts = draw(st.lists(inner, min_size=1, max_size=3))
    kind = draw(st.sampled_from(["all", "any", "not", "at_least"]))
    if kind == "not":
        return {"not": parts[0]} | draw(marks())
    if kind == "at_least":
        return {"at_least": draw(st.integers(1, len(parts))), "of": parts} | draw(marks())
    return {kind: parts} | draw(marks())


@st.composite
def cases(draw: st.DrawFn, vocabulary: Vocabulary) -> Raw:
    """The facts of a case; some are written down as not established."""
    facts = draw(st.lists(st.sampled_from(list(vocabulary)), max_size=6, unique_by=lambda one: one.name))
    return {fact.name: draw(st.none() | values(fact)) for fact in facts}


@st.composite
def fines(draw: st.DrawFn, vocabulary: Vocabulary) -> Raw:
    """A fine of either measure."""
    amounts = st.integers(0, 10**7) | st.integers(0, 10**6).map(lambda one: one / 100)
    ratios = st.integers(0, 40) | st.sampled_from([0.01, 0.02, 0.05, 0.1, 0.3, 0.5, 1.5])
    multiple = draw(st.booleans())
    low, high = sorted(draw(st.lists(ratios if multiple else amounts, min_size=2, max_size=2)))
    low, high = (int(one) if one == int(one) else one for one in (low, high))
    found: Raw = {"min_x": low, "max_x": high} if multiple else {"min_yuan": low, "max_yuan": high}
    if multiple:
        found["base"] = draw(st.sampled_from([one.name for one in vocabulary if one.type == "money"]))
    if draw(st.booleans()):
        found["per"] = draw(st.sampled_from([one.name for one in vocabulary if one.type == "integer"]))
    if draw(st.booleans()):
        found["cap_yuan"] = draw(st.integers(1, 10**7))
    if draw(st.booleans()):
        found["floor_yuan"] = draw(st.integers(1, 10**5))
    return found
