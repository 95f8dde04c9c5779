"""``score run --previous STATE``: what changed and what is due, equal to everything scored again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import InputError
from service.cli import main
from service.errors import StateError
from service.scoring import state as states
from service.scoring.increment import build, day_number, update
from service.scoring.source import open_source
from supervision.bulk import BulkScorer
from supervision.load import load_scheme
from supervision.row import RowScorer
from supervision.rowstate import Records, next_due
from tests.supervision.frames import ON, clean, code, table

if TYPE_CHECKING:
    from pathlib import Path

SCHEME = load_scheme()
STRICT = load_scheme("strict")
Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*words: object) -> tuple[int, Any]:
        exit_code = main(["score", "run", *map(str, words), "--json"])
        return exit_code, json.loads(capfd.readouterr().out)

    return run


def write(frame: pl.DataFrame, path: Path) -> Path:
    frame.write_parquet(path)
    return path


def with_codes(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Codes all different: right ones, and a few of another length or with a wrong check character."""
    rng = random.Random(seed)  # noqa: S311 - made-up tables
    codes = [code(rng) for _ in range(len(frame))]
    for place in range(0, len(frame), 9):
        codes[place] = rng.choice(
            [codes[place][:10], codes[place].lower(), codes[place][:-1] + "0", codes[place] + "甲"]
        )
    return frame.with_columns(uscc=pl.Series(codes))


def faulty(frame: pl.DataFrame) -> pl.DataFrame:
    """Some values cannot be read; some days lie in the future, and come."""
    future = pl.Series([ON + timedelta(days=place % 40) for place in range(len(frame))])
    every = pl.int_range(pl.len())
    return frame.with_columns(
        penalties_36m=pl.when(every % 17 == 0).then(-5).otherwise("penalties_36m"),
        last_inspected_on=pl.when(every % 11 == 0).then(future).otherwise("last_inspected_on"),
    )


