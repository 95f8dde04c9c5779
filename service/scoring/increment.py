"""A month that changed little: only rows that changed, and rows whose next day has come, are scored again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from kernel.errors import InputError
from kernel.messages import text
from service.errors import StateError
from service.scoring.duplicates import find_duplicates
from service.scoring.run import write_part
from service.scoring.state import Odd, Piece, State, as_codes, class_counts, create, patch
from supervision.bulk import BulkScorer
from supervision.compare import Migration, migration
from supervision.moves import moved_table
from supervision.row import RowScorer
from supervision.rowstate import NEVER, Records, next_due, result_of, results_of, scored_of
from supervision.scheme import USCC
from supervision.table import TableScorer, code_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from service.scoring.source import Source
    from supervision.scheme import Scheme

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Updated:
    """What an update did: rows by kind, moves of those that were there before, and who moved why."""

    state: State
    changed: int
    due: int
    new: int
    migration: Migration
    movers: pl.DataFrame


@dataclass(frozen=True)
class Batch:
    """Rows to be put into their places, with what does not fit a record."""

    places: NDArray[np.int64]
    rows: NDArray[Any]
    codes: NDArray[np.bytes_]
    texts: pl.Series
    odd: Odd


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def build(folder: Path, source: Source, scheme: Scheme, on: date) -> State:
    """Write the state of a whole table."""
    folder.mkdir(parents=True, exist_ok=True)
    twice = set(find_duplicates(source.codes, source.rows, str(folder)).to_list())
    records = Records(scheme)
    return create(folder, records, day_number(on), _pieces(source, records, on, twice))


def _pieces(source: Source, records: Records, on: date, twice: set[str]) -> Iterator[tuple[Piece, Odd]]:
    for frame in source.batches(0, source.rows):
        yield _score(_read(frame, source, records, on), records, on, twice)


def _read(frame: pl.DataFrame, source: Source, records: Records, on: date) -> Batch:
    """Rows of a table as records; those with values that cannot be read are kept as they came."""
    scales = source.layout.scales
    prepared = BulkScorer(records.scheme, on).prepare(frame, scales)
    faulty = np.zeros(len(frame), dtype=bool)
    for one in prepared.values():
        if one.faults is not None:
            faulty |= one.faults
    texts = code_texts(frame[USCC])
    codes, others = as_codes(texts)
    odd = Odd(codes=others)
    at = np.flatnonzero(faulty)
    rows = frame.with_columns(texts.alias(USCC))[at].to_dicts()
    odd.rows = {int(place): _plain_row(row, scales) for place, row in zip(at, rows, strict=True)}
    return Batch(np.zeros(0, dtype=np.int64), records.pack(prepared, len(frame)), codes, texts, odd)


def _plain_row(row: dict[str, Any], scales: Mapping[str, int]) -> dict[str, Any]:
    """A row in plain units, as JSON can hold it: what cannot be read stays so."""
    return {name: _plain(value, scales.get(name, 1)) for name, value in row.items()}


def _plain(value: Any, scale: int) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, datetime):
        return value.date().isoformat() if value.tzinfo is None else value.astimezone().date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    if scale != 1 and value is not None:
        return value / scale
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _score(batch: Batch, records: Records, on: date, twice: set[str]) -> tuple[Piece, Odd]:
    """Score records; odd rows through the row function."""
    count, scheme = len(batch.rows), records.scheme
    scored = BulkScorer(scheme, on).score_prepared(records.unpack(batch.rows), count)
    said = _problems(batch, scheme, on, twice)
    gone = np.zeros(count, dtype=bool)
    gone[[place for place, code in batch.odd.codes.items() if code is None or not code.strip()]] = True
    results, due = results_of(scored, gone), next_due(scheme, batch.rows, day_number(on))
    due[gone] = NEVER
    one_by_one = RowScorer(scheme, on)
    for place, row in batch.odd.rows.items():
        result = one_by_one.score(row, duplicate=row[USCC] in twice)
        results[place : place + 1] = result_of(scheme, result)
        due[place] = day_number(on) + 1  # a day in the future may have come tomorrow
        said[place] = result.problem or ""
    odd = replace(batch.odd, problems={place: words for place, words in said.items() if words})
    return Piece(batch.rows, results, due, batch.codes), odd


def _problems(batch: Batch, scheme: Scheme, on: date, twice: set[str]) -> dict[int, str]:
    """What is wrong with the codes, by place."""
    said: dict[int, list[str]] = {}
    TableScorer(scheme, on).code_problems(batch.texts, said)
    if twice:
        for place in np.flatnonzero(batch.texts.is_in(list(twice)).fill_null(value=False).to_numpy()).tolist():
            said.setdefault(place, []).append(text("code_duplicate"))
    return {place: "；".join(words) for place, words in said.items()}


def _texts(codes: NDArray[np.bytes_], others: Mapping[int, str | None]) -> pl.Series:
    texts = pl.Series(USCC, codes.astype("U18"), dtype=pl.String)
    return texts.scatter(list(others), list(others.values())) if others else texts


def update(state: State, source: Source, on: date, out: Path) -> Updated:
    """Score the rows of a table of changes, and those that are due, and patch the state in place.

    ``out`` gets the results of every row scored again.

    Raises:
        StateError: ``state_wrong``: the day lies before that of the state.
        InputError: ``changes_wrong``: rows that cannot be matched, each kind counted.
    """
    if day_number(on) < state.on:
        raise StateError("state_wrong", folder=str(state.folder), why="评分日早于上一次，请用全表重新评分")
    batch, new, twice = _gather(state, source, on)
    piece, odd = _score(batch, state.records, on, twice)
    moves, classes, moved = _moves(state, batch, piece.results, on)
    about = state.about | {"on": day_number(on), "rows": state.count + new, "classes": classes}
    _write(out, state.scheme, batch, piece, odd, on)
    patched = patch(state, batch.places, piece, about, _merged(state.odd, odd, batch.places))
    return Updated(patched, source.rows, len(batch.places) - source.rows, new, moves, moved)


def _gather(state: State, source: Source, on: date) -> tuple[Batch, int, set[str]]:
    """Changed rows, then rows that are due and did not change; how many are new; codes that stand twice."""
    frame = source.read(0, source.rows)
    batch = _read(frame, source, state.records, on)
    places, new = _places(state, batch, str(source.path))
    due = _due(state, np.setdiff1d(state.due_by(day_number(on)), places, assume_unique=True))
    twice = due.texts.filter(pl.Series(_find(state, due)[1]))
    odd = batch.odd.joined(due.odd, len(frame))
    rows, codes = _after(batch.rows, due.rows), np.concatenate([batch.codes, due.codes])
    texts, at = pl.concat([batch.texts.alias(USCC), due.texts]), np.concatenate([places, due.places])
    return Batch(at, rows, codes, texts, odd), new, set(twice.to_list())


def _after(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Records behind records, copied whole and not field by field."""
    whole = np.dtype((np.void, one.dtype.itemsize))
    return np.concatenate([one.view(whole), other.view(whole)]).view(one.dtype)


