"""``score learn``: planted effects are found, the future teaches nothing, the draft is a scheme."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from benchmarks.nyc_food import read, table, visits
from kernel.errors import InputError
from service.cli import main
from service.scoring import learn as learning
from service.scoring.learnfit import Learner, Sample
from service.scoring.source import open_source
from service.scoring.synth import Wish, population
from service.scoring.visits import read_visits
from supervision.learning import coding, effects, order_of
from supervision.load import parse_scheme

if TYPE_CHECKING:
    from service.scoring.report import Month

Call = Callable[..., tuple[int, Any]]
YAML = Path(__file__).parents[2] / "benchmarks" / "nyc-food.yaml"
SCHEME = parse_scheme(YAML.read_text("utf-8"), YAML.name)
FIRST = date(2026, 1, 1)
DAYS = [FIRST, date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
WISH = learning.Wish(on=date(2026, 11, 25), test_from=date(2026, 4, 1), window=30, repeats=20, seed=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four monthly tables of one population, and visits whose findings depend on closures and on nothing else."""
    place = tmp_path_factory.mktemp("learn")
    frame = next(population(SCHEME, Wish(4000, 1, FIRST))).with_columns(
        pl.int_range(pl.len()).mod(3).alias("closures_24m"),
    )
    for day in DAYS:
        frame.write_parquet(place / f"{day}.parquet")
    random = np.random.default_rng(1)
    chance = np.array([0.1, 0.3, 0.6])[frame["closures_24m"].to_numpy()]
    days = [FIRST + timedelta(days=1 + place * 120 // 4000) for place in range(4000)]
    found = pl.Series(random.random(4000) < chance)
    frame.select("uscc", pl.Series("inspected_on", days), found.alias("found")).write_parquet(place / "visits")
    return place


def months(folder: Path) -> list[Month]:
    return learning.open_months(str(folder), SCHEME, open_source)


def learned(folder: Path, seen: pl.DataFrame, wish: learning.Wish = WISH) -> learning.Learned:
    return learning.learn(learning.gather(months(folder), SCHEME, seen), months(folder), SCHEME, wish)


def seen(folder: Path) -> pl.DataFrame:
    return read_visits(str(folder / "visits"), WISH.on)


def test_the_planted_effect_gets_the_points(folder: Path) -> None:
    found = learned(folder, seen(folder))
    most = {name: max(points) for name, points in found.points.items()}
    assert max(most, key=lambda name: most[name]) == "F08"
    assert found.points["F08"][1] == 0 < found.points["F08"][2] < found.points["F08"][3]
    assert found.gain.worth.found_in_first_half > 0
    assert found.gain.intervals["found_in_first_half"][0] > 0
    assert found.scheme.id == "nyc-food-learned"
    assert sum(found.points[one][0] for one in most) >= 0


def test_points_rise_along_the_direction(folder: Path) -> None:
    points = learned(folder, seen(folder)).points
    for one in SCHEME.indicators:
        along = [points[one.id][number] for number in order_of(one)]
        assert along == sorted(along)


def test_visits_that_judge_teach_nothing(folder: Path) -> None:
    """Findings of the test period turned round: not a point and not a cut-off changes, only the judgement."""
    plain = seen(folder)
    later = pl.col("inspected_on") >= WISH.test_from
    turned = plain.with_columns(found=pl.when(later).then(~pl.col("found")).otherwise(pl.col("found")))
    one, other = learned(folder, plain), learned(folder, turned)
    assert (one.text, one.strength) == (other.text, other.strength)
    assert one.orders["learned"].worth.days_earlier > 0 > other.orders["learned"].worth.days_earlier


def test_a_table_of_the_day_of_the_visit_is_not_used(folder: Path) -> None:
    """The tables of April hold nothing but closures; visits of 1 April still see those of March."""
    plain = seen(folder).with_columns(inspected_on=pl.lit(date(2026, 4, 1)))
    gathered = learning.gather(months(folder), SCHEME, plain)
    march = learning.gather(months(folder)[:3], SCHEME, plain)
    assert (gathered.sample.bins == march.sample.bins).all()
    assert gathered.left_out == 0


def test_without_evidence_points_stay_as_they_are() -> None:
    """Strongly drawn to the present points, parameters keep their proportions."""
    codings = [coding(one) for one in SCHEME.indicators]
    random = np.random.default_rng(2)
    bins = np.array([random.integers(0, len(one.bins), 500) for one in SCHEME.indicators], dtype=np.uint8)
    score = np.sum([np.array(one.points)[own] for one, own in zip(SCHEME.indicators, bins, strict=True)], axis=0)
    found = random.random(500) < 1 / (1 + np.exp(3 - score / 40))
    learner = Learner(codings)
    fitted = learner.fit(Sample(bins, found, np.arange(500), score.astype(float)), 1e12)
    now = effects(codings, np.concatenate([one.now for one in codings]))
    for own, present in zip(learner.effects(fitted), now, strict=True):
        assert own == pytest.approx(present * fitted.point, abs=1e-4)


def test_too_few_visits_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="learning_too_few"):
        learned(folder, seen(folder).head(150))
    with pytest.raises(InputError, match="learning_too_few"):
        learned(folder, seen(folder), replace(WISH, test_from=date(2026, 5, 1)))


def test_the_command(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    draft, page = tmp_path / "draft.yaml", tmp_path / "r.html"
    words = ["score", "learn", folder, folder / "visits", draft, "--scheme", YAML, "--report", page]
    code = main([*map(str, words), "--test-from", "2026-04-01", "--repeats", "5", "--json"])
    said = json.loads(capfd.readouterr().out)
    assert code == 0
    assert said["orders"]["learned"]["found_in_first_half"]["value"] > 0.5
    assert parse_scheme(draft.read_text("utf-8"), "draft.yaml").cutoffs == tuple(said["cut_offs"]["learned"])
    text = page.read_text("utf-8")
    assert "好于现行方案" in text
    assert "src=" not in text
    assert "<svg" in text


def test_tables_are_named_by_their_day(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for made in ((), ("january.parquet",)):
        for name in made:
            (tmp_path / name).write_bytes(b"")
        words = ["score", "learn", tmp_path, tmp_path / "v.csv", tmp_path / "d.yaml", "--scheme", YAML, "--json"]
        assert main([*map(str, words)]) == 2
        assert json.loads(capfd.readouterr().out)["code"] == "usage"


@pytest.mark.shared
def test_columns_of_a_day_do_not_depend_on_later_inspections(shared_dir: Path) -> None:
    """The future of the real inspections shuffled among all places: columns of before stay the same."""
    on = date(2015, 1, 1)
    plain = read(shared_dir / "data" / "nyc_food_inspections.parquet")
    later = plain.filter(pl.col("inspection_date") >= on)
    shuffled = later.with_columns(pl.all().exclude("inspection_date").shuffle(seed=1))
    mixed = pl.concat([plain.filter(pl.col("inspection_date") < on), shuffled])
    assert table(mixed, on).equals(table(plain, on))
    assert not table(mixed, date(2015, 3, 1)).equals(table(plain, date(2015, 3, 1)))
    assert visits(plain).height == 84079
