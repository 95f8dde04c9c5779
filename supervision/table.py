"""A table in, the table of results out: what the command, the worker of a cluster and the tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from kernel.errors import InputError
from kernel.messages import text
from supervision.bulk import BulkScorer, Scored, ranked
from supervision.codes import code_problem, irregular, is_missing
from supervision.row import REASONS
from supervision.scheme import DIMENSIONS, USCC, Scheme
from supervision.values import UnreadableError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

COLUMNS: Final = (
    "uscc",
    "score",
    "class",
    *(f"points_{name}" for name in DIMENSIONS),
    "override",
    *(name for n in range(1, REASONS + 1) for name in (f"reason_{n}", f"reason_{n}_points")),
    "scheme",
    "scheme_version",
    "problem",
)
"""The columns of every result, whatever the scheme."""


class TableScorer:
    """A scheme on a day, from tables to tables; a row's result does not depend on the others."""

    def __init__(self, scheme: Scheme, on: date, scales: Mapping[str, int] | None = None) -> None:
        """Take the scales of a tight layout, if the tables have it."""
        self._bulk = BulkScorer(scheme, on)
        self._scheme = scheme
        self._on = on
        self._scales = dict(scales or {})

    def score(self, frame: pl.DataFrame, duplicates: pl.Series | None = None) -> pl.DataFrame:
        """Score a table whose columns have the names of the scheme.

        Args:
            frame: ``uscc`` and columns of the scheme; one that is not there counts as absent.
            duplicates: codes that stand more than once in the whole input, not only here.
        """
        codes = code_texts(frame[USCC])
        scored = self._bulk.score(frame, self._scales)
        said: dict[int, list[str]] = {}
        missing = self.code_problems(codes, said)
        if duplicates is not None and len(duplicates):
            for place in np.flatnonzero(codes.is_in(duplicates).fill_null(value=False).to_numpy()).tolist():
                said.setdefault(place, []).append(text("code_duplicate"))
        unscored = self._faults(frame, scored, said)
        unscored[missing] = True
        return self.table(codes, scored, said, unscored)

    def code_problems(self, codes: pl.Series, said: dict[int, list[str]]) -> list[int]:
        """Say what is wrong with codes, and return the places of rows without one."""
        arrow = codes.to_arrow(compat_level=pl.CompatLevel.oldest())
        missing = []
        for place in irregular(arrow).tolist():
            code = codes[place]
            if is_missing(code):
                missing.append(place)
            words = code_problem(code)
            if words:
                said.setdefault(place, []).append(words)
        return missing

    def _faults(self, frame: pl.DataFrame, scored: Scored, said: dict[int, list[str]]) -> NDArray[np.bool_]:
        unscored = np.zeros(len(frame), dtype=bool)
        for name, mask in scored.faults.items():
            unscored |= mask
            column = self._scheme.columns[name]
            places = np.flatnonzero(mask)
            for place, value in zip(places.tolist(), frame[name].gather(places).to_list(), strict=True):
                try:
                    read(column, value, self._on)
                except UnreadableError as error:
                    said.setdefault(place, []).append(error.detail)
        return unscored

    def table(
        self, codes: pl.Series, scored: Scored, said: Mapping[int, list[str]], unscored: NDArray[np.bool_]
    ) -> pl.DataFrame:
        """The table of results of these rows; ``said``: what is wrong with some, by place."""
        scheme, gone = self._scheme, unscored if unscored.any() else None
        columns = [codes, _numbers(scored.score, gone), _words(scored.place, scheme.classes, gone)]
        columns += [_numbers(points, gone) for points in scored.points]
        none = scored.override == 0
        rules = [rule.id for rule in scheme.rules]
        columns.append(_words(scored.override - np.uint8(1), rules, none if gone is None else none | gone))
        ids = [one.id for one in scheme.indicators]
        for keys in scored.keys:
            places, points = ranked(keys)
            empty = points == 0 if gone is None else (points == 0) | gone
            columns += [_words(places, ids, empty), _numbers(points, empty)]
        columns += [_same(scheme.id, len(codes)), _same(scheme.version, len(codes))]
        columns.append(_problems(said, len(codes)))
        return pl.DataFrame([series.alias(name) for name, series in zip(COLUMNS, columns, strict=True)])


def code_texts(series: pl.Series) -> pl.Series:
    """The column of codes as text.

    Raises:
        InputError: ``column_type``: neither text nor whole numbers.
    """
    if series.dtype == pl.String:
        return series
    if series.dtype in {pl.Categorical, pl.Enum, pl.Null} or series.dtype.is_integer():
        return series.cast(pl.String)
    raise InputError.at(f"/{USCC}", "column_type", column=USCC, dtype=str(series.dtype))


def _numbers(values: NDArray[Any], gone: NDArray[np.bool_] | None) -> pl.Series:
    whole = values.astype(np.int32)
    return pl.Series(whole) if gone is None else pl.Series(pa.array(whole, mask=gone))


def _same(word: str, count: int) -> pl.Series:
    return pl.Series([word], dtype=pl.Enum([word])).new_from_index(0, count)


def _words(places: NDArray[np.uint8], words: Sequence[str], gone: NDArray[np.bool_] | None) -> pl.Series:
    """Words by place; places under ``gone`` may be anything."""
    return pl.Series(pa.array(places, mask=gone)).cat.to(pl.Enum(words))


def _problems(said: Mapping[int, list[str]], count: int) -> pl.Series:
    found = pl.Series([None], dtype=pl.String).new_from_index(0, count)
    if not said:
        return found
    return found.scatter(list(said), ["；".join(words) for words in said.values()])


def score_batches(
    scorer: TableScorer, batches: Iterable[pa.RecordBatch], duplicates: pl.Series | None = None
) -> Iterator[pa.RecordBatch]:
    """Arrow batches in, Arrow batches out: the function that travels to the workers of a cluster."""
    for batch in batches:
        frame = pl.from_arrow(pa.table(batch))
        if isinstance(frame, pl.DataFrame):
            words = pl.col(pl.Enum).cast(pl.String)
            yield from scorer.score(frame, duplicates).with_columns(words).to_arrow().to_batches()
