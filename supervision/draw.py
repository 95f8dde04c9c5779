"""Who is drawn: sizes of strata, tickets of units, the smallest tickets of each stratum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from supervision.drawrecord import PPM
from supervision.drawtext import digests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from supervision.drawframe import Frame
    from supervision.drawrecord import Plan
    from supervision.drawtext import State, Tickets

_PIECE: Final = 1 << 16
"""Units hashed at a time, so that ten million digests need not stand in memory together."""
_WORDS: Final = 4
"""A digest is four words of 64 bits; the first one decides nearly every comparison."""
_TWO_256: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Drawn:
    """One stratum of one plan: ``rows`` of the frame drawn and held in reserve, in the order of tickets."""

    total: int
    drawable: int
    size: int
    selected: tuple[int, ...]
    reserve: tuple[int, ...]
    cutoff: str | None

    @property
    def short(self) -> int:
        """Return how many drawable units are missing to the size."""
        return max(0, self.size - self.drawable)


def sizes(plan: Plan, totals: Mapping[str, int], tickets: Tickets) -> dict[str, int]:
    """Return the sample size of each stratum.

    Args:
        plan: its rule, and its rate (or number) for each of the strata.
        totals: number of all units per stratum, whatever their status.
        tickets: of the draw; only ``systematic`` asks for some.

    Raises:
        KeyError: a stratum has no rate.
    """
    if plan.rule == "fixed":
        return {stratum: plan.rate[stratum] for stratum in totals}
    if plan.rule == "ceil":
        return {stratum: (n * plan.rate[stratum] + PPM - 1) // PPM for stratum, n in totals.items()}
    return dict(_systematic(plan, totals, tickets))


def _systematic(plan: Plan, totals: Mapping[str, int], tickets: Tickets) -> Iterator[tuple[str, int]]:
    """Round the running sum of the exact sizes, started at a random fraction of one unit."""
    offset = tickets.number(f"round/{plan.plan_id}") * PPM
    running = before = 0
    for stratum in sorted(totals, key=lambda one: (tickets.ticket(f"round/{plan.plan_id}/{one}"), one)):
        running += totals[stratum] * plan.rate[stratum]
        now = (running * _TWO_256 + offset) // (PPM * _TWO_256)
        yield stratum, now - before
        before = now


class UnitTickets:
    """Tickets of the units of frames, hashed once per group and list of units."""

    def __init__(self, tickets: Tickets) -> None:
        """Keep the tickets of the draw."""
        self._tickets = tickets
        self._known: dict[str, tuple[NDArray[np.bytes_], NDArray[np.bool_], NDArray[np.uint64]]] = {}

    def first_words(self, group: str, frame: Frame, wanted: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """Return the first 64 bits of each wanted unit's ticket (others: any number).

        Plans of one group often have frames with the same units; only those not hashed before are.
        """
        known = self._known.get(group)
        if known is None or not np.array_equal(known[0], frame.units):
            words = np.zeros(len(frame.units), np.uint64)
            done = np.zeros(len(frame.units), np.bool_)
        else:
            _, done, words = known
        rows = np.flatnonzero(wanted & ~done)
        state = self.state(group)
        for start in range(0, len(rows), _PIECE):
            piece = rows[start : start + _PIECE]
            words[piece] = _words(digests(state, frame.units[piece].tolist()))[::_WORDS]
        self._known[group] = (frame.units, done | wanted, words)
        return words

    def state(self, group: str) -> State:
        """Return the state before a unit's identifier."""
        return self._tickets.after(f"unit/{group}/")


def _words(found: Sequence[bytes]) -> NDArray[np.uint64]:
    # Big-endian words compare as the hexadecimal text does.
    return np.frombuffer(b"".join(found), ">u8").astype(np.uint64)


def select(plan: Plan, frame: Frame, tickets: Tickets, units: UnitTickets) -> dict[str, Drawn]:
    """Draw one plan from its frame: per stratum the units with the smallest tickets."""
    totals = dict(zip(frame.strata.names, frame.strata.counts().tolist(), strict=True))
    size = sizes(plan, totals, tickets)
    drawable = frame.drawable()
    words = units.first_words(plan.group, frame, drawable)
    state = units.state(plan.group)
    found = {}
    for stratum, rows in _rows_by_stratum(frame, drawable):
        wanted = size[stratum]
        order = _smallest(rows, words, frame, state, wanted + plan.reserve)
        selected, reserve = order[:wanted], order[wanted:]
        cutoff = _full(state, frame, selected[-1]).hex() if selected else None
        found[stratum] = Drawn(totals[stratum], len(rows), wanted, tuple(selected), tuple(reserve), cutoff)
    return dict(sorted(found.items()))


def _rows_by_stratum(frame: Frame, drawable: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield each stratum with its drawable rows; a stratum without any too."""
    rows = np.flatnonzero(drawable)
    codes = frame.strata.codes[rows]
    # Sorting small integers by radix takes a tenth of the time.
    by_code = np.argsort(codes.astype(np.uint16) if len(frame.strata.names) < 1 << 16 else codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(frame.strata.names)))
    start = 0
    for name, end in zip(frame.strata.names, ends.tolist(), strict=True):
        yield name, rows[by_code[start:end]]
        start = end


def _smallest(rows: NDArray[np.intp], words: NDArray[np.uint64], frame: Frame, state: State, many: int) -> list[int]:
    """Return the rows with the smallest tickets, in order."""
    many = min(many, len(rows))
    if not many:
        return []
    own = words[rows]
    limit = np.partition(own, many - 1)[many - 1]
    # Equal first words at the limit all stay in until the whole tickets are compared.
    candidates = rows[own <= limit]
    whole = digests(state, frame.units[candidates].tolist())
    # Candidates stand in the order of units and the sort is stable, so equal tickets go by unit.
    order = sorted(range(len(whole)), key=whole.__getitem__)[:many]
    found: list[int] = candidates[order].tolist()
    return found


def _full(state: State, frame: Frame, row: int) -> bytes:
    return digests(state, [frame.units[row : row + 1].tolist()[0]])[0]
