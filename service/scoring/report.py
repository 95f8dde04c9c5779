"""How a scheme fares: classes, drift between two months, absent values, and what inspections found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from service.scoring import charts, pages
from service.scoring.visits import FOUND, VISITED, after_table, rows_of
from supervision.bulk import BulkScorer
from supervision.monitoring import SHIFTED, STABLE, Census, drift
from supervision.monitoringhits import STEPS, by_class, calibration, calibration_gap, gains, order_quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from markupsafe import Markup
    from numpy.typing import NDArray

    from service.scoring.source import Source
    from supervision.monitoringhits import Rate
    from supervision.scheme import Scheme

_SHOWN: Final = 20


@dataclass(frozen=True)
class Month:
    """A table of indicator columns and the day it was scored on."""

    source: Source
    on: date


@dataclass(frozen=True)
class Judged:
    """Visits beside the class and score that stood before them; ``left_out`` could not be matched."""

    places: NDArray[np.uint8]
    scores: NDArray[np.float64]
    found: NDArray[np.bool_]
    days: NDArray[np.int64]
    left_out: int


def take_census(month: Month, scheme: Scheme, tell: Callable[[int], None] = lambda _rows: None) -> Census:
    """Count a whole table."""
    census = Census(scheme, month.on)
    for frame in month.source.batches(0, month.source.rows):
        census.add(frame, month.source.layout.scales)
        tell(len(frame))
    return census


def judge(months: Sequence[Month], scheme: Scheme, visits: pl.DataFrame) -> Judged:
    """Score the visited enterprises as of the latest table before each visit; ``months`` ascend."""
    parts = [
        _judged(month, scheme, rows_of(month.source, own))
        for month, own in zip(months, after_table(visits, [month.on for month in months]), strict=True)
    ]
    table = pl.concat(parts).sort("day", maintain_order=True)
    return Judged(
        table["place"].to_numpy(),
        table["score"].to_numpy(),
        table[FOUND].to_numpy(),
        table["day"].to_numpy(),
        len(visits) - len(table),
    )


def _judged(month: Month, scheme: Scheme, rows: pl.DataFrame) -> pl.DataFrame:
    scored = BulkScorer(scheme, month.on).score(rows, month.source.layout.scales)
    good = np.ones(len(rows), dtype=bool)
    for faults in scored.faults.values():
        good &= ~faults
    days = rows[VISITED].to_physical().cast(pl.Int64).alias("day")
    table = pl.DataFrame([rows[FOUND], days]).with_columns(
        pl.Series("place", scored.place), pl.Series("score", scored.score.astype(np.float64))
    )
    return table.filter(pl.Series(good))


def document(censuses: Sequence[Census], judged: Judged | None) -> pages.Document:
    """All figures of the report; ``censuses``: of the month, and before it that of an earlier one if there is one."""
    now, before = censuses[-1], censuses[0] if len(censuses) > 1 else None
    scheme = now.scheme
    found: pages.Document = {
        "scheme": scheme.id,
        "version": scheme.version,
        "on": now.on.isoformat(),
        "rows": now.rows,
        "unscored": now.unscored,
        "earlier": {"on": before.on.isoformat(), "rows": before.rows} if before else None,
        "classes": list(_classes(now, before)),
        "decided_by_absent": float(now.decided_by_absent.sum() / max(now.scored, 1)),
        "drift": None,
        "indicators": list(_indicators(now, before)),
        "visits": _visits(judged, scheme) if judged else None,
    }
    if before:
        moved = drift(before, now)
        found["drift"] = {"classes": moved.classes, "scores": moved.scores}
    return found


def _classes(now: Census, before: Census | None) -> Iterator[dict[str, Any]]:
    decided, unsure = now.decided_by_absent, now.unsure_for_absent
    for place, grade in enumerate(now.scheme.spec.classes):
        rows = int(now.classes[place])
        yield {
            "class": grade.id,
            "title": grade.title,
            "rows": rows,
            "share": rows / max(now.scored, 1),
            "share_before": float(before.classes[place] / max(before.scored, 1)) if before else None,
            "decided_by_absent": int(decided[place]),
            "decided_share": float(decided[place] / max(rows, 1)),
            "unsure_for_absent": int(unsure[place]),
            "unsure_share": float(unsure[place] / max(rows, 1)),
        }


def _indicators(now: Census, before: Census | None) -> Iterator[dict[str, Any]]:
    moved = drift(before, now).indicators if before else {}
    for one in now.scheme.indicators:
        yield {
            "id": one.id,
            "title": one.spec.title,
            "absent_share": now.absent_share(one.place),
            "absent_before": before.absent_share(one.place) if before else None,
            "psi": moved.get(one.id),
        }


def _visits(judged: Judged, scheme: Scheme) -> dict[str, Any]:
    hits, total = int(judged.found.sum()), len(judged.found)
    days = [str(np.datetime64(int(day), "D")) for day in judged.days[[0, -1]]] if total else [None, None]
    found_by = gains(judged.scores, judged.found)
    curve = calibration(judged.scores, judged.found, judged.days)
    return {
        "used": total,
        "left_out": judged.left_out,
        "found": hits,
        "first_day": days[0],
        "last_day": days[1],
        "by_class": [
            {"class": name, **rate_of(rate), "share_of_found": rate.found / max(hits, 1)}
            for name, rate in zip(
                scheme.classes, by_class(judged.places, judged.found, len(scheme.classes)), strict=True
            )
        ],
        "order_quality": order_quality(judged.scores, judged.found),
        "found_in_first_half": found_by[STEPS // 2][1] if hits else None,
        "gains": found_by,
        "calibration": [{"expected": one.expected, **rate_of(one.rate)} for one in curve],
        "calibration_gap": calibration_gap(curve),
    }


def rate_of(rate: Rate) -> dict[str, Any]:
    """A rate as the documents of reports have it."""
    return {"visits": rate.visits, "found": rate.found, "rate": rate.share, "interval": rate.interval}


def page(doc: pages.Document, scheme: Scheme) -> str:
    """The report as a page."""
    return pages.render("report.html", title="风险分类监测报告", doc=doc, scheme=scheme, charts=_charts(doc))


def _charts(doc: pages.Document) -> dict[str, Markup]:
    """The charts that there are figures for."""
    found = {"classes": _class_chart(doc)}
    if doc["drift"]:
        found["drift"] = _drift_chart(doc)
    visits = doc["visits"]
    if visits and visits["gains"]:
        found["hits"] = charts.bars("各类的发现率", [_hit_bar(row) for row in visits["by_class"]])
        found["gains"] = charts.curves(
            "检查次序", [("按得分由高到低", visits["gains"])], ("检查的占比", "发现问题的占比")
        )
    if visits and visits["calibration"]:
        spots = [_spot(row) for row in visits["calibration"]]
        found["calibration"] = charts.square("校准曲线", spots, "预期的发现率", "实际的发现率")
    return found


def _class_chart(doc: pages.Document) -> Markup:
    earlier = doc["earlier"]
    names = [doc["on"], earlier["on"]] if earlier else [doc["on"]]
    rows = []
    for row in doc["classes"]:
        values = (row["share"], row["share_before"]) if earlier else (row["share"],)
        rows.append(charts.Bar(f"{row['class']} {row['title']}", values, " / ".join(map(pages.percent, values))))
    return charts.bars("各类占比", rows, names)


def _drift_chart(doc: pages.Document) -> Markup:
    worst = sorted(doc["indicators"], key=lambda row: -row["psi"])[:_SHOWN]
    rows = [charts.Bar(f"{row['id']} {row['title']}"[:14], (row["psi"],), pages.figure(row["psi"])) for row in worst]
    return charts.bars(f"漂移最大的 {len(rows)} 项指标（PSI）", rows, marks=(STABLE, SHIFTED))


def _hit_bar(row: dict[str, Any]) -> charts.Bar:
    words = f"{pages.percent(row['rate'])}（{row['found']}/{row['visits']}）"
    return charts.Bar(row["class"], (row["rate"],), words, row["interval"])


def _spot(row: dict[str, Any]) -> charts.Spot:
    return charts.Spot(row["expected"], row["rate"], row["interval"])