def written(state: states.State, *, apart: set[int] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """All that a state says; of the rows ``apart`` only what came of them."""
    kept = np.array([place for place in range(state.count) if place not in apart], dtype=np.int64)
    found = {"rows": state.rows(kept).tobytes(), "due": state.part("due")[kept].tobytes()}
    found |= {"results": state.results(np.arange(state.count)).tobytes(), "codes": state.part("codes").tobytes()}
    odd = {"codes": state.odd.codes, "problems": state.odd.problems}
    return found | {**odd, "classes": state.about["classes"], "on": state.on, "digest": state.digest()}


@pytest.mark.parametrize("days", [0, 1, 6, 31, 400])
def test_an_update_leaves_what_a_full_run_leaves(tmp_path: Path, days: int) -> None:
    frame = faulty(with_codes(table(SCHEME, 1, 300), 1))
    on = ON + timedelta(days=days)
    kept = build(tmp_path / "state", open_source(str(write(frame, tmp_path / "a")), SCHEME), SCHEME, ON)
    other = faulty(with_codes(table(SCHEME, 2, 300), 2))
    changed = pl.concat([
        other.slice(40, 30).with_columns(frame.slice(10, 30)["uscc"]),
        other.slice(100, 12),
        other.slice(150, 9).with_columns(frame.slice(200, 9)["uscc"]),
    ])  # fmt: skip
    found = update(kept, open_source(str(write(changed, tmp_path / "b")), SCHEME), on, tmp_path / "out")
    after = pl.concat([frame.join(changed, on="uscc", how="anti", maintain_order="left"), changed])
    order = pl.concat([frame, other.slice(100, 12)]).select("uscc")
    whole = order.join(after, on="uscc", how="left", maintain_order="left")
    full = build(tmp_path / "full", open_source(str(write(whole, tmp_path / "c")), SCHEME), SCHEME, on)
    again = states.open_state(tmp_path / "state", SCHEME)
    # Rows that could not be read once are asked for every day, until they are delivered anew.
    assert set(full.odd.rows) <= set(again.odd.rows)
    assert written(again, apart=set(again.odd.rows)) == written(full, apart=set(again.odd.rows))
    assert (found.changed, found.new, again.count) == (51, 12, 312)
    assert found.due < 261 or days == 400
    sums = np.array([list(row.values()) for row in found.migration.matrix.values()]).sum()
    assert sums == found.migration.rows == 300


def test_the_state_says_what_the_output_says(tmp_path: Path, call: Call) -> None:
    """Digests are equal when, and only when, the figures of the output are."""
    frame = faulty(with_codes(table(SCHEME, 3, 120), 3))
    source = write(frame, tmp_path / "in")
    _, said = call(source, tmp_path / "out", "--on", ON, "--state", tmp_path / "state")
    out = pl.read_parquet(tmp_path / "out")
    state = states.open_state(tmp_path / "state", SCHEME)
    assert said["state"] == state.digest()
    none, previous = write(frame.head(0), tmp_path / "none"), ("--previous", tmp_path / "state")
    _, later = call(none, tmp_path / "few", "--on", ON, *previous)
    assert later["state"] == said["state"]
    everything = write(frame, tmp_path / "all")
    call(everything, tmp_path / "again", "--on", ON, *previous)
    assert pl.read_parquet(tmp_path / "again").equals(out)


def test_movers_have_reasons(tmp_path: Path, call: Call) -> None:
    frame = clean(SCHEME, 4, 50).with_columns(
        pl.lit(None).cast(kind).alias(name) for name, kind in clean(SCHEME, 4, 1).schema.items() if name != "uscc"
    )  # fmt: skip
    call(write(frame, tmp_path / "in"), tmp_path / "out", "--on", ON, "--state", tmp_path / "state")
    worse = frame.slice(7, 1).with_columns(
        missed_reports=pl.lit(3), safety_events_36m=pl.lit(5), penalties_36m=pl.lit(9)
    )
    code_, said = call(write(worse, tmp_path / "b"), tmp_path / "few", "--on", ON, "--previous", tmp_path / "state")
    (mover,) = said["changes"]["movers"]
    assert code_ == 0
    assert (mover["uscc"], said["changes"]["moved"]) == (worse["uscc"][0], 1)
    before, after = (RowScorer(SCHEME, ON).score(one.row(0, named=True)) for one in (frame.slice(7, 1), worse))
    assert (mover["class"], mover["class_to"]) == (before.class_, after.class_)
    assert (mover["score"], mover["score_to"]) == (before.score, after.score)
    changes = {
        new.indicator.id: new.bin.points - old.bin.points for old, new in zip(before.parts, after.parts, strict=True)
    }
    named = dict(word.split(" ") for word in mover["why"].split("，"))
    assert {name: int(points) for name, points in named.items()}.items() <= changes.items()
    assert max(changes.values()) == max(map(int, named.values()))
    assert pl.read_parquet(tmp_path / "few").height == said["changed"] + said["due"]


class TestRefusals:
    def state(self, folder: Path, frame: pl.DataFrame) -> states.State:
        return build(folder / "state", open_source(str(write(frame, folder / "in")), SCHEME), SCHEME, ON)

    @pytest.mark.parametrize(
        ("codes", "why"),
        [
            ([0, 0], "代码在文件里出现不止一次的有 2 行"),
            ([None, 1], "没有代码的有 1 行"),
            ([2, 1], "代码在上次的表里出现不止一次的有 1 行"),
        ],
    )
    def test_rows_that_match_no_single_row(self, tmp_path: Path, codes: list[int | None], why: str) -> None:
        frame = clean(SCHEME, 5, 20)
        known = frame["uscc"].to_list()
        state = self.state(tmp_path, frame.with_columns(uscc=pl.Series([*known[:19], known[2]])))
        before = written(state)
        texts = [None if one is None else known[one] for one in codes]
        changed = frame.head(2).with_columns(uscc=pl.Series(texts))
        with pytest.raises(InputError) as caught:
            update(state, open_source(str(write(changed, tmp_path / "b")), SCHEME), ON, tmp_path / "out")
        assert why in caught.value.detail
        assert written(states.open_state(tmp_path / "state", SCHEME)) == before

    def test_rows_that_stand_twice_stay_named_when_they_are_due(self, tmp_path: Path) -> None:
        frame = clean(SCHEME, 5, 20)
        known = frame["uscc"].to_list()
        twice = frame.with_columns(uscc=pl.Series([*known[:19], known[2]]))
        state = self.state(tmp_path, twice)
        later = ON + timedelta(days=3000)
        none = open_source(str(write(frame.head(0), tmp_path / "b")), SCHEME)
        update(state, none, later, tmp_path / "out")
        full = build(tmp_path / "full", open_source(str(tmp_path / "in"), SCHEME), SCHEME, later)
        assert written(states.open_state(tmp_path / "state", SCHEME)) == written(full)
        assert sorted(full.odd.problems) == [2, 19]

    def test_a_day_that_has_been(self, tmp_path: Path) -> None:
        state = self.state(tmp_path, clean(SCHEME, 5, 5))
        with pytest.raises(StateError):
            update(state, open_source(str(tmp_path / "in"), SCHEME), ON - timedelta(days=1), tmp_path / "out")

    def test_another_scheme_and_no_state(self, tmp_path: Path) -> None:
        self.state(tmp_path, clean(SCHEME, 5, 5))
        for folder, scheme in ((tmp_path / "state", STRICT), (tmp_path, SCHEME)):
            with pytest.raises(StateError):
                states.open_state(folder, scheme)


@pytest.mark.parametrize("stop", ["_extend_index", "_replace"])
def test_a_stopped_patch_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str) -> None:
    frame = clean(SCHEME, 6, 80)
    state = build(tmp_path / "state", open_source(str(write(frame.head(60), tmp_path / "a")), SCHEME), SCHEME, ON)
    changed = open_source(str(write(frame.slice(50, 30), tmp_path / "b")), SCHEME)
    calls = iter(range(10))
    plain = getattr(states, stop)

    def stopped(*words: Any) -> None:  # noqa: ANN401 - whatever the real one takes
        if stop == "_extend_index" or next(calls) == 2:
            raise KeyboardInterrupt
        plain(*words)

    monkeypatch.setattr(states, stop, stopped)
    with pytest.raises(KeyboardInterrupt):
        update(state, changed, ON, tmp_path / "out")
    monkeypatch.undo()
    full = build(tmp_path / "full", open_source(str(write(frame, tmp_path / "c")), SCHEME), SCHEME, ON)
    again = states.open_state(tmp_path / "state", SCHEME)
    assert written(again) == written(full)
    places, twice = again.find(again.part("codes"))
    assert places.tolist() == list(range(80))
    assert not twice.any()