def _due(state: State, places: NDArray[np.int64]) -> Batch:
    """Rows of the state as a batch of their own."""
    number = {int(place): here for here, place in enumerate(places)} if state.odd.codes or state.odd.rows else {}
    rows = {number[place]: one for place, one in state.odd.rows.items() if place in number}
    codes = {number[place]: one for place, one in state.odd.codes.items() if place in number}
    plain = state.part("codes")[places]
    return Batch(places, state.rows(places), plain, _texts(plain, codes), Odd(rows, codes))


def _places(state: State, batch: Batch, file: str) -> tuple[NDArray[np.int64], int]:
    """Where each changed row belongs; new ones behind the last."""
    others = list(batch.odd.codes.values())
    named = [code for code in others if code is not None and code.strip()]
    found, twice = _find(state, batch)
    faults = {
        "没有代码": len(others) - len(named),
        "代码在文件里出现不止一次": int(batch.texts.is_duplicated().sum()),
        "代码在上次的表里出现不止一次": int(twice.sum()),
    }
    wrong = [f"{why}的有 {count} 行" for why, count in faults.items() if count]
    if wrong:
        raise InputError.at("", "changes_wrong", file=file, why="，".join(wrong))
    new = found < 0
    found[new] = state.count + np.arange(int(new.sum()))
    return found, int(new.sum())


def _find(state: State, batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Places of the codes of a batch in the state (-1: not there), and which of them stand there more than once."""
    found, twice = state.find(batch.codes)
    if batch.odd.codes:
        times = Counter(state.odd.codes.values())
        known = {code: place for place, code in state.odd.codes.items()}
        for place, code in batch.odd.codes.items():
            found[place], twice[place] = known.get(code, -1), times[code] > 1
    return found, twice


def _merged(before: Odd, own: Odd, places: NDArray[np.int64]) -> Odd:
    """What is odd after an update: rows that were scored again say it anew."""
    touched = set(places.tolist())
    merged = {}
    for name, part in vars(own).items():
        kept = {place: one for place, one in getattr(before, name).items() if place not in touched}
        merged[name] = kept | {int(places[place]): one for place, one in part.items()}
    return Odd(**merged)


def _moves(state: State, batch: Batch, results: NDArray[Any], on: date) -> tuple[Migration, list[int], pl.DataFrame]:
    """The matrix over all rows that were there, the new counts by class, and those who moved."""
    scheme, size = state.scheme, len(state.scheme.classes) + 1
    old = np.flatnonzero(batch.places < state.count)
    before = state.results(batch.places[old])
    was, now = (np.where(one["unscored"], size - 1, one["place"]).astype(np.int64) for one in (before, results[old]))
    matrix = np.bincount(was * size + now, minlength=size * size).reshape(size, size)
    matrix[np.diag_indices(size)] += np.array(state.about["classes"], dtype=np.int64) - matrix.sum(axis=1)
    names = [*scheme.classes, None]
    counts = [(names[one], names[two], int(matrix[one, two])) for one in range(size) for two in range(size)]
    classes = matrix.sum(axis=0) + class_counts(results[batch.places >= state.count], size - 1)
    at = np.flatnonzero(was != now)
    moved = old[at]
    kept = [state.rows(batch.places[moved]), before[at], batch.rows[moved], results[moved]]
    days = (date.fromordinal(state.on + _EPOCH.toordinal()), on)
    table = moved_table(state.records, batch.texts[moved], kept, days)
    return migration(counts, [scheme.classes, scheme.classes]), classes.tolist(), table


def _write(out: Path, scheme: Scheme, batch: Batch, piece: Piece, odd: Odd, on: date) -> None:
    said = {place: [words] for place, words in odd.problems.items()}
    table = TableScorer(scheme, on).table(batch.texts, scored_of(piece.results), said, piece.results["unscored"])
    write_part(table, out)
