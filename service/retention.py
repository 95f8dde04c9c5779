"""How long rows are kept: policies as data (``retention.yaml``), each applied by one statement."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

from pydantic import PositiveInt, TypeAdapter, model_validator
from sqlalchemy import delete, update

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict
from service.audit.events import Event, event
from service.db.tables import METADATA

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.sql.dml import Delete, Update

    from service.work import Work

_FILE: Final = "retention.yaml"
_KEPT: Final = frozenset({"audit_events", "audit_head"})


class Policy(Strict):
    """One rule: rows of a table, this many days after a moment, are deleted or lose some columns."""

    name: str
    title: str
    table: str
    since: str
    days: PositiveInt
    act: Literal["delete", "mask"]
    columns: tuple[str, ...] = ()
    basis: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.table in _KEPT or self.table not in METADATA.tables:
            raise ValueError(f"{self.table}: no table that may be thinned out")
        known = METADATA.tables[self.table].columns
        if missing := [name for name in (self.since, *self.columns) if name not in known]:
            raise ValueError(f"{self.table} has no {missing[0]}")
        if (self.act == "mask") != bool(self.columns):
            raise ValueError("mask names columns, delete names none")
        return self


@event
class RowsThinned(Event):
    """A policy was applied; how many rows it touched."""

    kind: ClassVar[str] = "data.thinned"
    title: ClassVar[str] = "按期清理数据"

    act: str
    rows: int


def read_policies(text: str) -> tuple[Policy, ...]:
    """Read policies; pydantic's ValidationError for one that does not fit the tables."""
    return tuple(TypeAdapter(list[Policy]).validate_python(read_yaml(text, _FILE)))


@cache
def policies() -> tuple[Policy, ...]:
    """The delivered policies, in order."""
    return read_policies(read_text(_FILE, "service"))


def apply(work: Work, policy: Policy) -> int:
    """Apply a policy at the moment of the work; returns how many rows were touched."""
    statement = _statement(policy, work.now - timedelta(days=policy.days))
    count: int = work.session.connection().execute(statement).rowcount
    if count:
        work.record(RowsThinned(subject=policy.name, act=policy.act, rows=count))
    return count


def _statement(policy: Policy, before: datetime) -> Delete | Update:
    table = METADATA.tables[policy.table]
    old = table.c[policy.since] < before
    if policy.act == "delete":
        return delete(table).where(old)
    empty: dict[str, Any] = {name: None if table.c[name].nullable else "" for name in policy.columns}
    still = [table.c[name] != value if value == "" else table.c[name].is_not(None) for name, value in empty.items()]
    return update(table).where(old, still[0]).values(empty)
