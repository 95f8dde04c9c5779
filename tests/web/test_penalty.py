import pytest

from service.engine import Engine
from service.web.penalty import PenaltyReader

PENALTY: dict[str, object] = {
    "trigger": "immediate",
    "optional": False,
    "kinds": ["fine"],
    "branch": None,
    "ranges": None,
    "fine_possible": True,
}
BENCHMARK = {"id": "b", "title": "某市裁量基准", "number": "某市监〔2026〕1号", "jurisdiction": "210200"}


@pytest.mark.parametrize(("branch_open", "branch"), [(True, ""), (False, "")])
def test_a_branch_that_nothing_selects_is_not_invented(engine: Engine, *, branch_open: bool, branch: str) -> None:
    reader = PenaltyReader(engine.release.vocabulary, "general", branch_open=branch_open)
    view = reader.view(PENALTY, engine.release.laws["food-expired-sale"][-1])
    assert view is not None
    assert (view.branch, view.open) == (branch, branch_open)
    assert len(view.branches) == 3
    assert not any(one.chosen for one in view.branches)


def test_the_step_of_a_benchmark_is_put_into_words(engine: Engine) -> None:
    reader = PenaltyReader(engine.release.vocabulary, "lighter", branch_open=False)
    fine = {"min_yuan": 50000, "max_yuan": 55000}
    step = {"benchmark": BENCHMARK, "step": {"tier": "lighter", "label": "货值较小", "fine": fine}, "missing": []}
    view = reader.view({**PENALTY, "step": step}, engine.release.laws["food-expired-sale"][-1])
    assert view is not None
    assert view.step is not None
    assert (view.step.label, view.step.tier, view.step.amount) == ("货值较小", "从轻", "5万元以上5.5万元以下")
    assert view.step.benchmark == "某市裁量基准（某市监〔2026〕1号）"


def test_a_step_that_waits_for_facts_names_them(engine: Engine) -> None:
    reader = PenaltyReader(engine.release.vocabulary, "lighter", branch_open=False)
    step = {"benchmark": BENCHMARK, "step": None, "missing": ["goods_value_yuan"]}
    view = reader.view({**PENALTY, "step": step}, engine.release.laws["food-expired-sale"][-1])
    assert view is not None
    assert view.step is not None
    assert [link.name for link in view.step.missing] == ["goods_value_yuan"]


def test_without_a_law_there_is_no_penalty(engine: Engine) -> None:
    reader = PenaltyReader(engine.release.vocabulary, "general", branch_open=False)
    assert reader.view(None, None) is None
