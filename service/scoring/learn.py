"""Points proposed from what inspections found: visits beside the tables before them, split in time.

Visits before ``test_from`` teach; those from that day on only judge. A visit sees the latest table of a
day before its own, so nothing of the visit or of later days can be in its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import yaml

from kernel.errors import InputError
from service.errors import UsageError
from service.scoring.population import tally
from service.scoring.report import Month
from service.scoring.visits import FOUND, VISITED, after_table, rows_of
from supervision.bulk import BulkScorer
from supervision.learning import About, caps_of, coding, draft, whole_points
from supervision.learningorder import Visits, Worth, worth
from supervision.load import parse_scheme
from supervision.scheme import USCC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from service.scoring.learnfit import Sample, Tried
    from service.scoring.source import Source
    from supervision.scheme import Scheme

LEAST: Final = 100
"""Visits of each kind (found, not found) without which nothing is proposed."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: the first day that only judges, days of a period, repetitions and seed of the bootstrap.

    ``on``: the day of the draft.
    """

    on: date
    test_from: date | None
    window: int
    repeats: int
    seed: int


@dataclass(frozen=True)
class Gathered:
    """All usable visits in order of days; ``who`` numbers the enterprises."""

    sample: Sample
    who: NDArray[np.int64]
    left_out: int


@dataclass(frozen=True)
class Order:
    """The worth of an order, and intervals of 95 % by figure (from the bootstrap over enterprises)."""

    worth: Worth
    intervals: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Learned:
    """The draft and what is known of it; classes and orders are those of the visits that only judge."""

    scheme: Scheme
    text: str
    points: dict[str, tuple[int, ...]]
    cutoffs: tuple[int, ...]
    tried: list[Tried]
    strength: float
    test_from: date
    train: Sample
    test: Sample
    test_score: NDArray[np.float64]
    orders: Mapping[str, Order]
    gain: Order
    left_out: int


def require_learning() -> None:
    """Say clearly when the libraries are not installed.

    Raises:
        UsageError: ``engine_missing``.
    """
    if find_spec("sklearn") is None or find_spec("scipy") is None:
        raise UsageError("engine_missing", engine="scikit-learn", package="xinheng[learn]")


def open_months(folder: str, scheme: Scheme, open_table: Callable[[str, Scheme], Source]) -> list[Month]:
    """The tables of a folder, each named by its day (``2026-01-01.parquet``), in order.

    Raises:
        UsageError: there is no such folder, or no table in it.
    """
    path = Path(folder)
    if not path.is_dir():
        raise UsageError("file_not_found", file=folder)
    found = []
    for file in sorted(path.glob("*.parquet")):
        try:
            day = date.fromisoformat(file.stem)
        except ValueError as error:
            raise UsageError(command="xinheng score learn", why=f"{file.name} 应当以日期命名") from error
        found.append(Month(open_table(str(file), scheme), day))
    if not found:
        raise UsageError(command="xinheng score learn", why=f"文件夹 {folder} 里没有 .parquet 文件")
    return found


def gather(months: Sequence[Month], scheme: Scheme, visits: pl.DataFrame) -> Gathered:
    """Bins and scores of every visit, as of the latest table before it."""
    from service.scoring.learnfit import Sample  # noqa: PLC0415 - an optional extra

    parts, codes = [], []
    for month, own in zip(months, after_table(visits, [month.on for month in months]), strict=True):
        if len(own):
            part, code = _month(month, scheme, rows_of(month.source, own))
            parts.append(part)
            codes.append(code)
    if not parts:
        raise InputError.at("", "learning_too_few", found=0, clean=0, least=LEAST)
    sample = Sample(
        np.concatenate([part.bins for part in parts], axis=1),
        np.concatenate([part.found for part in parts]),
        np.concatenate([part.days for part in parts]),
        np.concatenate([part.score for part in parts]),
    )
    who = pl.concat(codes).rank("dense").cast(pl.Int64).to_numpy()
    return Gathered(sample, who, len(visits) - len(who))


def _month(month: Month, scheme: Scheme, rows: pl.DataFrame) -> tuple[Sample, pl.Series]:
    from service.scoring.learnfit import Sample  # noqa: PLC0415 - an optional extra

    scorer = BulkScorer(scheme, month.on)
    prepared = scorer.prepare(rows, month.source.layout.scales)
    scored = scorer.score_prepared(prepared, len(rows))
    good = np.ones(len(rows), dtype=bool)
    for faults in scored.faults.values():
        good &= ~faults
    whole = Sample(
        scorer.bins_prepared(prepared, len(rows)),
        rows[FOUND].to_numpy(),
        rows[VISITED].to_physical().cast(pl.Int64).to_numpy(),
        scored.score.astype(np.float64),
    )
    return whole.where(good), rows[USCC].filter(pl.Series(good))


def learn(gathered: Gathered, months: Sequence[Month], scheme: Scheme, wish: Wish) -> Learned:
    """Fit, choose the strength by later visits, round to points, and judge on the visits kept back.

    Raises:
        InputError: ``learning_too_few`` visits on either side, ``learning_nothing``: no effect anywhere.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with scikit-learn

    from service.scoring.learnfit import Learner  # noqa: PLC0415 - an optional extra

    sample = gathered.sample
    test_from = wish.test_from or _last_fifth(sample.days)
    later = sample.days >= _number(test_from)
    train, test = sample.where(~later), sample.where(later)
    for part in (train, test):
        _check_enough(part)
    learner = Learner([coding(one) for one in scheme.indicators])
    with threadpool_limits(1):  # many small products: threads would wait for each other longer than they work
        tried = learner.try_strengths(train)
        strength = min((one.loss, one.strength) for one in tried if one.strength is not None)[1]
        points = whole_points(scheme, learner.effects(learner.fit(train, strength)))
    last = max((month for month in months if month.on < test_from), key=lambda month: month.on)
    cutoffs, about = _cutoffs(scheme, points, last), _about(train, test_from, wish.on, last)
    text = yaml_of(draft(scheme, points, cutoffs, about))
    test_score = score_of(scheme, points, test.bins)
    orders = {"actual": -test.days.astype(np.float64), "present": test.score, "learned": test_score}
    judged = _judge(Visits(test.days, test.found), orders, gathered.who[later], wish)
    return Learned(
        scheme=parse_scheme(text, "draft.yaml"),
        text=text,
        points=points,
        cutoffs=cutoffs,
        tried=tried,
        strength=strength,
        test_from=test_from,
        train=train,
        test=test,
        test_score=test_score,
        orders={name: judged[name] for name in orders},
        gain=judged["gain"],
        left_out=gathered.left_out,
    )


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _last_fifth(days: NDArray[np.int64]) -> date:
    return date.fromordinal(int(np.quantile(days, 0.8, method="higher")) + date(1970, 1, 1).toordinal())


