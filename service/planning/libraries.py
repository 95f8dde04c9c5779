"""One list and two libraries: versions that are kept whole, and what holds now."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access import scope
from service.db.packed import pack, unpack
from service.db.tables.plans import LibraryRow
from service.errors import HttpError, StateError
from service.ids import new_id
from service.planning.events import LibraryKept
from service.planning.sheets import read_sheet
from supervision import inspectors, items, objects
from supervision.annualdraw import Libraries
from supervision.tablerows import REMARKS, read_rows, text_of, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from service.work import Work
    from supervision.inspectors import Inspector
    from supervision.items import Item
    from supervision.tablerows import Column

TITLES: Final = {"items": "抽查事项清单", "objects": "检查对象名录库", "inspectors": "检查人员名录库"}
_COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {"items": items.COLUMNS, "inspectors": inspectors.COLUMNS}
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was read: what would be kept, and the report on it."""

    kind: str
    file: str
    data: bytes
    rows: int
    report: dict[str, Any]


def read(kind: str, file: str, path: Path) -> Import:
    """Read a file of a library (workbook, CSV; objects Parquet too).

    Raises:
        InputError: names file, row and column; or the file cannot be read.
    """
    if kind not in TITLES:
        raise HttpError(_NOT_FOUND, "library_unknown", kind=kind, allowed=list(TITLES))
    if kind == "objects":
        table = objects.read_objects(file, object_table(file, path))
        out = io.BytesIO()
        table.write_parquet(out, compression="zstd")
        report = {**objects.quality(table).as_dict(), "summary": objects.summary(table)}
        return Import(kind, file, out.getvalue(), table.height, report)
    rows = [[text_of(cell) for cell in row] for row in read_sheet(file, path)]
    records = _records(kind, file, rows)
    return Import(kind, file, pack(rows), len(records), _report(kind, records))


def object_table(file: str, path: Path) -> pl.DataFrame:
    """Return a file of objects as a table of text."""
    if path.suffix.lower() == ".parquet":
        table = pl.read_parquet(path)
        lists = [name for name, kind in table.schema.items() if isinstance(kind, pl.List)]
        return table.with_columns(pl.col(name).list.join("；") for name in lists).cast(pl.String)
    rows = iter(read_sheet(file, path))
    headings = [text_of(cell) for cell in next(rows, ())]
    width = len(headings)
    cells = [[text_of(cell) for cell in row[:width]] + [""] * (width - len(row)) for row in rows]
    if len(set(headings)) != width:
        raise InputError.at("", "library_headings_twice", file=file)
    table = pl.DataFrame(cells, schema=dict.fromkeys(headings, pl.String), orient="row")
    return table.drop(REMARKS, strict=False)


def _records(kind: str, file: str, rows: Iterable[Sequence[object]]) -> list[Any]:
    return items.read_items(file, rows) if kind == "items" else inspectors.read_inspectors(file, rows)


def _report(kind: str, records: Sequence[Any]) -> dict[str, Any]:
    of: dict[str, int] = {}
    for one in records:
        of[one.department] = of.get(one.department, 0) + 1
    found: dict[str, Any] = {"rows": len(records), "by_department": dict(sorted(of.items()))}
    if kind == "items":
        return found | {"general": sum(one.kind == "general" for one in records)}
    return found | {
        "uncertified": sum(one.certificate is None for one in records),
        "inactive": sum(not one.active for one in records),
    }


def keep(work: Work, read_file: Import, note: str = "") -> LibraryRow:
    """Keep a file that was read as the new version; it belongs to the actor's department and region."""
    actor = work.actor
    scope.check(actor, actor.department, actor.region)
    row = LibraryRow(
        id=new_id("lib", work.now),
        kind=read_file.kind,
        department=actor.department,
        region=actor.region,
        number=_last_number(work, read_file.kind) + 1,
        name=read_file.file[:200],
        file=work.files.put(read_file.data),
        rows=read_file.rows,
        report=read_file.report,
        note=note[:2000],
        created_at=work.now,
        created_by=actor.id,
        created_by_name=actor.name,
    )
    work.session.add(row)
    work.session.flush()
    told = LibraryKept(
        subject=row.id,
        department=row.department,
        region=row.region,
        library=row.kind,
        number=row.number,
        rows=row.rows,
        file=row.file,
    )
    work.record(told)
    return row


