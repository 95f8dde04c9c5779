"""The workflow of a repair: pure moves over one table, with clocks, events and a history to replay.

A case is a value. A move gives a new case with its events, or a refusal that says why, under which
rule, and from which day it could succeed. Nothing is skipped: only the moves of the table exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from credit.deadlines import Due, Pause, due
from credit.labels import OUTCOMES
from credit.worktable import Move, Table, table
from kernel.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credit.deadlines import Deadlines

SAME: Final = "same"
PREVIOUS: Final = "previous"
OBJECTION: Final = "objection"
EXTEND: Final = "extend"
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move: a person, in a role."""

    person: str
    role: str


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made: what is stored, and enough to play the case again."""

    move: str
    by: Actor
    on: date
    facts: Facts


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of a case: its rule, its days, where it began and ended, and its pauses."""

    step: str
    rule: str
    started_on: date
    days: int | None
    ends: str
    pauses: tuple[Pause, ...] = ()
    ended_on: date | None = None
    extended: bool = False

    @property
    def due(self) -> Due:
        """Its last day; None while it stands still, or where the number of days was not read."""
        return Due(None, None, provisional=True) if self.days is None else due(self.started_on, self.days, self.pauses)

    def is_late_on(self, day: date) -> bool:
        """Whether it ran out before it was stopped, as seen on a day."""
        last = self.due.on
        return last is not None and (self.ended_on or day) > last


@dataclass(frozen=True, slots=True)
class Case:
    """A repair: which record it is about, where it stands, and how it came there.

    ``version`` counts the moves made; whoever moves says which version was seen.
    """

    record_id: str
    regime: str
    record_kind: str
    place: str | None
    state: str
    version: int = 0
    marks: frozenset[str] = frozenset()
    previous: str | None = None
    clocks: tuple[Running, ...] = ()
    history: tuple[Step, ...] = ()

    def made(self, move: str) -> bool:
        """Whether a move was ever made."""
        return any(step.move == move for step in self.history)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, in the past tense; ``document`` is to be made, ``rows`` are the rules it rests on."""

    name: str
    on: date
    by: Actor
    record_id: str
    version: int
    document: str | None
    rows: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Moved:
    """The new case and what happened."""

    case: Case
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move was not made: the message's code and parameters, the rule, the day it could succeed.

    ``from_on`` None: no day is known on which it would.
    """

    code: str
    params: Mapping[str, object]
    rules: tuple[str, ...] = ()
    from_on: date | None = None

    @property
    def detail(self) -> str:
        """Chinese sentence: why, under which rule, from when."""
        rules = text("repair_refused_rules", {"rules": "、".join(self.rules)}) if self.rules else ""
        when = text("repair_refused_from", {"from_on": self.from_on}) if self.from_on else ""
        return text(self.code, self.params) + rules + when


