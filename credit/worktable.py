"""The table of the workflow, read strictly: states, moves, who makes them and what they rest on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from credit.stages import ELIGIBLE, NEEDS_HUMAN, STAGES
from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "workflow.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
EventName = Annotated[str, Field(pattern=r"^repair\.[a-z_]+$")]
Role = Literal["credit_clerk", "reviewer"]


class State(Strict):
    """A state of a case and its Chinese name."""

    label: Text


class Move(Strict):
    """One move; see the head of the file for its keys.

    ``to`` may be ``same`` or ``previous`` (before the objection). ``after``: another move that must
    have been made before. ``clears``: the effects count as undone from here. ``stops``: every clock
    that still runs ends with it. ``apart``: moves whose maker may not make this one, where the place wants
    two people.
    """

    label: Text
    from_: tuple[Name, ...] = Field(alias="from", min_length=1)
    to: Name
    role: Role
    needs: tuple[Name, ...] = ()
    holds: tuple[Name, ...] = ()
    outcomes: tuple[str, ...] = ()
    events: tuple[Name, ...] = ()
    pauses: StrictBool = False
    resumes: StrictBool = False
    extends: Name | None = None
    marks: Name | None = None
    effects: Literal["all"] | None = None
    after: Name | None = None
    apart: tuple[Name, ...] = ()
    clears: StrictBool = False
    stops: StrictBool = False
    document: Name | None = None
    event: EventName
    rows: tuple[Text, ...] = Field(min_length=1)


class Table(Strict):
    """The whole table; refuses a state or move that is named but not defined, and a state nobody reaches."""

    states: dict[Name, State]
    start: Name
    effects: tuple[Name, ...]
    moves: dict[Name, Move]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        known = {*self.states, "same", "previous"}
        for name, move in self.moves.items():
            unknown = {*move.from_, move.to} - known
            wrong = set(move.outcomes) - {*STAGES, ELIGIBLE, NEEDS_HUMAN}
            marks = {move.marks} - {None, *self.effects}
            after = {move.after, *move.apart} - {None, *self.moves}
            if unknown or wrong or marks or after:
                msg = f"moves.{name}: {sorted(str(one) for one in (unknown | wrong | marks | after))}"
                raise ValueError(msg)
        lost = set(self.states) - {self.start} - {move.to for move in self.moves.values()}
        if lost:
            msg = f"states: {sorted(lost)}"
            raise ValueError(msg)
        return self

    def possible(self, state: str) -> tuple[str, ...]:
        """The moves that lead out of a state (or stay in it)."""
        return tuple(name for name, move in self.moves.items() if state in move.from_)


@cache
def table() -> Table:
    """The delivered table."""
    content: Mapping[str, object] = read_yaml(read_text(FILE, "credit"), FILE)  # type: ignore[assignment]  # checked next
    return Table.model_validate(content)