def _last_number(work: Work, kind: str) -> int:
    own = (LibraryRow.kind == kind, LibraryRow.department == work.actor.department)
    wanted = select(func.max(LibraryRow.number)).where(*own, LibraryRow.region == work.actor.region)
    return work.session.exec(wanted).one() or 0


def versions(work: Work, kind: str) -> Sequence[LibraryRow]:
    """Return the versions of a library, the newest first.

    Libraries are shared by the whole city: a joint plan needs the items and the people of other departments.
    """
    newest = (col(LibraryRow.created_at).desc(), col(LibraryRow.id).desc())
    return work.session.exec(select(LibraryRow).where(LibraryRow.kind == kind).order_by(*newest)).all()


def current(work: Work, kind: str) -> LibraryRow | None:
    """Return the version that holds, or None."""
    newest = (col(LibraryRow.created_at).desc(), col(LibraryRow.id).desc())
    return work.session.exec(select(LibraryRow).where(LibraryRow.kind == kind).order_by(*newest).limit(1)).first()


def load_items(work: Work) -> Mapping[str, Item]:
    """Return the list of items by code; empty where none is kept."""
    row = current(work, "items")
    return {} if row is None else _items(str(work.files.path(row.file)))


def load_people(work: Work) -> Sequence[Inspector]:
    """Return the inspectors."""
    row = current(work, "inspectors")
    return () if row is None else _people(str(work.files.path(row.file)))


def load_objects(work: Work) -> pl.DataFrame:
    """Return the objects; StateError where no library is kept."""
    row = current(work, "objects")
    if row is None:
        raise StateError("library_missing", title=TITLES["objects"])
    return _objects(str(work.files.path(row.file)))


def regions(work: Work) -> Sequence[str]:
    """Return the codes of the places in which there are objects, in order; StateError where no library is kept."""
    load_objects(work)
    row = current(work, "objects")
    return () if row is None else _regions(str(work.files.path(row.file)))


def load(work: Work) -> Libraries:
    """Return all three; StateError where one is not kept."""
    for kind, title in TITLES.items():
        if current(work, kind) is None:
            raise StateError("library_missing", title=title)
    return Libraries(load_items(work), load_objects(work), load_people(work))


# Files are named by their digest and never change, so what was read of one stays right.


@lru_cache(maxsize=4)
def _items(path: str) -> Mapping[str, Item]:
    return {one.code: one for one in items.read_items(TITLES["items"], _rows(path))}


@lru_cache(maxsize=4)
def _people(path: str) -> Sequence[Inspector]:
    return tuple(inspectors.read_inspectors(TITLES["inspectors"], _rows(path)))


@lru_cache(maxsize=2)
def _objects(path: str) -> pl.DataFrame:
    return pl.read_parquet(path)


@lru_cache(maxsize=2)
def _regions(path: str) -> Sequence[str]:
    found: list[str] = _objects(path)["region"].drop_nulls().unique().sort().to_list()
    return found


def _rows(path: str) -> list[list[str]]:
    with open(path, "rb") as stream:  # noqa: PTH123 - the key of the cache is text
        rows: list[list[str]] = unpack(stream.read())
    return rows


def export(work: Work, kind: str) -> pl.DataFrame:
    """Return a library as a table with its Chinese headings; reading it again gives the same."""
    if kind == "objects":
        return objects.export(load_objects(work))
    row = current(work, kind)
    if row is None:
        return template(kind)
    columns = _COLUMNS[kind]
    records = read_rows(columns, TITLES[kind], _rows(str(work.files.path(row.file))))
    heading, *rows = write_rows(columns, records)
    return pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row")


def table_of(read_file: Import) -> pl.DataFrame:
    """Return a file that was read as :func:`export` would show it."""
    if read_file.kind == "objects":
        return objects.export(pl.read_parquet(io.BytesIO(read_file.data)))
    columns = _COLUMNS[read_file.kind]
    heading, *rows = write_rows(columns, read_rows(columns, read_file.file, unpack(read_file.data)))
    return pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row")


def template(kind: str) -> pl.DataFrame:
    """Return the empty table of a library."""
    if kind == "objects":
        names = [known[0] for known in objects.HEADINGS.values()]
    else:
        names = [one.heading for one in _COLUMNS[kind]]
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def forget() -> None:
    """Forget what was read: for tests, whose folders come and go."""
    for one in (_items, _people, _objects, _regions):
        one.cache_clear()
