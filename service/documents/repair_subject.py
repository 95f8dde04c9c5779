"""What a document of credit repair is about: a record, the day, and the answer given for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from credit.answer import document
from credit.stages import NEEDS_HUMAN
from rules.schema_repair import RepairRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from credit.answer import Asked
    from credit.eligibility import Checker
    from credit.policy import Policy
    from credit.readings import Reading
    from credit.records import Record
    from credit.verdict import Read
    from rules.schema_repair import RepairInstrument


@dataclass(frozen=True, slots=True)
class Subject:
    """A record with its answer on a day."""

    checker: Checker
    record: Record
    asked: Asked
    answer: Mapping[str, Any]
    on: date

    @classmethod
    def of(cls, checker: Checker, record: Record, on: date) -> Subject:
        """Answer for a record on a day."""
        asked = checker.judged(record, on)
        return cls(checker, record, asked, document(checker.policy, checker.deadlines, asked), on)

    @property
    def policy(self) -> Policy:
        """The catalogue."""
        return self.checker.policy

    @property
    def outcome(self) -> str:
        """The outcome code."""
        return self.asked.outcome

    @property
    def read(self) -> Read:
        """The reading that speaks for all; the default one where a person decides."""
        return self.asked.verdict.reads[self.asked.verdict.lead]

    @property
    def reading(self) -> Reading:
        """Its regime, class and periods."""
        return self.read.reading

    @property
    def regime(self) -> RepairInstrument | None:
        """The instrument that governs."""
        return self.reading.regime

    @property
    def is_proved(self) -> bool:
        """Whether the outcome stands on known facts alone."""
        return bool(self.answer["settled"]) and self.outcome != NEEDS_HUMAN

    def is_disputed(self, key: str) -> bool:
        """Whether readings of the law differ on a part of the answer (``class``, ``earliest_on``, ``ends_on``)."""
        return any(key in one["affects"] for one in self.answer["questions"])

    def rules(self, shown_ids: Iterable[str]) -> list[RepairRule]:
        """The rules of some rows of the reference that hold for this record, in the order of the rows."""
        wanted = tuple(dict.fromkeys(shown_ids))
        found = [one for one in self.held_rules() if one.shown_id in wanted]
        return sorted(found, key=lambda one: wanted.index(one.shown_id))

    def giving(self, outcome: str) -> list[RepairRule]:
        """The rules that hold for this record and may give an outcome."""
        return [one for one in self.held_rules() if outcome in {one.outcome, one.otherwise}]

    def held_rules(self) -> Iterable[RepairRule]:
        """Every rule of the governing regime, and those common to all, for this kind of record."""
        regime = self.regime.id if self.regime else None
        for entry in self.policy.rules:
            rule = entry.provision
            day = self.reading.day if rule.regimes else self.on
            if isinstance(rule, RepairRule) and entry.concerns(regime, self.record.kind) and entry.at(day) is not None:
                yield rule
