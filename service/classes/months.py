"""A month's classes: worked out from a table of columns, kept in the file store, and read again."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access import scope
from service.classes.events import MonthClassified
from service.db.tables.scores import ClassMonthRow
from service.errors import HttpError
from service.ids import new_id
from service.scoring.monthly import moves, read_results, shares
from service.scoring.run import Job, score_file
from service.scoring.source import open_source
from supervision.compare import movers, side_by_side
from supervision.watch import by_change, by_indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from service.access.actor import Actor
    from service.filestore import FileStore
    from service.work import Work
    from supervision.scheme import Scheme

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be classified: a kept table of columns, for a month, as of a day of it."""

    month: str
    on: date
    columns: str
    department: str
    region: str

    def check(self, today: date) -> None:
        """InputError unless the day lies in the month and has come."""
        if not _MONTH.fullmatch(self.month):
            raise InputError.at("/month", "class_month_wrong", value=self.month)
        if self.on.isoformat()[:7] != self.month or self.on > today:
            raise InputError.at("/on", "class_month_future", on=self.on, month=self.month)


@dataclass(frozen=True, slots=True)
class Made:
    """What was worked out: digests of files, and figures."""

    file: str
    movers: str | None
    warnings: str
    rows: int
    counts: dict[str, int]
    report: dict[str, Any]


def classify(
    files: FileStore, wish: Wish, scheme: Scheme, before: str | None, tell: Callable[[int], None] = lambda _rows: None
) -> Made:
    """Score the columns, compare with the results under the digest ``before``, look for signs.

    Raises:
        InputError: the table cannot be read or has no column of the scheme.
    """
    source = open_source(str(files.path(wish.columns)), scheme)
    with tempfile.TemporaryDirectory(prefix="xinheng-classes-") as folder:
        out = Path(folder) / "classes.parquet"
        summary = score_file(Job(scheme, wish.on, source, out, tell=tell))
        now = read_results(out)
        found = [by_indicator(scheme, frame, wish.on, source.layout.scales) for frame in source.batches(0, source.rows)]
        changes: dict[str, Any] | None = None
        moved = None
        if before is not None:
            then = read_results(files.path(before))
            changes, moved = _changes(then, now, scheme, Path(folder)), Path(folder) / "movers.parquet"
            found.append(by_change(scheme, then, now))
        warned = Path(folder) / "warnings.parquet"
        pl.concat(found).sort("sign", "uscc").write_parquet(warned, compression="zstd")
        report = {
            "unscored": summary.classes.get("", 0),
            "problems": summary.problems,
            "duplicates": summary.duplicates,
            "missing_columns": list(source.layout.missing),
            "insufficient": int((now["override"].cast(pl.String) == "Q01").sum()),
            "changes": changes,
        }
        counts = {name: count for name, count in shares(now, scheme).items() if name}
        kept = files.put(moved) if moved else None
        return Made(files.put(out), kept, files.put(warned), source.rows, counts, report)


def _changes(then: pl.DataFrame, now: pl.DataFrame, scheme: Scheme, folder: Path) -> dict[str, Any]:
    own = [one.drop_nulls("uscc").unique("uscc", keep="first", maintain_order=True) for one in (then, now)]
    both = own[1].select("uscc").join(own[0], on="uscc", how="inner", maintain_order="left")
    after = both.select("uscc").join(own[1], on="uscc", how="left", maintain_order="left")
    movers(side_by_side(both, after)).write_parquet(folder / "movers.parquet", compression="zstd")
    found = moves(then, now, scheme)
    counts = {
        "matched": found.rows,
        "moved": found.moved,
        "new": len(own[1]) - len(both),
        "gone": len(own[0]) - len(both),
    }
    return {**counts, "matrix": found.matrix}


def keep(work: Work, wish: Wish, scheme: Scheme, made: Made) -> ClassMonthRow:
    """Keep what was worked out as the month's next number."""
    scope.check(work.actor, wish.department, wish.region)
    row = ClassMonthRow(
        id=new_id("month", work.now),
        month=wish.month,
        scheme=scheme.id,
        scheme_version=scheme.version,
        scheme_digest=scheme.digest,
        number=_last_number(work, wish, scheme.id) + 1,
        scored_on=wish.on,
        department=wish.department,
        region=wish.region,
        rows=made.rows,
        counts=made.counts,
        report=made.report,
        file=made.file,
        columns_file=wish.columns,
        movers_file=made.movers,
        warnings_file=made.warnings,
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
    )
    work.session.add(row)
    work.record(
        MonthClassified(
            subject=row.id,
            department=row.department,
            region=row.region,
            month=row.month,
            number=row.number,
            scheme=row.scheme,
            scheme_version=row.scheme_version,
            rows=row.rows,
            file=row.file,
        )
    )
    return row


def _last_number(work: Work, wish: Wish, scheme: str) -> int:
    mine = select(func.max(ClassMonthRow.number)).where(
        ClassMonthRow.month == wish.month,
        ClassMonthRow.scheme == scheme,
        ClassMonthRow.department == wish.department,
        ClassMonthRow.region == wish.region,
    )
    return work.session.exec(mine).one() or 0


def before(work: Work, wish: Wish, scheme: str) -> ClassMonthRow | None:
    """The results of the last month before, of the same area and scheme."""
    wanted = select(ClassMonthRow).where(
        ClassMonthRow.month < wish.month,
        ClassMonthRow.scheme == scheme,
        ClassMonthRow.department == wish.department,
        ClassMonthRow.region == wish.region,
    )
    return work.session.exec(wanted.order_by(col(ClassMonthRow.month).desc(), col(ClassMonthRow.number).desc())).first()


def listed(work: Work) -> list[ClassMonthRow]:
    """The months within the actor's area, the newest first; of each the number that holds."""
    wanted = scope.where(select(ClassMonthRow), ClassMonthRow, work.actor)
    rows = work.session.exec(wanted.order_by(col(ClassMonthRow.month).desc(), col(ClassMonthRow.number).desc()))
    found: dict[tuple[str, str, str, str], ClassMonthRow] = {}
    for row in rows:
        found.setdefault((row.month, row.scheme, row.department, row.region), row)
    return list(found.values())


def latest(work: Work, chosen: str = "") -> ClassMonthRow | None:
    """The month with this id, or the newest; None where there is none at all.

    Raises:
        HttpError: 404, the id is of no month within the actor's area.
    """
    if chosen:
        return find(work, chosen)
    return next(iter(listed(work)), None)


def find(work: Work, month_id: str) -> ClassMonthRow:
    """A kept month; HttpError 404 where there is none within the actor's area."""
    wanted = scope.where(select(ClassMonthRow), ClassMonthRow, work.actor).where(ClassMonthRow.id == month_id)
    row = work.session.exec(wanted).one_or_none()
    if row is None:
        raise HttpError(_NOT_FOUND, "class_month_unknown", id=month_id)
    return row


def home(actor: Actor) -> tuple[str, str]:
    """Department and region that a month belongs to which this actor has made."""
    return actor.department, actor.region


def series(months: Sequence[ClassMonthRow], of: ClassMonthRow) -> list[ClassMonthRow]:
    """Months of the same area and scheme, oldest first: what a chart over time shows."""
    own = [one for one in months if (one.scheme, one.department, one.region) == (of.scheme, of.department, of.region)]
    return own[::-1]
