from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ranges import Shares, ranges
from rules.schema_violation import Fine
from service.engine import Engine
from service.web.branches import fine_zh, span_zh
from service.web.scale import MARGIN, WIDTH, scale_of

SHARES = Shares(Decimal("0.3"), Decimal("0.3"))


def _ranges(low: int, high: int) -> dict[str, dict[str, object]]:
    found = ranges(Fine(min_yuan=low, max_yuan=high), {}, SHARES)
    return {name: one for name, one in found.items() if isinstance(one, dict)}


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"min_yuan": 0, "max_yuan": 50000, "max_inclusive": False}, "不满5万元"),
        ({"min_yuan": 50000, "max_yuan": 65000}, "5万元以上6.5万元以下"),
        (
            {"min_yuan": 65000, "max_yuan": 85000, "min_inclusive": False, "max_inclusive": False},
            "超过6.5万元不满8.5万元",
        ),
        ({"min_yuan": 0, "max_yuan": 3000}, "3000元以下"),
        ({"min_yuan": 500, "max_yuan": 500}, "500元"),
        ({}, ""),
    ],
)
def test_a_span_is_written_as_a_law_writes_it(span: dict[str, object], words: str) -> None:
    assert span_zh(span, "min_yuan", "max_yuan") == words


def test_the_parts_of_a_span_are_drawn_to_scale() -> None:
    scale = scale_of(_ranges(50000, 100000), ("lighter",))
    assert scale is not None
    unit = (WIDTH - 2 * MARGIN) / 100000
    widths = {part.tier: part.width / unit for part in scale.parts}
    assert widths == pytest.approx({"mitigated": 50000, "lighter": 15000, "general": 20000, "heavier": 15000}, rel=0.01)


def test_only_the_tier_of_the_case_is_marked() -> None:
    scale = scale_of(_ranges(50000, 100000), ("lighter",))
    assert scale is not None
    assert [part.tier for part in scale.parts if part.chosen] == ["lighter"]
    assert len(scale.marks) == 1


@given(low=st.integers(0, 10**7), more=st.integers(0, 10**7))
def test_labels_never_touch_and_nothing_leaves_the_drawing(low: int, more: int) -> None:
    scale = scale_of(_ranges(low, low + more), ())
    if scale is None:
        assert low + more == 0
        return
    assert all(part.x >= 0 and part.x + part.width <= WIDTH for part in scale.parts)
    rows: dict[float, list[tuple[float, float]]] = {}
    for tick in scale.ticks:
        length = sum(7.4 if character.isascii() else 13 for character in tick.text)
        assert tick.text_x >= 0
        assert tick.text_x + length <= WIDTH + 0.1
        rows.setdefault(tick.y, []).append((tick.text_x, tick.text_x + length))
    for taken in rows.values():
        assert all(end < start for (_, end), (start, _) in pairwise(taken))


def test_multiples_are_drawn_as_multiples_while_the_base_is_open() -> None:
    found = ranges(Fine(min_x=10, max_x=20, base="goods_value_yuan"), {}, SHARES)
    scale = scale_of({name: one for name, one in found.items() if isinstance(one, dict)}, ())
    assert scale is not None
    assert [tick.text for tick in scale.ticks] == ["0倍", "10倍", "13倍", "17倍", "20倍"]


def test_a_fine_is_written_with_its_base_and_bounds(engine: Engine) -> None:
    vocabulary = engine.release.vocabulary
    per = {"min_yuan": 100, "max_yuan": 500, "per": "persons_affected"}
    multiple = {"min_x": 1, "max_x": 5, "base": "turnover_yuan", "cap_yuan": 200000}
    assert fine_zh(per, vocabulary).endswith("计，每人100元以上500元以下")
    assert fine_zh(multiple, vocabulary).endswith("1倍以上5倍以下，最高20万元")