class Workflow:
    """Makes moves; looks clocks up under the law of the day they start."""

    def __init__(self, deadlines: Deadlines, moves: Table | None = None) -> None:
        """``moves`` None: the delivered table."""
        self._deadlines = deadlines
        self._table = moves or table()

    def open(self, record_id: str, regime: str, record_kind: str, place: str | None) -> Case:
        """A new case, in the state in which a record is known and nothing else has happened."""
        return Case(record_id, regime, record_kind, place, self._table.start)

    def move(
        self, case: Case, name: str, by: Actor, on: date, facts: Facts, *, version: int | None = None
    ) -> Moved | Refusal:
        """Make a move on a day, or say why not.

        ``facts`` are those the table names, and ``answer``: what the check of the record says that
        day, where the move depends on it. ``version``: the version that was seen; another one in
        the case means that somebody else has moved it meanwhile.
        """
        move = self._table.moves.get(name)
        if move is None:
            return Refusal("repair_move_unknown", {"move": name, "possible": self._labels(case)})
        refusal = self._refused(case, move, by, on, version) or self._lacking(case, move, on, facts)
        if refusal is not None:
            return refusal
        step = Step(name, by, on, dict(facts))
        after = self._after(case, move, on, step)
        event = Event(
            move.event, on, by, case.record_id, after.version, move.document, self._rules(case, move), step.facts
        )
        return Moved(after, (event,))

    def replay(self, case: Case, day: date) -> Case:
        """The case as it stood at the end of an earlier day: its own history, played again."""
        found = self.open(case.record_id, case.regime, case.record_kind, case.place)
        for step in case.history:
            if step.on > day:
                break
            found = self._after(found, self._table.moves[step.move], step.on, step)
        return found

    def _labels(self, case: Case) -> list[str]:
        return [self._table.moves[name].label for name in self._table.possible(case.state)]

    def _refused(self, case: Case, move: Move, by: Actor, on: date, version: int | None) -> Refusal | None:
        """Refusals that come from the case itself: the version seen, its state, the role, the day."""
        rules = self._rules(case, move)
        if version is not None and version != case.version:
            return Refusal("repair_move_version", {"seen": version, "now": case.version})
        if case.state not in move.from_:
            state = self._table.states[case.state].label
            return Refusal(
                "repair_move_state", {"move": move.label, "state": state, "possible": self._labels(case)}, rules
            )
        if by.role != move.role:
            return Refusal("repair_move_role", {"move": move.label, "role": text(f"repair_role_{move.role}")}, rules)
        if case.history and on < case.history[-1].on:
            return Refusal("repair_move_before", {"on": on, "last": case.history[-1].on}, (), case.history[-1].on)
        return self._out_of_turn(case, move, rules) or self._same_person(case, move, by, on)

    def _out_of_turn(self, case: Case, move: Move, rules: tuple[str, ...]) -> Refusal | None:
        """Refusals because something else has to come first, or has been done already."""
        if move.after is not None and not case.made(move.after):
            params = {"move": move.label, "after": self._table.moves[move.after].label}
            return Refusal("repair_move_after", params, rules)
        if move.marks is not None and move.marks in case.marks:
            return Refusal("repair_move_done", {"move": move.label}, rules)
        missing = [one for one in self._table.effects if one not in case.marks] if move.effects else []
        if missing:
            labels = [one.label for one in self._table.moves.values() if one.marks in missing]
            return Refusal("repair_move_effects", {"move": move.label, "missing": labels}, rules)
        return None

    def _same_person(self, case: Case, move: Move, by: Actor, on: date) -> Refusal | None:
        """The refusal where somebody would decide on what he has done himself, and the place wants two people."""
        last = next((step for step in reversed(case.history) if step.move in move.apart), None)
        if last is None or last.by.person != by.person:
            return None
        wish = self._deadlines.two_people(case.place, on)
        if wish is None:
            return None
        params = {"move": move.label, "other": self._table.moves[last.move].label, "decided_by": wish.decided_by}
        return Refusal("repair_move_same_person", params, (wish.parameter,))

    def _rules(self, case: Case, move: Move) -> tuple[str, ...]:
        """The rows of a move that hold under the regime of the case."""
        return self._deadlines.rows_under(move.rows, case.regime)

    def _lacking(self, case: Case, move: Move, on: date, facts: Facts) -> Refusal | None:
        """Refusals that come from the facts: not given, not true, the check's outcome, a clock run out."""
        rules = self._rules(case, move)
        absent = [one for one in move.needs if not facts.get(one)]
        if absent:
            return Refusal("repair_move_needs", {"move": move.label, "facts": _words(absent)}, rules)
        untrue = [one for one in move.holds if facts.get(one) is not True]
        if untrue:
            return Refusal("repair_move_holds", {"move": move.label, "facts": _words(untrue)}, rules)
        refusal = _wrong_outcome(move, facts.get("answer"), rules) if move.outcomes else None
        return refusal or (self._no_extension(case, move, on, rules) if move.extends is not None else None)

    def _no_extension(self, case: Case, move: Move, on: date, rules: tuple[str, ...]) -> Refusal | None:
        """An extension has to be possible under the regime, once, and told before the clock runs out."""
        running = next((one for one in case.clocks if one.step == move.extends and one.ended_on is None), None)
        clock = self._deadlines.clock(EXTEND, case.regime, case.record_kind, case.place, on)
        if running is None or clock is None or clock.days is None:
            return Refusal("repair_move_no_extension", {"move": move.label}, rules)
        if running.extended:
            return Refusal("repair_move_done", {"move": move.label}, rules)
        if running.is_late_on(on):
            return Refusal("repair_move_late", {"move": move.label, "due": running.due.on}, rules)
        return None

    def _after(self, case: Case, move: Move, on: date, step: Step) -> Case:
        clocks = [_ended(one, move.events, on, every=move.stops) for one in case.clocks]
        clocks = [_paused(one, on) for one in clocks] if move.pauses else clocks
        clocks = [_resumed(one, on) for one in clocks] if move.resumes else clocks
        if move.extends is not None:
            clocks = [self._extended(one, case, move.extends, on) for one in clocks]
        clocks += self._started(case, move.events, on)
        to = {SAME: case.state, PREVIOUS: case.previous or case.state}.get(move.to, move.to)
        marks = frozenset() if move.clears else case.marks | ({move.marks} if move.marks else set())
        return replace(
            case,
            state=to,
            version=case.version + 1,
            marks=marks,
            previous=case.state if to == OBJECTION else case.previous,
            clocks=tuple(clocks),
            history=(*case.history, step),
        )

    def _started(self, case: Case, events: Sequence[str], on: date) -> list[Running]:
        found = self._deadlines.clocks(case.regime, case.record_kind, case.place, on) if events else ()
        return [
            Running(one.provision.step, one.provision.shown_id, on, one.days, one.provision.ends)
            for one in found
            if one.provision.starts in events and one.provision.extends is None
        ]

    def _extended(self, running: Running, case: Case, step: str, on: date) -> Running:
        clock = self._deadlines.clock(EXTEND, case.regime, case.record_kind, case.place, on)
        if running.step != step or running.ended_on is not None or running.days is None or clock is None:
            return running
        return replace(running, days=running.days + (clock.days or 0), extended=True)