def _check_enough(sample: Sample) -> None:
    hits = int(sample.found.sum())
    clean = len(sample.found) - hits
    if min(hits, clean) < LEAST:
        raise InputError.at("", "learning_too_few", found=hits, clean=clean, least=LEAST)


def score_of(scheme: Scheme, points: Mapping[str, Sequence[int]], bins: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Scores under other points, before any rule."""
    score = np.zeros(bins.shape[1])
    for name, cap in caps_of(scheme, points).items():
        own = [np.array(points[one.id], dtype=np.float64)[bins[one.place]] for one in scheme.of(name)]
        score += np.minimum(np.sum(own, axis=0), cap)
    return score


def _cutoffs(scheme: Scheme, points: Mapping[str, Sequence[int]], month: Month) -> tuple[int, ...]:
    """The cut-offs at which classes are as large as they are today, on the last table before the test."""
    shares = tally(month.source, scheme, month.on).shares(scheme.cutoffs)
    shares = [max(share, 0.01) for share in shares]
    whole = [share * 100 / sum(shares) for share in shares]
    rough = draft(scheme, points, scheme.cutoffs, About("rough", "-", "-", month.on))
    return tally(month.source, parse_scheme(yaml_of(rough), "draft.yaml"), month.on).cut_offs(whole)


def yaml_of(document: dict[str, Any]) -> str:
    """A scheme as the loader reads it."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def _about(train: Sample, test_from: date, on: date, last: Month) -> About:
    hits = int(train.found.sum())
    return About(
        f"draft-{on}",
        f"由 {len(train.found)} 次检查的结果学习（其中 {hits} 次发现问题），使用前应当由人审阅",
        f"分界取自 {last.on} 的表，使各类占比与原方案相同；{test_from} 起的检查只用于检验",
        on,
    )


def _judge(
    visits: Visits, scores: Mapping[str, NDArray[np.float64]], who: NDArray[np.int64], wish: Wish
) -> dict[str, Order]:
    """The worth of each order, and of the learned one less the present one under ``gain``."""
    whole = {name: worth(visits, score, wish.window) for name, score in scores.items()}
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in (*scores, "gain")}
    for rows in _resampled(who, wish):
        some = Visits(visits.days[rows], visits.found[rows])
        found = {name: _figures(worth(some, score[rows], wish.window)) for name, score in scores.items()}
        found["gain"] = _less(found["learned"], found["present"])
        for name, one in found.items():
            figures[name].append(one)
    gain = _less(_figures(whole["learned"]), _figures(whole["present"]))
    return {name: Order(one, _intervals(figures[name])) for name, one in (*whole.items(), ("gain", Worth(**gain)))}


def _resampled(who: NDArray[np.int64], wish: Wish) -> Iterator[NDArray[np.int64]]:
    """Rows of enterprises drawn with replacement, all visits of one together."""
    random = np.random.default_rng(wish.seed)
    names, number = np.unique(who, return_inverse=True)
    for _ in range(wish.repeats):
        times = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        yield np.repeat(np.arange(len(who)), times[number])


def _figures(one: Worth) -> dict[str, float]:
    return {name: getattr(one, name) for name in Worth.__slots__}


def _less(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {name: value - other[name] for name, value in one.items()}


def _intervals(found: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    spans = {}
    for name in found[0] if found else ():
        low, high = np.quantile([one[name] for one in found], [0.025, 0.975])
        spans[name] = (float(low), float(high))
    return spans
