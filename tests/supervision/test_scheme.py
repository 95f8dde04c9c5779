"""Scheme files: strict reading, and what the delivered ones promise."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.errors import CatalogueError
from supervision.load import load_scheme, parse_scheme, scheme_ids
from supervision.row import RowScorer
from supervision.scheme import DIMENSIONS
from tests.supervision.frames import ON

FIXTURES = Path(__file__).parent / "fixtures"
BROKEN: dict[str, dict[str, str]] = yaml.safe_load((FIXTURES / "broken.yaml").read_text("utf-8"))


def test_every_broken_file_is_listed() -> None:
    assert {path.stem for path in (FIXTURES / "broken").glob("*.yaml")} == set(BROKEN)


def test_the_good_file_is_good() -> None:
    assert parse_scheme((FIXTURES / "small.yaml").read_text("utf-8"), "small.yaml").classes == ("A", "D")


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_named_with_file_key_and_words(name: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_scheme((FIXTURES / "broken" / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")
    assert caught.value.file == f"{name}.yaml"
    assert caught.value.key == BROKEN[name]["key"]
    assert BROKEN[name]["says"] in caught.value.detail
    assert caught.value.detail.startswith(f"{name}.yaml：")


def test_an_unknown_scheme_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(CatalogueError, match="scheme_unknown") as caught:
        load_scheme("nothing")
    assert "default" in caught.value.detail


@pytest.mark.parametrize("name", scheme_ids())
class TestDelivered:
    def test_is_named_as_its_file(self, name: str) -> None:
        assert load_scheme(name).id == name

    def test_no_dimension_can_pass_its_cap_unseen(self, name: str) -> None:
        scheme = load_scheme(name)
        assert set(scheme.spec.dimensions) <= set(DIMENSIONS)
        assert all(scheme.caps[one.spec.dimension] >= one.most for one in scheme.indicators)

    def test_an_enterprise_of_which_nothing_is_known_is_not_in_the_best_class_unsaid(self, name: str) -> None:
        scheme = load_scheme(name)
        result = RowScorer(scheme, ON).score({"uscc": "91110000600037341L"})
        worse = [one.id for one in scheme.spec.classes].index(result.class_ or "") > 0
        assert worse
        assert result.override == "Q01" or (result.score or 0) > scheme.cutoffs[0]

    def test_points_follow_the_direction(self, name: str) -> None:
        scheme = load_scheme(name)
        for one in scheme.indicators:
            known = one.points[2:] if one.spec.kind == "ratio" else one.points[1:]
            if one.spec.kind == "map":
                known = tuple(one.spec.values[code] for code in one.column.categories if code != one.column.spec.other)
            if one.spec.direction == "risk_up":
                assert list(known) == sorted(known), one.id
            if one.spec.direction == "risk_down":
                assert list(known) == sorted(known, reverse=True), one.id


@pytest.mark.shared
def test_the_default_scheme_has_every_researched_indicator_with_its_points(shared_dir: Path) -> None:
    with (shared_dir / "domain" / "risk-indicators.csv").open(encoding="utf-8") as stream:
        rows: dict[str, dict[str, Any]] = {row["id"]: row for row in csv.DictReader(stream)}
    scheme = load_scheme()
    assert [one.id for one in scheme.indicators] == [name for name in rows if name.startswith("N")]
    assert {rule.id for rule in scheme.rules if rule.id != "Q01"} == {name for name in rows if name.startswith("H")}
    for one in scheme.indicators:
        row = rows[one.id]
        assert row["points_or_weight"] == f"proposed:{one.most}/1000"
        assert (row["name_zh"], row["direction"]) == (one.spec.title, one.spec.direction)
        assert row["dimension"] == scheme.spec.dimensions[one.spec.dimension].title
    assert sum(scheme.caps.values()) == sum(one.most for one in scheme.indicators) == 1000


def test_profiles_differ_from_the_default_only_in_their_cut_offs() -> None:
    default, strict, lenient = (load_scheme(name) for name in ("default", "strict", "lenient"))
    assert default.indicators == strict.indicators == lenient.indicators
    assert default.rules == strict.rules == lenient.rules
    for stricter, milder in ((strict, default), (default, lenient)):
        assert all(low < high for low, high in zip(stricter.cutoffs, milder.cutoffs, strict=True))
