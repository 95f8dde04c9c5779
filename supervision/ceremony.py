"""The time line of a draw as one table: states, moves, what each needs and leaves behind.

The table is ``ceremony.yaml``. Nothing is done here: whoever does it (the service, a command on a folder) asks
:func:`require` first and tells which conditions hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kernel import messages
from kernel.datafile import read_text
from kernel.errors import RefusedError
from kernel.yamldoc import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

messages.register("supervision", "draw_messages_zh.yaml")

_FILE: Final = "ceremony.yaml"
_SAME: Final = "same"


class CeremonyError(RefusedError):
    """A move that the time line does not allow now; the message says why and what to do first."""

    status = 409

    def __init__(self, code: str, **params: object) -> None:
        """``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)


@dataclass(frozen=True, slots=True)
class State:
    """Where a draw stands; nothing leads out of a ``final`` one."""

    code: str
    name: str
    means: str
    final: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One step; ``needs`` are conditions by name, ``other_than`` the step whose person may not do this one too."""

    code: str
    name: str
    sources: tuple[str, ...]
    target: str
    permission: str
    needs: tuple[str, ...]
    writes: tuple[str, ...]
    public: tuple[str, ...]
    other_than: str | None

    def after(self, state: str) -> str:
        """Return the state in which the move leaves a draw."""
        return state if self.target == _SAME else self.target


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A reason of the closed list, the states in which it holds, and whether a second person has to agree."""

    code: str
    name: str
    states: frozenset[str]
    seconded: bool


@cache
def _table() -> Any:  # noqa: ANN401 - the file as it stands
    return read_yaml(read_text(_FILE, "supervision"), _FILE)


@cache
def states() -> Mapping[str, State]:
    """Return every state by its code, in the order of the time line."""
    rows = _table()["states"].items()
    return {code: State(code, row["name"], row["means"], row.get("final", False)) for code, row in rows}


@cache
def moves() -> Mapping[str, Move]:
    """Return every move by its code."""
    return {
        row["id"]: Move(
            row["id"],
            row["name"],
            tuple(row["from"]),
            row["to"],
            row["permission"],
            tuple(row["needs"]),
            tuple(row["writes"]),
            tuple(row["public"]),
            row.get("other_than"),
        )
        for row in _table()["moves"]
    }


@cache
def cancellations() -> Mapping[str, Cancellation]:
    """Return the reasons for which a record may be cancelled."""
    return {
        code: Cancellation(code, row["name"], frozenset(row["in"]), row["seconded"])
        for code, row in _table()["cancellations"].items()
    }


def possible(state: str) -> tuple[Move, ...]:
    """Return the moves that start from a state."""
    return tuple(move for move in moves().values() if state in move.sources)


def require(code: str, state: str, holds: Mapping[str, bool]) -> str:
    """Return the state after a move, or refuse it.

    Args:
        code: of the move.
        state: in which the draw is.
        holds: for each condition of the move whether it holds.

    Raises:
        CeremonyError: ``ceremony_state``; or ``ceremony_needs`` with every condition that does not hold.
        KeyError: a condition was not looked at.
    """
    move = moves()[code]
    if state not in move.sources:
        names = [states()[one].name for one in move.sources]
        raise CeremonyError("ceremony_state", move=move.name, state=states()[state].name, sources=names)
    missing = [messages.title(f"ceremony_{need}") for need in move.needs if not holds[need]]
    if missing:
        raise CeremonyError("ceremony_needs", move=move.name, missing=missing)
    return move.after(state)


def require_other(code: str, actor: str, before: Mapping[str, str]) -> None:
    """Refuse a person who also did the step that somebody else has to do.

    Args:
        code: of the move.
        actor: id of whoever acts now.
        before: id of whoever did each earlier step.

    Raises:
        CeremonyError: ``ceremony_same_person``.
    """
    move = moves()[code]
    if move.other_than is not None and before.get(move.other_than) == actor:
        raise CeremonyError("ceremony_same_person", move=move.name, other=moves()[move.other_than].name)


def require_cancellation(reason: str, state: str, *, seconded: bool) -> None:
    """Refuse to cancel a record for a reason that is not on the list or does not hold any more.

    Raises:
        CeremonyError: ``ceremony_state``, ``ceremony_reason`` or ``ceremony_second``.
    """
    found = cancellations().get(reason)
    allowed = found is not None and state in found.states
    if not allowed and state in moves()["cancel"].sources:
        names = [f"{one.code} {one.name}" for one in cancellations().values() if state in one.states]
        raise CeremonyError("ceremony_reason", value=reason, state=states()[state].name, allowed=names)
    needs = {
        "cancel_reason_allowed": allowed,
        "cancel_seconded": found is not None and (seconded or not found.seconded),
    }
    require("cancel", state, needs)
