"""Lists of stored rows: sorted, filtered and paged by the database, with a choice of columns and an export.

A page describes its list once (:class:`Listing`), gives the statement that is in the actor's scope, and shows the
:class:`Page` it gets with the macros of ``listing.html``. Everything the reader chose stands in the address, so that
it can be kept, sent and saved by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from sqlalchemy import func
from sqlmodel import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy.sql.elements import ColumnElement
    from sqlmodel import Session
    from sqlmodel.sql.expression import SelectOfScalar

SIZES: Final = (20, 50, 100)
MOST_EXPORTED: Final = 100_000
"""An export holds at most so many rows; the page says so when there are more."""
_LONGEST_VALUE: Final = 100

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one field of the table. ``tone``: good, open, stop, strict or quiet; words always say the same."""

    text: str
    href: str = ""
    tone: str = ""
    note: str = ""
    """A second, smaller line."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: its heading, its cell for a row, and the expression it is sorted by (None: it cannot be).

    ``joined``: the table that expression belongs to and how its one row is found, where it is not the list's own.
    """

    key: str
    title: str
    cell: Callable[[R], Cell]
    order: Any = None
    is_number: bool = False
    is_shown: bool = True
    """Whether it is shown to a reader who has chosen no columns."""
    joined: tuple[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a filter may take."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the filter form; ``where`` turns what was entered into a condition (None: not usable)."""

    key: str
    label: str
    where: Callable[[str], ColumnElement[bool] | None]
    choices: tuple[Choice, ...] = ()
    kind: str = "text"
    """The type of the input where there are no choices: text, date or search."""


@dataclass(frozen=True)
class Listing(Generic[R]):
    """A list: its name, address, columns, filters and order. ``unique`` makes every order a total one."""

    name: str
    title: str
    path: str
    columns: tuple[Column[R], ...]
    filters: tuple[Filter, ...]
    sort: str
    unique: Any
    falling: bool = False

    def state(self, query: Iterable[tuple[str, str]]) -> State[R]:
        """What the reader chose, from ``request.query_params.multi_items()``.

        Anything unknown in the address falls back to what is usual; the columns come once for each tick.
        """
        pairs = list(query)
        ticked = ",".join(value for key, value in pairs if key == "columns")
        return State(self, {key: value[:_LONGEST_VALUE] for key, value in [*pairs, ("columns", ticked)]})


@dataclass(frozen=True)
class State(Generic[R]):
    """A list as one reader sees it."""

    listing: Listing[R]
    query: Mapping[str, str]

    @cached_property
    def columns(self) -> tuple[Column[R], ...]:
        """The columns shown, in their own order."""
        chosen = set(self.query.get("columns", "").split(","))
        found = tuple(column for column in self.listing.columns if column.key in chosen)
        return found or tuple(column for column in self.listing.columns if column.is_shown)

    @cached_property
    def sorted_by(self) -> Column[R]:
        """The column the rows are in the order of."""
        usual = next(column for column in self.listing.columns if column.key == self.listing.sort)
        key = self.query.get("sort", "").removeprefix("-")
        return next((one for one in self.listing.columns if one.key == key and one.order is not None), usual)

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        asked = self.query.get("sort", "")
        return asked.startswith("-") if asked.removeprefix("-") == self.sorted_by.key else self.listing.falling

    @property
    def size(self) -> int:
        """Rows a page."""
        size = self.query.get("size", "")
        return int(size) if size in {str(one) for one in SIZES} else SIZES[0]

    @property
    def number(self) -> int:
        """The page asked for, from 1."""
        asked = self.query.get("page", "")
        return int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < MOST_EXPORTED else 1

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields of the filter form."""
        return {one.key: self.query.get(one.key, "").strip() for one in self.listing.filters}

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return any(self.values.values())

    def address(self, **changes: object) -> str:
        """The address of this list with some choices changed; None takes one away. A change goes to page 1."""
        kept = {**self._chosen(), **{key: None if value is None else str(value) for key, value in changes.items()}}
        words = urlencode({key: value for key, value in kept.items() if value})
        return f"{self.listing.path}?{words}" if words else self.listing.path

    def sort_address(self, column: Column[R]) -> str:
        """The address of the list by a column; by the one it is sorted by already, the other way round."""
        turns = column is self.sorted_by and not self.falling
        return self.address(sort=("-" if turns else "") + column.key)

    @property
    def saved_query(self) -> str:
        """What is kept when the reader saves this view by name."""
        return urlencode(self._chosen())

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Choices that a form of the page carries along, without those it asks for itself."""
        return [(key, value) for key, value in self._chosen().items() if key not in without]

    def _chosen(self) -> dict[str, str]:
        known = {"sort", "size", "columns", *(one.key for one in self.listing.filters)}
        return {key: value for key, value in self.query.items() if key in known and value}

    def matching(self, statement: SelectOfScalar[R]) -> SelectOfScalar[R]:
        """The statement narrowed by the filters."""
        for one in self.listing.filters:
            value = self.values[one.key]
            condition = one.where(value) if value else None
            if condition is not None:
                statement = statement.where(condition)
        return statement

    def page(self, session: Session, statement: SelectOfScalar[R]) -> Page[R]:
        """The rows of the page asked for (the last one there is, if it lies beyond), and how many match.

        Only the ids are sorted; whole rows, with their documents, are read for the page alone.
        """
        found = self.matching(statement)
        total = session.exec(select(func.count()).select_from(found.order_by(None).subquery())).one()
        pages = max(1, -(-total // self.size))
        number = min(self.number, pages)
        unique = self.listing.unique
        ids = self._ordered(found).with_only_columns(unique).offset((number - 1) * self.size).limit(self.size)
        keys = session.scalars(ids).all()
        by_key = {getattr(row, unique.key): row for row in session.exec(statement.where(unique.in_(keys)))}
        return Page(self, [by_key[one] for one in keys if one in by_key], total, number, pages)

    def everything(self, session: Session, statement: SelectOfScalar[R]) -> Sequence[R]:
        """All that match, for an export; at most :data:`MOST_EXPORTED`."""
        return session.exec(self._ordered(self.matching(statement)).limit(MOST_EXPORTED)).all()

    def _ordered(self, statement: SelectOfScalar[R]) -> SelectOfScalar[R]:
        column = self.sorted_by
        by = column.order.desc() if self.falling else column.order.asc()
        if getattr(getattr(column.order, "expression", None), "nullable", True):
            by = by.nulls_last()  # only where there are nulls: an index of the other order would be of no use
        if column.joined is not None:
            statement = statement.join(*column.joined)
        return statement.order_by(None).order_by(by, self.listing.unique)


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list."""

    state: State[R]
    rows: Sequence[R]
    total: int
    number: int
    pages: int
    lines: list[list[tuple[Column[R], Cell]]] = field(init=False)

    def __post_init__(self) -> None:
        """Ask every column for its cells."""
        lines = [[(column, column.cell(row)) for column in self.state.columns] for row in self.rows]
        object.__setattr__(self, "lines", lines)

    @property
    def listing(self) -> Listing[R]:
        """The list."""
        return self.state.listing

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1."""
        return (self.number - 1) * self.state.size + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1


def contains(column: Any) -> Callable[[str], ColumnElement[bool] | None]:  # noqa: ANN401 - a column of any table
    """A filter: the column holds what was entered, as it stands (no wildcards)."""
    return lambda value: column.contains(value, autoescape=True)


def equals(column: Any) -> Callable[[str], ColumnElement[bool] | None]:  # noqa: ANN401 - as above
    """A filter: the column is what was chosen."""
    return lambda value: column == value
