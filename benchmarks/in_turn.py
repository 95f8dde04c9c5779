"""Two ways of doing the same, measured one after the other so that a busy machine slows both."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

Work = Callable[[], object]


def in_turn(ours: Work, theirs: Work, seconds: float = 1.0) -> float:
    """How many times as long ``theirs`` takes: the median of many pairs, the first of each changing."""
    ratios: list[float] = []
    end = perf_counter() + seconds
    while len(ratios) < 5 or perf_counter() < end:
        if len(ratios) % 2:
            mine, other = _timed(ours), _timed(theirs)
        else:
            other, mine = _timed(theirs), _timed(ours)
        ratios.append(other / mine)
    return median(ratios)


def _timed(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
