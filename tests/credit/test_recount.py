"""A scanned register against a second computation: hand-written rules over the file itself."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from credit.regime import Regimes
from credit.register import Columns, Defaults, Maker
from credit.scan import Scanner
from credit.scan_table import table
from credit.synthetic import headings, rows
from tests.credit.casefiles import checker_with
from tests.credit.recount import UNREADABLE, recount

if TYPE_CHECKING:
    from pathlib import Path

MANY = 250
DAYS = [
    date(2024, 2, 29),
    date(2025, 12, 24),
    date(2025, 12, 25),
    date(2026, 3, 31),
    date(2026, 4, 1),
    date(2026, 11, 24),
    date(2027, 2, 28),
]


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize("local", [True, False], ids=["with local columns", "the standard alone"])
def test_every_row_is_what_the_hand_written_rules_say(on: date, local: bool, tmp_path: Path) -> None:  # noqa: FBT001
    checker = checker_with(())
    made = list(rows(MANY, on.toordinal(), on, local=local))
    register, findings = tmp_path / "register.csv", tmp_path / "findings.csv"
    with register.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([headings(local=local), *made])
    entries = Columns(headings(local=local)).entries(made, Maker(Regimes(checker.policy), Defaults()))
    frame = table(Scanner(checker, on).rows(entries), 1, on)
    frame.write_csv(findings)
    counts, differences = recount(register, findings, on)
    assert differences == []
    assert counts == Counter(frame["outcome"].fill_null(UNREADABLE).to_list())
    assert len(counts) > 5
