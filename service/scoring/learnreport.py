"""The report on a learned draft: what it is worth on later visits, and every point that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from service.scoring import charts, pages
from service.scoring.report import rate_of
from supervision.monitoringhits import Rate, by_class, gains, order_quality

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup
    from numpy.typing import NDArray

    from service.scoring.learn import Learned, Order, Wish
    from service.scoring.learnfit import Sample
    from supervision.scheme import Scheme

_TITLES: Final = {"actual": "实际次序", "present": "现行方案", "learned": "草案", "gain": "草案减现行方案"}
_FEW: Final = 30
"""With fewer visits a rate is not shown as one: it could be anything."""


def document(scheme: Scheme, learned: Learned, wish: Wish) -> pages.Document:
    """All figures of the report."""
    test = learned.test
    return {
        "title": scheme.spec.title,
        "draft": learned.scheme.id,
        "draft_version": learned.scheme.version,
        "test_from": learned.test_from.isoformat(),
        "window_days": wish.window,
        "repeats": wish.repeats,
        "seed": wish.seed,
        "left_out": learned.left_out,
        "train": _size(learned.train),
        "test": _size(test),
        "tried": [{"strength": one.strength, "loss": one.loss} for one in learned.tried],
        "strength": learned.strength,
        "orders": {name: _order(one) for name, one in {**learned.orders, "gain": learned.gain}.items()},
        "order_quality": {
            "present": order_quality(test.score, test.found),
            "learned": order_quality(learned.test_score, test.found),
        },
        "by_class": {
            "present": _by_class(scheme, scheme.cutoffs, test.score, test.found),
            "learned": _by_class(scheme, learned.cutoffs, learned.test_score, test.found),
        },
        "gains": {"present": gains(test.score, test.found), "learned": gains(learned.test_score, test.found)},
        "cut_offs": {"present": list(scheme.cutoffs), "learned": list(learned.cutoffs)},
        "indicators": list(_indicators(scheme, learned)),
        "conclusion": _conclusion(learned.gain),
    }


def _size(sample: Sample) -> dict[str, Any]:
    days = [str(np.datetime64(int(day), "D")) for day in (sample.days.min(), sample.days.max())]
    return {"visits": len(sample.found), "found": int(sample.found.sum()), "first_day": days[0], "last_day": days[1]}


def _order(one: Order) -> dict[str, Any]:
    names = type(one.worth).__slots__
    return {name: {"value": getattr(one.worth, name), "interval": one.intervals.get(name)} for name in names}


def _by_class(
    scheme: Scheme, cutoffs: tuple[int, ...], score: NDArray[np.float64], found: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    places = (score[:, None] > np.array(cutoffs)).sum(axis=1).astype(np.uint8)
    total = max(int(found.sum()), 1)
    rates = by_class(places, found, len(scheme.classes))
    return [
        {"class": name, **rate_of(rate), "share_of_found": rate.found / total}
        for name, rate in zip(scheme.classes, rates, strict=True)
    ]


def _indicators(scheme: Scheme, learned: Learned) -> Iterator[dict[str, Any]]:
    """Every bin with its points before and after, and what the visits that taught found in it."""
    train = learned.train
    for one in scheme.indicators:
        visits = np.bincount(train.bins[one.place], minlength=len(one.bins))
        hits = np.bincount(train.bins[one.place], weights=train.found, minlength=len(one.bins))
        rates = [Rate(int(all_of), int(found)) for all_of, found in zip(visits, hits, strict=True)]
        bins = [
            {"label": own.label, "before": own.points, "after": points, **rate_of(rate), "few": rate.visits < _FEW}
            for own, points, rate in zip(one.bins, learned.points[one.id], rates, strict=True)
        ]
        yield {"id": one.id, "title": one.spec.title, "direction": one.spec.direction, "bins": bins}


def _conclusion(gain: Order) -> str:
    """One sentence that claims no more than the interval of the gain bears."""
    value, span = gain.worth.found_in_first_half, gain.intervals.get("found_in_first_half")
    words = f"草案使前一半检查多发现 {value * 100:+.1f} 个百分点的问题"
    if span is None:
        return words
    words += f"（95% 区间 {span[0] * 100:+.1f} 至 {span[1] * 100:+.1f}）"
    if span[0] > 0:
        return f"{words}，好于现行方案。"
    return f"{words}，差于现行方案，不宜采用。" if span[1] < 0 else f"{words}，与现行方案的差别不能确定。"


def page(doc: pages.Document) -> str:
    """The report as a page."""
    return pages.render("learn.html", title="由检查结果学习分值的报告", doc=doc, charts=_charts(doc), titles=_TITLES)


def _charts(doc: pages.Document) -> dict[str, Markup]:
    lines = [(_TITLES[name], doc["gains"][name]) for name in ("learned", "present")]
    return {
        "gains": charts.curves("按得分由高到低检查", lines, ("检查", "发现的问题")),
        "days": charts.bars("发现问题平均提前的天数", [_days_bar(name, doc) for name in ("present", "learned")]),
    }


def _days_bar(name: str, doc: pages.Document) -> charts.Bar:
    one = doc["orders"][name]["days_earlier"]
    value, span = max(one["value"], 0.0), one["interval"]
    return charts.Bar(_TITLES[name], (value,), f"{one['value']:.1f} 天", (max(span[0], 0), max(span[1], 0)))