@settings(max_examples=60)
@given(st.dates(date(1990, 1, 1), ON), st.dates(date(2015, 1, 1), ON), st.dates(date(2020, 1, 1), ON))
def test_the_next_day_is_the_first_on_which_the_points_change(founded: date, seen: date, on: date) -> None:
    """On every day before it nothing changes, and on it something a row counts by time has passed."""
    founded, seen = min(founded, on), min(seen, on)
    row = {"uscc": "91110000600037341L", "established_on": founded, "last_inspected_on": seen}
    frame = pl.DataFrame(row)
    packed = Records(SCHEME).pack(BulkScorer(SCHEME, on).prepare(frame), 1)
    due = int(next_due(SCHEME, packed, day_number(on))[0])
    plain = RowScorer(SCHEME, on).score(row)
    last = day_number(on) + 900
    for number in {min(due - 1, last), min(day_number(on) + 1, due - 1)}:
        if number > day_number(on):
            same = RowScorer(SCHEME, date(1970, 1, 1) + timedelta(days=number)).score(row)
            assert [part.number for part in same.parts] == [part.number for part in plain.parts]
            assert (same.class_, same.override) == (plain.class_, plain.override)
    if due < last:
        changed = RowScorer(SCHEME, date(1970, 1, 1) + timedelta(days=due)).score(row)
        assert [part.number for part in changed.parts] != [part.number for part in plain.parts]
