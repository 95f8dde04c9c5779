"""Figures for operators in the Prometheus text form; counted in this process alone."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counters of requests and decisions; safe to use from many threads."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, list[int]] = {}
        self._sums: Counter[str] = Counter()
        self._tiers: Counter[str] = Counter()
        self._disagreements = 0

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        method = method if method in _METHODS else "other"
        with self._lock:
            self._requests[method, route, status] += 1
            self._seconds.setdefault(route, [0] * (len(_BUCKETS) + 1))[bisect_left(_BUCKETS, seconds)] += 1
            self._sums[route] += seconds  # type: ignore[assignment]  # a Counter adds fractions just as well

    def decision(self, decision: Mapping[str, Any]) -> None:
        """Count one decision by its tier, and whether the engines agreed."""
        with self._lock:
            self._tiers[decision["result"]["tier"]] += 1
            self._disagreements += decision["second_opinion"]["agrees"] is False

    def text(self, catalogue: str) -> str:
        """All figures; ``catalogue`` is the digest of the release in use."""
        with self._lock:
            lines = [*self._of_requests(), *self._of_seconds(), *self._of_decisions()]
        lines += head("xinheng_catalogue_info", "gauge", "The catalogue release in use.")
        lines.append(f'xinheng_catalogue_info{{digest="{catalogue}"}} 1')
        return "\n".join(lines) + "\n"

    def _of_requests(self) -> Iterator[str]:
        yield from head("xinheng_http_requests_total", "counter", "Requests answered.")
        for (method, route, status), count in sorted(self._requests.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            yield f"xinheng_http_requests_total{{{labels}}} {count}"

    def _of_seconds(self) -> Iterator[str]:
        name = "xinheng_http_request_seconds"
        yield from head(name, "histogram", "Time to answer a request.")
        for route, counts in sorted(self._seconds.items()):
            for bound, count in zip((*_BUCKETS, "+Inf"), accumulate(counts), strict=True):
                yield f'{name}_bucket{{route="{route}",le="{bound}"}} {count}'
            yield f'{name}_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'{name}_count{{route="{route}"}} {sum(counts)}'

    def _of_decisions(self) -> Iterator[str]:
        yield from head("xinheng_decisions_total", "counter", "Cases decided, by tier.")
        for tier, count in sorted(self._tiers.items()):
            yield f'xinheng_decisions_total{{tier="{tier}"}} {count}'
        name = "xinheng_engine_disagreements_total"
        yield from head(name, "counter", "Decisions in which the two engines disagreed or one failed.")
        yield f"{name} {self._disagreements}"


def head(name: str, kind: str, words: str) -> tuple[str, str]:
    """The two lines that come before the values of a figure."""
    return f"# HELP {name} {words}", f"# TYPE {name} {kind}"
