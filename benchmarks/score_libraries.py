"""Scorecard libraries on the same bands, in memory; run by hand, as they bring solvers that nothing else here needs.

``pip install optbinning scorecardpy``, then ``python -m benchmarks.score_libraries [ROWS]``. They get the columns of
numbers in bands only (no categories, dates, ratios, rules, reasons): less than we do beside them.
"""

import sys
import warnings
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd

from service.scoring.synth import Wish, population
from supervision import schema
from supervision.load import load_scheme
from supervision.scheme import Indicator
from supervision.table import TableScorer

ON = date(2026, 11, 24)
SCHEME = load_scheme()
BANDED = [one for one in SCHEME.indicators if isinstance(one.spec, schema.Banded | schema.Linear)]


def cuts(one: Indicator) -> list[float]:
    return [float(cut) for cut in one.cuts[1:]]


def with_optbinning(frame: pd.DataFrame) -> Callable[[], object]:
    """Weights of evidence of all columns; the target is drawn, only the time matters."""
    from optbinning import BinningProcess  # noqa: PLC0415 - not among our packages

    names = [one.column.name for one in BANDED]
    # It joins bands that do not differ in the drawn target: less to do for it.
    own = {one.column.name: {"user_splits": cuts(one)} for one in BANDED}
    target = np.random.default_rng(1).random(len(frame)) < 0.5
    process = BinningProcess(names, binning_fit_params=own).fit(frame[names].head(20_000), target[:20_000])
    return lambda: process.transform(frame[names], metric="woe")


def with_scorecardpy(frame: pd.DataFrame) -> Callable[[], object]:
    """Points of all columns and their sum."""
    import scorecardpy  # noqa: PLC0415 - not among our packages

    card: dict[str, Any] = {"basepoints": pd.DataFrame({"variable": ["basepoints"], "bin": [None], "points": [0]})}
    for one in BANDED:
        edges = ["-inf", *map(str, cuts(one)), "inf"]
        bins = ["missing", *(f"[{low},{high})" for low, high in pairwise(edges))]
        card[one.column.name] = pd.DataFrame({"variable": one.column.name, "bin": bins, "points": one.points})
    # It stops at gaps with pandas 3, so it gets none.
    filled = frame[[one.column.name for one in BANDED]].fillna(0)
    return lambda: scorecardpy.scorecard_ply(filled, card, only_total_score=False, print_step=0)


def main(rows: int) -> None:
    """Time each three times and print the best."""
    warnings.filterwarnings("ignore")
    frames = list(population(SCHEME, Wish(rows, 1, ON)))
    pandas = pd.concat([frame.to_pandas() for frame in frames])
    scorer = TableScorer(SCHEME, ON)
    works: dict[str, Callable[[], object]] = {
        "xinheng, all 68 indicators": lambda: [scorer.score(one) for one in frames]
    }
    works[f"optbinning, {len(BANDED)} columns"] = with_optbinning(pandas)
    works[f"scorecardpy, {len(BANDED)} columns"] = with_scorecardpy(pandas)
    for name, work in works.items():
        best = min((_timed(work) for _ in range(3)), key=lambda pair: pair[1])
        print(f"{name:<32} {best[0]:8.2f} s  {best[1]:8.2f} s of processor  {rows / best[1]:12,.0f} rows/s")  # noqa: T201


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = perf_counter(), process_time()
    work()
    return perf_counter() - clock, process_time() - processor


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
