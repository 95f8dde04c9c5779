"""The pages of the schemes are what the schemes say."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervision import indicatorspage
from supervision.load import load_scheme, scheme_ids
from supervision.page import name_of, text

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", scheme_ids())
def test_the_page_of_a_scheme_is_current(name: str) -> None:
    written = (PAGES / name_of(name)).read_text("utf-8")
    assert written == text(load_scheme(name)), "run python -m supervision.page docs/reference"


@pytest.mark.parametrize("name", scheme_ids())
def test_every_indicator_and_rule_is_on_the_page(name: str) -> None:
    scheme = load_scheme(name)
    page = text(scheme)
    ids = [*(one.id for one in scheme.indicators), *(rule.id for rule in scheme.rules)]
    assert all(f"| {one} |" in page for one in ids)


def test_the_page_of_raw_records_is_current() -> None:
    assert (PAGES / "score-records.md").read_text("utf-8") == indicatorspage.text()
