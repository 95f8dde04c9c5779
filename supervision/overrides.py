"""A person's decision on a class, with a reason, an author and an end; what the scheme said is never hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.errors import FieldError
from kernel.interval import add_months
from supervision.watch import watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from supervision.scheme import Scheme

MANUAL: Final = "manual"
"""What ``override`` says where a person decided."""
_LEAST_REASON: Final = 10
_MOST_REASON: Final = 1000


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision: half-open, ``until`` is the first day on which the scheme's class counts again."""

    uscc: str
    class_: str
    reason: str
    author: str
    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.since <= on < self.until


def faults(one: Override, scheme: Scheme, pointer: str = "") -> Iterator[FieldError]:
    """Everything that keeps a decision from being taken."""
    if not one.uscc.strip():
        yield FieldError(f"{pointer}/uscc", "code_missing")
    if one.class_ not in scheme.classes:
        yield FieldError(f"{pointer}/class", "override_class", {"class": one.class_, "allowed": list(scheme.classes)})
    if not _LEAST_REASON <= len(one.reason.strip()) <= _MOST_REASON:
        yield FieldError(f"{pointer}/reason", "override_reason", {"least": _LEAST_REASON, "most": _MOST_REASON})
    if not one.author.strip():
        yield FieldError(f"{pointer}/author", "override_author")
    last = add_months(one.since, watch().overrides.months)
    if not one.since < one.until <= last:
        yield FieldError(f"{pointer}/until", "override_until", {"since": one.since, "last": last})


def overlapping(decisions: Sequence[Override]) -> list[tuple[int, int]]:
    """Places of decisions on the same enterprise whose days overlap."""
    found, seen = [], dict[str, list[int]]()
    for place, one in enumerate(decisions):
        own = seen.setdefault(one.uscc, [])
        found += [(other, place) for other in own if _meet(decisions[other], one)]
        own.append(place)
    return found


def _meet(one: Override, other: Override) -> bool:
    return one.since < other.until and other.since < one.until


def applied(results: pl.DataFrame, decisions: Sequence[Override], scheme: Scheme, on: date) -> pl.DataFrame:
    """Results with the decisions that hold on the day: ``class`` is the person's, ``class_by_scheme`` the scheme's.

    ``override`` is :data:`MANUAL`, and reason, author and end stand beside it. A decision is not applied, and
    ``override_refused`` says why, where a rule of the scheme sets the class and the decision would better it. Rows
    that were not scored stay as they are.
    """
    rules = {rule.id: rule.class_ for rule in scheme.rules if rule.effect == watch().overrides.refused_against}
    order = {name: place for place, name in enumerate(scheme.classes)}
    frame = results.with_columns(pl.col("class", "override").cast(pl.String)).join(
        _table([one for one in decisions if one.holds(on)]), on="uscc", how="left", maintain_order="left"
    )
    wanted, now = (
        pl.col(name).replace_strict(order, default=None, return_dtype=pl.Int64) for name in ("_class", "class")
    )
    is_set = pl.col("override").is_in(list(rules)).fill_null(value=False)
    refused = is_set & (wanted < now)
    holds = (wanted.is_not_null() & now.is_not_null() & ~refused).fill_null(value=False)
    why = pl.format("{}：{}", "override", pl.lit(watch().overrides.refused_why))
    return frame.select(
        *(pl.col(name) for name in results.columns if name not in {"class", "override"}),
        pl.when(holds).then("_class").otherwise("class").alias("class"),
        pl.when(holds).then(pl.lit(MANUAL)).otherwise("override").alias("override"),
        pl.col("class").alias("class_by_scheme"),
        *(pl.when(holds).then(f"_{name}").alias(f"override_{name}") for name in ("reason", "author", "until")),
        pl.when(refused.fill_null(value=False)).then(why).alias("override_refused"),
    ).select(*results.columns, pl.exclude(results.columns))


def _table(decisions: Sequence[Override]) -> pl.DataFrame:
    schema = {"uscc": pl.String, "_class": pl.String, "_reason": pl.String, "_author": pl.String, "_until": pl.Date}
    rows = [(one.uscc, one.class_, one.reason, one.author, one.until) for one in decisions]
    return pl.DataFrame(rows, schema=schema, orient="row").unique("uscc", keep="last", maintain_order=True)
