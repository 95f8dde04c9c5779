"""Decisions that authorities published: in which tier of our range the fine they imposed lies."""

from typing import Any

import pytest

from rules.decide import Decider
from tests.rules.casefiles import FOLDER, CaseOnFile, all_cases

CASES = [case for case in all_cases() if case.file.startswith("published/")]
FINED = [case for case in CASES if case.published]


def tiers_with(fine: int, ranges: Any) -> list[str]:  # noqa: ANN401
    """The tiers whose range holds the fine."""
    return [tier for tier, row in (ranges or {}).items() if row and _inside(fine, row)]


def _inside(fine: int, row: dict[str, Any]) -> bool:
    if fine == row["min_yuan"]:
        return bool(row.get("min_inclusive", True))
    if fine == row["max_yuan"]:
        return bool(row.get("max_inclusive", True))
    return bool(row["min_yuan"] < fine < row["max_yuan"])


@pytest.mark.parametrize("case", FINED, ids=str)
def test_the_published_fine_lies_in_one_tier(case: CaseOnFile, decider: Decider) -> None:
    assert case.published is not None
    penalty: Any = decider.check(case.document, case.on)["penalty"]
    fine, tier = case.published["fine_yuan"], case.published["tier"]
    assert isinstance(fine, int)
    assert tiers_with(fine, penalty["ranges"]) == ([] if tier is None else [tier])


def test_ten_published_decisions_are_told() -> None:
    assert len({case.file for case in CASES}) == 10
    page = (FOLDER.parents[2] / "docs" / "explanation" / "published-cases.md").read_text("utf-8")
    for case in CASES:
        assert case.file.removeprefix("published/") in page
