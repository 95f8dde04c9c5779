"""What a form of a plan sends and shows: ratios as percentages, people as lines."""

import pytest

from kernel.errors import InputError
from service.web.planner import planforms
from supervision.annualcheck import percent
from tests.supervision.plan.libraries import entry, plan

RATIOS = [(0, "0"), (1, "0.0001"), (25_000, "2.5"), (100_000, "10"), (1_000_000, "100")]


@pytest.mark.parametrize(("ppm", "text"), RATIOS)
def test_ratios_come_back_as_they_were_filled_in(ppm: int, text: str) -> None:
    found = planforms.entry_of([("by", "class"), ("rule", "ceil"), ("rate_A", text)])
    assert found["sizing"]["rate"] == {"A": ppm}
    sizing = {"rule": "ceil", "by": "class", "rate": {"A": ppm}}
    assert planforms.shown_entry(plan(entry("P1", sizing=sizing)).entries[0])["rate_A"] == text
    assert percent(ppm) == f"{text}%"


@pytest.mark.parametrize("text", ["0.00001", "一", "1e999", "nan"])
def test_what_is_no_ratio_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        planforms.entry_of([("by", "class"), ("rule", "ceil"), ("rate_A", text)])


def test_people_come_back_as_they_were_filled_in() -> None:
    fire = {"alone": [["-", 2]], "joint": [["-", 1]]}
    needs = {"fire": fire, "market": {"alone": [["food", 1], ["-", 1]], "joint": [["-", 1]]}}
    assert planforms.needs_of(planforms.needs_text(needs)) == needs
    with pytest.raises(InputError, match="plan_needs_line"):
        planforms.needs_of("market｜两人｜一人")
