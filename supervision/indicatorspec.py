"""What ``score build`` reads and how it derives columns: the data of ``supervision/indicatordata``, checked.

Tables, their columns and the derivations are data, so that an office can see what it has to deliver and a
reviewer can see what a figure counts. Only what needs more than one row of one table is written in Python
(:mod:`supervision.indicatorsreports`, :mod:`supervision.indicatorslinks`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, TypeAdapter, ValidationError

from kernel.datafile import read_text
from kernel.errors import CatalogueError
from kernel.yamldoc import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_PACKAGE = "supervision.indicatordata"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordColumn(_Strict):
    """A column of a table of records; ``values`` (categories only): code → Chinese label."""

    type: Literal["code", "text", "int", "number", "yuan", "bool", "date", "category"]
    title: StrictStr
    aliases: tuple[StrictStr, ...] = ()
    values: dict[StrictStr, StrictStr] | None = None
    min: int | None = None
    max: int | None = None


class Table(_Strict):
    """A table of records: ``when`` is the column with the day of the fact, ``ends`` those that end it."""

    title: StrictStr
    note: StrictStr = ""
    key: StrictStr = "uscc"
    when: StrictStr | None = None
    ends: tuple[StrictStr, ...] = ()
    columns: dict[StrictStr, RecordColumn]


class Counted(_Strict):
    """A derivation from the rows of one table; see ``columns.yaml`` for what each condition means."""

    how: Literal["count", "any", "yuan", "worst", "latest", "latest_number", "last_day", "distinct", "net"]
    table: StrictStr
    of: StrictStr | None = None
    rank: StrictStr | None = None
    amounts: tuple[StrictStr, ...] = ()
    none: StrictStr | None = None
    months: StrictInt | None = None
    skip_months: StrictInt | None = None
    where: dict[StrictStr, tuple[StrictBool | StrictStr, ...]] = {}
    less: dict[StrictStr, tuple[StrictBool | StrictStr, ...]] = {}
    open: StrictStr | None = None
    or_months: StrictInt | None = None
    past: StrictStr | None = None
    late: tuple[StrictStr, StrictStr] | None = None
    in_time: tuple[StrictStr, StrictStr] | None = None

    def columns(self) -> set[str]:
        """The columns of the table, as they come in the file, that it looks at."""
        own = {*self.where, *self.less, *self.amounts, self.of, self.rank, self.open, self.past}
        own |= {*(self.late or ()), *(self.in_time or ())}
        named = {name for name in own if name is not None}
        return {there for name in named for there in MADE_OF.get((self.table, name), (name,))}


MADE_OF: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("changes", "capital_jump"): ("kind", "before", "after"),
    ("penalties", "penalty"): ("kinds",),
    ("inspections", "problem"): ("result",),
    ("inspections", "refused"): ("result",),
    ("inspections", "inspection"): ("result",),
    ("licences", "valid"): ("valid_from", "valid_until"),
    ("events", "safety"): ("kind", "until_on"),
    ("ratings", "public_credit"): ("value",),
    ("ratings", "tax_credit"): ("value",),
    ("address_checks", "address"): ("result",),
    ("winding_up", "winding_up"): ("kind",),
}
"""Names that conditions and orders use for what is worked out of a row, and the columns behind them."""


class WorkedOut(_Strict):
    """A column worked out by a function of its own: the tables and columns it needs, and in words how.

    Of the columns of the registry under ``any_of`` one is enough.
    """

    needs: dict[StrictStr, tuple[StrictStr, ...]]
    by: StrictStr
    any_of: tuple[StrictStr, ...] = ()


class Columns(_Strict):
    """Every column that can be derived."""

    counted: dict[StrictStr, Counted]
    worked_out: dict[StrictStr, WorkedOut]

    def tables_of(self, name: str) -> tuple[str, ...]:
        """The tables without which a column has no values; none for one that is not derived."""
        if name in self.counted:
            return (self.counted[name].table,)
        return tuple(self.worked_out[name].needs) if name in self.worked_out else ()

    def possible(self, name: str, there: Mapping[str, Collection[str]]) -> bool:
        """Whether the tables that there are have every column that a derivation looks at.

        A condition on a column that is not there would be false for every row, and a penalty without a department
        would count for nobody: better no value than a clean record.
        """
        if name in self.counted:
            one = self.counted[name]
            return one.table in there and one.columns() <= set(there[one.table])
        made = self.worked_out.get(name)
        if made is None or not all(set(own) <= set(there.get(table, ())) for table, own in made.needs.items()):
            return False
        return all(table in there for table in made.needs) and (
            not made.any_of or bool({*made.any_of} & set(there["registry"]))
        )


class _Day(_Strict):
    month: StrictInt
    day: StrictInt
    source: StrictStr
    mark: StrictStr


class _Figure(_Strict):
    value: StrictInt
    source: StrictStr
    mark: StrictStr


class _Parameters(_Strict):
    report_deadline: _Day
    large_capital_10k: _Figure
    low_revenue_10k: _Figure
    capital_jump_10k: _Figure
    capital_jump_times: _Figure
    batch_days: _Figure
    batch_count: _Figure
    control_percent: _Figure
    control_depth: _Figure
    grace_months: _Figure


class _Sectors(_Strict):
    high: tuple[StrictStr, ...]
    elevated: tuple[StrictStr, ...]
    low: tuple[StrictStr, ...]
    divisions: StrictInt


class _ResultCode(_Strict):
    category: StrictStr
    problem: StrictBool


class Codes(_Strict):
    """Codes of the records in terms of the scheme, and the figures of derivations with their sources."""

    parameters: _Parameters
    states: dict[StrictStr, StrictStr]
    live: tuple[StrictStr, ...]
    yuan: tuple[StrictStr, ...]
    entity_types: dict[StrictStr, StrictStr]
    sectors: _Sectors
    high_risk_words: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    officers: tuple[StrictStr, ...]
    banned_roles: tuple[StrictStr, ...]
    ranks: dict[StrictStr, tuple[StrictStr, ...]]
    penalty_kinds: dict[StrictStr, StrictStr]
    ratings: dict[StrictStr, dict[StrictStr, StrictStr]]
    results: dict[StrictStr, dict[StrictStr, _ResultCode]]


@cache
def tables() -> Mapping[str, Table]:
    """Tables of records by name."""
    found: Mapping[str, Table] = _read("records.yaml", TypeAdapter(dict[str, Table]))
    return found


@cache
def derivations() -> Columns:
    """How each column is derived."""
    found: Columns = _read("columns.yaml", TypeAdapter(Columns))
    return found


@cache
def codes() -> Codes:
    """Codes, orders and figures."""
    found: Codes = _read("codes.yaml", TypeAdapter(Codes))
    return found


def _read(name: str, adapter: TypeAdapter[Any]) -> Any:  # noqa: ANN401 - typed by the callers
    try:
        return adapter.validate_python(read_yaml(read_text(name, _PACKAGE), name))
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(name, ".".join(map(str, first["loc"])), "scheme_entry", why=first["msg"]) from error
