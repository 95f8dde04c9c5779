"""One row a case: tier, lists, law, range and grounds, for statistics; as NDJSON, CSV or Parquet.

Whatever the format, results are written line by line, so that a run can go on where it stopped;
Parquet is made from the lines once all of them are there.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from kernel.errors import XinhengError, problem_document
from rules.batch_answers import MOMENTS, SHOWN_OUTCOMES, Answers, Summary
from rules.batch_columns import day_of
from rules.batch_grounds import FORCES, OUTCOMES, TIERS
from rules.priority import LISTS
from rules.ranges import TIERS as RANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rules.batch_penalty import Penalty

NAMES: Final = (
    "violation",
    "tier",
    "force",
    *(name + part for name in LISTS for part in ("", "_force")),
    "law_applied",
    "tier_at_conduct",
    "tier_at_decision",
    "trigger",
    "fine_possible",
    "branch",
    *(f"{name}_{end}_yuan" for name in RANGES for end in ("min", "max")),
    *(f"grounds_{name}" for name in SHOWN_OUTCOMES),
    "conduct_on",
    "decision_on",
    "problem",
    "problem_detail",
)
_YUAN: Final = frozenset(name for name in NAMES if name.endswith("_yuan"))
_GROUNDS: Final = frozenset(name for name in NAMES if name.startswith("grounds_"))
_ROWS: Final = 1 << 16
Values = list[Any]
Outcome = Values | XinhengError
"""The values of a row in the order of NAMES, or what is wrong with the case."""


def rows_of(answers: Answers) -> Iterator[Outcome]:
    """The rows of a table of answers."""
    columns: list[Sequence[Any]] = [answers.violations, _named(answers.tier, TIERS), _named(answers.force, FORCES)]
    for name in LISTS:
        columns += [_named(answers.outcomes[name], OUTCOMES), _named(answers.forces[name], FORCES)]
    columns.append(_named(answers.applied, MOMENTS))
    known = np.where(answers.conduct > 0, answers.conduct_tier, -1)
    columns += [_named(known, TIERS), _named(answers.decision_tier, TIERS)]
    penalties = [*map(_penalty, answers.penalties), _penalty(None)]
    days = {day: day_of(day).isoformat() if day else None for day in _distinct(answers.conduct, answers.decision)}
    grounds = answers.grounds_by_outcome()
    plain = zip(*columns, strict=True)
    more = zip(answers.penalty.tolist(), answers.conduct.tolist(), answers.decision.tolist(), strict=True)
    for row, (values, (penalty, conduct, decision)) in enumerate(zip(plain, more, strict=True)):
        single = answers.single.get(row)
        if isinstance(single, XinhengError):
            yield single
        else:
            yield [*values, *penalties[penalty], *grounds[row], days[conduct], days[decision], None, None]


def row_of(summary: Summary) -> Values:
    """The row of one decision in short."""
    lists = [value for name in LISTS for value in summary.lists[name]]
    grounds = [summary.with_outcome(name) for name in SHOWN_OUTCOMES]
    days = [day.isoformat() if day else None for day in (summary.conduct_on, summary.decision_on)]
    law = [summary.applied, *summary.compared]
    result = [summary.violation, summary.tier, summary.force]
    return [*result, *lists, *law, *_penalty(summary.penalty), *grounds, *days, None, None]


def _named(codes: NDArray[Any], names: Sequence[str | None]) -> list[str | None]:
    found: list[str | None] = np.array([*names, None], object)[codes].tolist()
    return found


def _distinct(*columns: NDArray[np.int32]) -> set[int]:
    return {day for column in columns for day in np.unique(column).tolist()}


def _penalty(penalty: Penalty | None) -> Values:
    if penalty is None:
        return [None] * (3 + 2 * len(RANGES))
    pairs = penalty.ranges or (None,) * len(RANGES)
    amounts = [amount for pair in pairs for amount in pair or (None, None)]
    return [penalty.trigger, penalty.fine_possible, penalty.branch, *amounts]


# -- lines --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lines:
    """NDJSON; the problem document of a wrong case stands in its place."""

    head: bytes = b""

    def encode(self, rows: Iterable[Outcome]) -> list[bytes]:
        """One line a row."""
        return [_json(problem_document(row) if isinstance(row, XinhengError) else _named_values(row)) for row in rows]

    def finish(self, part: Path, out: Path) -> None:
        """Give the file its name."""
        part.replace(out)

    def count(self, out: Path) -> int:
        """How many rows a finished file has."""
        with out.open("rb") as stream:
            return sum(1 for _ in stream) - bool(self.head)


class CommaLines(Lines):
    """CSV in UTF-8 with a byte order mark, as spreadsheets want it; several grounds stand apart by blanks."""

    def __init__(self) -> None:
        """The first line has the names."""
        Lines.__init__(self, b"\xef\xbb\xbf" + _comma(NAMES))

    def encode(self, rows: Iterable[Outcome]) -> list[bytes]:
        """One line a row."""
        return [_comma([_cell(value) for value in _with_problem(row)]) for row in rows]


class ParquetLines(Lines):
    """Parquet; until it is complete, its rows are lines of JSON."""

    def encode(self, rows: Iterable[Outcome]) -> list[bytes]:
        """One line a row."""
        return [_json(dict(zip(NAMES, _with_problem(row), strict=True))) for row in rows]

    def finish(self, part: Path, out: Path) -> None:
        """Turn the lines into the file."""
        from pyarrow import parquet  # noqa: PLC0415  (not needed for the other formats)

        draft = part.with_name(part.name + ".parquet")
        schema = _schema()
        with part.open("rb") as stream, parquet.ParquetWriter(draft, schema, compression="zstd") as writer:
            while lines := list(islice(stream, _ROWS)):
                writer.write_table(_table([orjson.loads(line) for line in lines], schema))
        draft.replace(out)
        part.unlink()

    def count(self, out: Path) -> int:
        """How many rows a finished file has."""
        from pyarrow import parquet  # noqa: PLC0415  (as above)

        rows: int = parquet.read_metadata(out).num_rows
        return rows


def form_of(out: str) -> Lines:
    """The format that the extension of a file asks for."""
    if out.lower().endswith(".csv"):
        return CommaLines()
    return ParquetLines() if out.lower().endswith(".parquet") else Lines()


def _named_values(row: Values) -> dict[str, Any]:
    return dict(zip(NAMES[:-2], row, strict=False))


def _with_problem(row: Outcome) -> Values:
    if isinstance(row, XinhengError):
        return [None] * (len(NAMES) - 2) + [row.code, row.detail]
    return row


def _json(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _comma(cells: Sequence[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(value)
    return " ".join(value.splitlines()) if isinstance(value, str) else value


def _schema() -> Any:  # noqa: ANN401  (pyarrow publishes no types)
    import pyarrow as pa  # noqa: PLC0415  (as above)

    def kind(name: str) -> Any:  # noqa: ANN401  (as above)
        if name in _YUAN:
            return pa.int64()
        if name in _GROUNDS:
            return pa.list_(pa.string())
        return pa.bool_() if name == "fine_possible" else pa.string()

    return pa.schema([(name, kind(name)) for name in NAMES])


def _table(rows: list[dict[str, Any]], schema: Any) -> Any:  # noqa: ANN401  (as above)
    import pyarrow as pa  # noqa: PLC0415  (as above)

    return pa.Table.from_pylist(rows, schema=schema)
