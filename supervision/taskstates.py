"""The way of a check (one department in one task) from the draw to publication: one table of moves.

Numbers are those of a provincial system where it has them: 1 to be entered, 2 to be reviewed, 4 review refused,
5 published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from supervision.assignments import TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Final[Mapping[str, str]] = {
    "planned": "待派发",
    "dispatched": "待录入",
    "entered": "待审核",
    "refused": "审核退回",
    "reviewed": "待公示",
    "published": "已公示",
    "replaced": "已替换",
    "cancelled": "已取消",
}
PROVINCE: Final[Mapping[str, str]] = {"dispatched": "1", "entered": "2", "refused": "4", "published": "5"}
"""Numbers of the states in a provincial system."""


@dataclass(frozen=True, slots=True)
class Move:
    """An act: from which states, to which, and with which permission."""

    act: str
    name: str
    start: frozenset[str]
    end: str
    permission: str


_BEFORE_REVIEW: Final = frozenset({"planned", "dispatched", "refused", "entered"})
MOVES: Final = (
    Move("dispatch", "派发", frozenset({"planned"}), "dispatched", "task.dispatch"),
    Move("enter", "录入结果", frozenset({"dispatched", "refused"}), "entered", "task.result"),
    Move("refuse", "审核退回", frozenset({"entered"}), "refused", "task.dispatch"),
    Move("review", "审核通过", frozenset({"entered"}), "reviewed", "task.dispatch"),
    Move("publish", "公示", frozenset({"reviewed"}), "published", "task.dispatch"),
    Move("replace", "替换对象", _BEFORE_REVIEW, "replaced", "task.dispatch"),
    Move("cancel", "取消", frozenset({"planned", "dispatched"}), "cancelled", "task.dispatch"),
)
RESTAFFED: Final = frozenset({"planned", "dispatched"})
"""Somebody else may go only while nothing has been entered."""
DONE: Final = frozenset({"entered", "refused", "reviewed", "published"})
"""The visit has taken place."""


def move(act: str, state: str) -> Move:
    """Return the move of an act from a state.

    Raises:
        TaskError: ``task_act``: the state does not allow it.
    """
    for one in MOVES:
        if one.act == act and state in one.start:
            return one
    allowed = [one.name for one in MOVES if state in one.start]
    name = next((one.name for one in MOVES if one.act == act), act)
    raise TaskError("task_act", act=name, state=STATES[state], allowed=allowed)


def check_restaffed(state: str) -> None:
    """Refuse to send somebody else once a result has been entered.

    Raises:
        TaskError: ``task_restaff``.
    """
    if state not in RESTAFFED:
        raise TaskError("task_restaff", state=STATES[state])