def _ended(running: Running, events: Sequence[str], on: date, *, every: bool) -> Running:
    ends = running.ended_on is None and (every or running.ends in events)
    return replace(running, ended_on=on) if ends else running


def _paused(running: Running, on: date) -> Running:
    if running.ended_on is not None:
        return running
    return replace(running, pauses=(*running.pauses, Pause(on, None)))


def _resumed(running: Running, on: date) -> Running:
    if running.ended_on is not None or not running.pauses or running.pauses[-1].until is not None:
        return running
    return replace(running, pauses=(*running.pauses[:-1], Pause(running.pauses[-1].start, on)))


def _wrong_outcome(move: Move, answer: object, rules: tuple[str, ...]) -> Refusal | None:
    """The refusal where the check of the record does not allow the move that day."""
    if not isinstance(answer, Mapping) or "outcome" not in answer:
        return Refusal("repair_move_needs", {"move": move.label, "facts": _words(["answer"])}, rules)
    if answer["outcome"] in move.outcomes:
        return None
    earliest, found = answer.get("earliest_on"), answer.get("rules")
    return Refusal(
        "repair_move_outcome",
        {"move": move.label, "outcome": OUTCOMES.get(str(answer["outcome"]), "")},
        tuple(found) if isinstance(found, list | tuple) else (),
        date.fromisoformat(earliest) if isinstance(earliest, str) else None,
    )


def _words(names: Sequence[str]) -> list[str]:
    return [text(f"repair_fact_{name}") for name in names]
