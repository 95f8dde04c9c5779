"""The bulk path and the row function give the same, on random tables and on nasty ones."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.layout import tighten
from supervision.load import load_scheme, scheme_ids
from tests.supervision.frames import STRANGE, by_row, clean, in_bulk, table

SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("name", scheme_ids())
@settings(max_examples=20)
@given(seed=SEEDS)
def test_on_random_tables(name: str, seed: int) -> None:
    scheme = load_scheme(name)
    frame = table(scheme, seed, 60)
    assert in_bulk(scheme, frame) == by_row(scheme, frame)


@pytest.mark.parametrize("name", scheme_ids())
@settings(max_examples=10)
@given(seed=SEEDS)
def test_the_tight_layout_scores_as_the_natural_one(name: str, seed: int) -> None:
    scheme = load_scheme(name)
    frame = clean(scheme, seed, 60)
    scales: dict[str, int] = {
        name: column.spec.scale for name, column in scheme.columns.items() if column.type == "number"
    }
    assert in_bulk(scheme, tighten(scheme, frame), scales) == in_bulk(scheme, frame) == by_row(scheme, frame)


def _as_text(values: list[Any]) -> pl.Series:
    return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)


@settings(max_examples=30)
@given(seed=SEEDS)
def test_with_text_in_place_of_every_other_type(seed: int) -> None:
    scheme = load_scheme()
    rng = random.Random(seed)  # noqa: S311 - made-up tables
    frame = table(scheme, seed, 30)
    odd: dict[str, pl.Series] = {}
    for name in rng.sample(sorted(scheme.columns), 12):
        values = frame[name].to_list()
        for place in rng.sample(range(30), 3):
            values[place] = rng.choice(STRANGE[scheme.columns[name].type])
        odd[name] = _as_text(values)
    frame = frame.with_columns(**odd)
    assert in_bulk(scheme, frame) == by_row(scheme, frame)


INT_TYPES = [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64]


def _column_of(name: str, dtype: Any, values: list[Any]) -> pl.DataFrame:  # noqa: ANN401 - a data type
    codes = pl.Series("uscc", ["91110000600037341L"] * len(values))
    return pl.DataFrame([codes, pl.Series(name, values, dtype=dtype)])


@pytest.mark.parametrize("dtype", INT_TYPES, ids=str)
@pytest.mark.parametrize("name", ["penalties_36m", "commitments_net", "insured_staff", "registered_capital_10k"])
def test_every_width_of_number_means_the_same(name: str, dtype: Any) -> None:  # noqa: ANN401 - a data type
    scheme = load_scheme()
    ends = [] if dtype in {pl.Float32, pl.Float64} else [dtype.min(), dtype.max()]
    edges = [pl.select(end).item() for end in ends]
    values = [None, 0, 1, 2, 5, *edges, *([] if edges and edges[0] == 0 else [-1, -5])]
    frame = _column_of(name, dtype, values)
    assert in_bulk(scheme, frame) == by_row(scheme, frame)


def test_floats_that_are_no_whole_numbers_are_named_and_nan_is_absent() -> None:
    scheme = load_scheme()
    values = [1.0, 1.5, float("nan"), float("inf"), float("-inf"), -1.0, None, 1e300]
    for name in ("penalties_36m", "penalty_amount_10k", "platform_rating"):
        frame = _column_of(name, pl.Float64, values)
        rows = in_bulk(scheme, frame)
        assert rows == by_row(scheme, frame)
        assert rows[2]["class"] is not None
        assert [row["class"] for row in rows[3:6]] == [None, None, None]


@pytest.mark.parametrize(
    "series",
    [
        pl.Series("established_on", ["2020-01-01T23:30:00+00:00", None]).str.to_datetime(time_zone="UTC"),
        pl.Series("established_on", ["2020-01-01T23:30:00", None]).str.to_datetime(),
        pl.Series("on_abnormal_list", [1, 0]),
        pl.Series("on_abnormal_list", [1, 2]),
        pl.Series("on_abnormal_list", [1.0, float("nan")]),
        pl.Series("penalties_36m", ["3", "三"]),
        pl.Series("penalties_36m", ["3", "3.0"]).cast(pl.Decimal(10, 2)),
        pl.Series("penalties_36m", [True, False]),
        pl.Series("registry_state", ["revoked", None], dtype=pl.Categorical),
        pl.Series("registry_state", ["other", "revoked"], dtype=pl.Enum(["other", "revoked"])),
        pl.Series("registry_state", [1, 2]),
        pl.Series("penalties_36m", [None, None]),
    ],
    ids=lambda series: f"{series.name} {series.dtype}",
)
def test_unusual_types(series: pl.Series) -> None:
    scheme = load_scheme()
    frame = pl.DataFrame([pl.Series("uscc", ["91110000600037341L"] * 2), series])
    assert in_bulk(scheme, frame) == by_row(scheme, frame)


def test_a_row_does_not_depend_on_the_rows_around_it() -> None:
    scheme = load_scheme()
    frame = table(scheme, 7, 200)
    whole = in_bulk(scheme, frame)
    apart = [row for start in range(0, 200, 7) for row in in_bulk(scheme, frame.slice(start, 7))]
    turned = in_bulk(scheme, frame.reverse())
    assert whole == apart == turned[::-1]


def test_more_rows_than_a_block() -> None:
    scheme = load_scheme()
    frame = table(scheme, 8, 500)
    many = pl.concat([frame] * 140)
    rows = in_bulk(scheme, many)
    assert rows[:500] == by_row(scheme, frame)
    assert rows == rows[:500] * 140


def test_no_rows() -> None:
    assert in_bulk(load_scheme(), table(load_scheme(), 1, 0)) == []
