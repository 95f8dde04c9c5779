"""Changes after a draw: nothing is drawn again; the next of the reserve, or the next person by rule, steps in.

Each change is a line of a numbered, append-only log. A line carries the SHA-256 of the line before
it, so that none can be taken out or altered later without its successors showing it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from kernel.canonical import canonical_bytes
from kernel.errors import CodedValueError
from supervision.drawtext import sha256_hex
from supervision.planparams import reasons

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from supervision.teamsfloor import Floor

    Drawn = Mapping[str, Mapping[str, Mapping[str, list[str]]]]

START: Final = "0" * 64
"""Stands for the line before the first one."""


class ChangeError(CodedValueError):
    """A change that the rules do not allow, or a log that does not hold."""


@dataclass(frozen=True, slots=True)
class Act:
    """Why, who approved, and when (an instant with its offset, as text)."""

    reason: str
    approved_by: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line: ``what`` is [plan, stratum, unit] or [rank, person]; ``by`` is None where nobody was left."""

    number: int
    what: tuple[str, ...]
    by: str | None
    reason: str
    approved_by: str
    at: str
    before: str

    @property
    def act(self) -> Act:
        """Return why, who approved, and when."""
        return Act(self.reason, self.approved_by, self.at)

    def digest(self) -> str:
        """Return the SHA-256 of the line."""
        return sha256_hex(canonical_bytes(asdict(self)))


def replace_unit(log: Sequence[Change], plans: Drawn, where: tuple[str, str, str], act: Act) -> Change:
    """Return the line by which the next of the reserve list takes the place of a unit.

    Args:
        log: the changes so far.
        plans: ``plans`` of the result.
        where: plan, stratum and unit.
        act: its reason is a result code of the closed list; a unit that cannot be reached is a finding.

    Raises:
        ChangeError: ``change_reason``; ``change_unit`` (not drawn, or replaced already).
    """
    plan, stratum, unit = where
    allowed = reasons("replacement")
    if act.reason not in allowed:
        raise ChangeError(
            "change_reason", value=act.reason, allowed=[f"{code} {name}" for code, name in allowed.items()]
        )
    drawn = plans.get(plan, {}).get(stratum)
    own = [line for line in log if line.what[:-1] == (plan, stratum)]
    stepped_in = [line.by for line in own if line.by is not None]
    gone = {line.what[-1] for line in own}
    if drawn is None or unit in gone or unit not in [*drawn["selected"], *stepped_in]:
        raise ChangeError("change_unit", value=unit)
    rest = drawn["reserve"][len(stepped_in) :]
    return _line(log, where, rest[0] if rest else None, act)


def replace_person(
    log: Sequence[Change], floor: Floor, rank: int, person: str, act: Act, gone: Collection[int] = ()
) -> Change:
    """Return the line by which somebody else takes the seat of an inspector, and move the seat.

    The next one is found as in the first step of staffing, with the loads of this moment.

    Args:
        log: the changes so far.
        floor: everybody in the seats of this moment.
        rank: of the demand.
        person: the inspector who is ill or must withdraw.
        act: reason in words, approval, instant.
        gone: persons who left this visit before.

    Raises:
        ChangeError: ``change_person``: does not sit there.
    """
    seated = {floor.persons[one].inspector_id: one for one in floor.people[rank]}
    if person not in seated:
        raise ChangeError("change_person", value=person)
    leaving = seated[person]
    # Whoever leaves stays barred from this visit, and so does everybody else who goes there.
    barred = floor.seated(rank).keys() | floor.recused(rank) | set(gone)
    floor.leave(leaving, rank)
    candidates = floor.least_loaded(floor.class_of[rank], barred)
    if not candidates:
        return _line(log, (str(rank), person), None, act)
    next_one = floor.first_by_ticket(rank, candidates)[1]
    floor.sit(next_one, rank)
    return _line(log, (str(rank), person), floor.persons[next_one].inspector_id, act)


def check_log(log: Sequence[Change]) -> None:
    """Refuse a log with a gap, or one of whose lines was changed.

    Raises:
        ChangeError: ``change_log`` with the number of the line.
    """
    before = START
    for number, line in enumerate(log, 1):
        if line.number != number or line.before != before:
            raise ChangeError("change_log", line=number)
        before = line.digest()


def _line(log: Sequence[Change], what: tuple[str, ...], by: str | None, act: Act) -> Change:
    before = log[-1].digest() if log else START
    return Change(len(log) + 1, what, by, act.reason, act.approved_by, act.at, before)
