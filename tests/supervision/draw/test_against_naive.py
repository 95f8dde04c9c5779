"""Ours and the naive implementation give the same, bit for bit."""

from typing import Any

import pytest

from supervision.drawrun import Folder, run
from tests.supervision.draw.folders import Files, folder
from tests.supervision.draw.naive import Naive

NAMES = ("seed_text", "key", "plans", "demands", "load")


def ours(files: Files) -> dict[str, Any]:
    return {name: plain(value) for name, value in run(Folder(files.get)).items()}


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("first", range(0, 600, 20))
def test_random_folders_give_the_same_result(first: int) -> None:
    for seed in range(first, first + 20):
        files = folder(seed)
        expected, found = Naive(files).run(), ours(files)
        assert {name: found[name] for name in NAMES} == {name: expected[name] for name in NAMES}, seed
        assert [{"rank": gap["rank"], "full": gap["full"]} for gap in found["unfilled"]] == expected["unfilled"], seed
        assert list(found["plans"]) == list(expected["plans"])
        assert all(list(found["plans"][one]) == list(expected["plans"][one]) for one in found["plans"])


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_larger_folders_short_of_people_give_the_same_result(seed: int) -> None:
    files = folder(seed, units=110, people=25)
    expected, found = Naive(files).run(), ours(files)
    assert {name: found[name] for name in NAMES} == {name: expected[name] for name in NAMES}
    assert [(gap["rank"], gap["full"]) for gap in found["unfilled"]] == [
        (gap["rank"], gap["full"]) for gap in expected["unfilled"]
    ]


def test_the_random_folders_meet_every_rule_and_every_outcome() -> None:
    results = [(folder(seed), ours(folder(seed))) for seed in range(200)]
    gaps = [gap["reason"] for _, found in results for gap in found["unfilled"]]
    assert set(gaps) == {"eligible", "capacity", "together"}
    shorts = [one["short"] for _, found in results for strata in found["plans"].values() for one in strata.values()]
    assert max(shorts) > 0
    assert any(len(found["demands"]) > 60 for _, found in results)
    text = b"".join(files["commit.json"] for files, _ in results)
    assert all(rule in text for rule in (b'"ceil"', b'"systematic"', b'"fixed"', b'"step"', b'"none"'))
