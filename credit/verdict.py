"""What the readings together say, without its days: outcome, conditions, rules, questions, confidence.

Where every reading gives the same outcome it stands. Where they differ the answer is NEEDS_HUMAN,
with each question and what each of its answers would give. Readings that all say that the record
has to come off display agree on that: a wrong record is corrected first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from credit.confidence import weakest
from credit.labels import CLASSES as CLASS_WORDS
from credit.readings import GIVEN_BY_REGULATOR
from credit.records import CLASS, PATHS
from credit.rows import Row, bounds_of, citation_of, condition_rows, unknown_facts
from credit.stages import ELIGIBLE, NEEDS_HUMAN, RANK, Judged, Outcome
from kernel.messages import text
from rules.evaluate import UNKNOWN
from rules.schema_repair import RepairParameter, RepairRule, RepairRuled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credit.policy import Policy
    from credit.readings import Reading

OFF_DISPLAY: Final = frozenset({"CORRECT_RECORD_INSTEAD", "AUTO_ENDED"})
"""Outcomes by which a record that is on display has to come off."""
DISAGREE: Final = "两套规则引擎对这条记录的判断不一致，请人工判断并通知系统管理员。"
NO_REGIME: Final = "没有读到这一天适用于这条记录的信用修复规定，应当依据哪一部办法办理？"
_PERIOD_FACTS: Final = {"min_period_over": "min", "max_period_over": "max"}
Used = tuple[RepairRuled, bool]
"""A provision that an outcome rests on, and whether because of the record's class."""


@dataclass(frozen=True, slots=True)
class Read:
    """A reading with its outcome and the states of its rules."""

    reading: Reading
    judged: tuple[Judged, ...]
    outcome: Outcome

    @property
    def code(self) -> str:
        """The outcome; NEEDS_HUMAN where a rule refers the question on, or no regime was read."""
        unread = self.reading.regime is None and self.outcome.code == ELIGIBLE
        return NEEDS_HUMAN if unread or self.outcome.referred else self.outcome.code


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: its parameter, and for each answer the place of its reading and what is sure of it."""

    parameter: RepairParameter
    answers: tuple[tuple[int, Row], ...]
    affects: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """Everything of an answer that does not depend on its days; shared between records alike.

    ``lead``: the reading that speaks for all. ``agrees``: whether the second opinion does; None where
    there is none. ``codes``: each reading's outcome before a rule refers it on. What only a written
    answer shows is worked out when it is first asked for: a scan of a register never does.
    """

    policy: Policy
    outcome: str
    settled: bool
    lead: int
    reads: tuple[Read, ...]
    record_class: str | None
    rules: list[str]
    confidence: str | None
    missing: list[Row]
    agrees: bool | None
    codes: tuple[str, ...]

    @cached_property
    def class_why(self) -> list[Row]:
        """What gave the class."""
        return _class_why(self.policy, self.reads[self.lead])

    @cached_property
    def conditions(self) -> list[Row]:
        """Every requirement with its state, and the rules that gave the outcome."""
        return _conditions(self.reads[self.lead])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Each open question with its answers."""
        return tuple(_questions(self.policy, self.reads, is_human=self.outcome == NEEDS_HUMAN))

    @cached_property
    def asked(self) -> tuple[tuple[str | None, str], ...]:
        """Questions beside those of parameters; those of rules that refer with the rule's id."""
        return _asked(self.reads, self.reads[self.lead], agrees=self.agrees)

    @cached_property
    def steps(self) -> list[Row]:
        """What is to be done, as far as it names no day."""
        return _steps(self.reads[self.lead], self.outcome)

    @cached_property
    def trace(self) -> list[str]:
        """How each reading came to its outcome."""
        return [_trace(one) for one in self.reads]


class Judge:
    """Puts the readings of a record together."""

    def __init__(self, policy: Policy) -> None:
        """``policy`` gives the provisions and the words of facts."""
        self._policy = policy

    def verdict(
        self, reads: Sequence[Read], known: frozenset[str], *, agrees: bool | None, restricted: bool
    ) -> Verdict:
        """The verdict; ``known`` names the facts the document gives, ``restricted`` is as in Times."""
        code, lead = (NEEDS_HUMAN, 0) if agrees is False else together(reads)
        first = reads[lead]
        resting = list(reads) if code == NEEDS_HUMAN else [first]
        used = [row for one in resting for row in self._used(one, restricted=restricted)]
        return Verdict(
            policy=self._policy,
            outcome=code,
            settled=code != NEEDS_HUMAN and first.outcome.settled,
            lead=lead,
            reads=tuple(reads),
            record_class=class_of(reads),
            rules=list(dict.fromkeys(one.shown_id for one, _ in used)),
            confidence=weakest(self._labels(resting, used)),
            missing=Missing(self._policy, known).rows(resting, code),
            agrees=agrees,
            codes=tuple(one.outcome.code for one in reads),
        )

    def _used(self, read: Read, *, restricted: bool) -> list[Used]:
        used: list[Used] = []
        for one in read.outcome.by:
            rule = one.held.provision
            if isinstance(rule, RepairRule) and rule.period is not None:
                for bound in bounds_of(read.reading, rule.period):
                    used.append((bound.provision, bound.by_class))
                    longer = self._policy.by_id.get(bound.provision.restriction or "")
                    used += [(longer, False)] if restricted and isinstance(longer, RepairRuled) else []
            if not (isinstance(rule, RepairRule) and rule.silent):
                used.append((rule, CLASS in one.held.facts))
        return used

    def _labels(self, reads: Sequence[Read], used: Sequence[Used]) -> list[str]:
        """Labels of the rules used, of what gave a class they rest on, and of questions left open."""
        names: list[str] = []
        # An application is also admissible because the class has no minimum period.
        if any(by_class for _, by_class in used) or any(read.outcome.code == ELIGIBLE for read in reads):
            names += [name for read in reads for one in read.reading.candidates for name in one.why]
        if len(reads) > 1:
            names += [choice.parameter for read in reads for choice in read.reading.choices]
        rules = (self._policy.by_id.get(name) for name in names)
        return [one.confidence for one, _ in used] + [one.confidence for one in rules if isinstance(one, RepairRuled)]


def _questions(policy: Policy, reads: Sequence[Read], *, is_human: bool) -> Iterable[Question]:
    """Each open question, with the first reading of each answer: all else at its default.

    Where a person decides, and the answers differ only once another question is answered otherwise, the readings
    of that other answer stand there: a question that may decide the outcome is never left out.
    """
    for name in dict.fromkeys(choice.parameter for one in reads for choice in one.reading.choices):
        parameter = policy.by_id[name]
        assert isinstance(parameter, RepairParameter)  # noqa: S101  (choices name nothing else)
        places: dict[str, int] = {}
        for place, one in enumerate(reads):
            for choice in one.reading.choices:
                if choice.parameter == name:
                    places.setdefault(choice.text, place)
        values = {one.text: one.value for one in parameter.readings}
        if is_human and len({reads[place].code for place in places.values()}) == 1:
            places = _joint(name, reads) or places
        answers = tuple(
            (place, {"value": values[words], **_answer(words, reads[place]), "assuming": _assuming(name, reads, place)})
            for words, place in places.items()
        )
        differing = (key for key in ("outcome", "class") if len({row[key] for _, row in answers}) > 1)
        yield Question(parameter, answers, tuple(differing))


def _joint(name: str, reads: Sequence[Read]) -> dict[str, int] | None:
    """The places of readings that differ in this question alone and give different outcomes; None: there are none."""
    alike: dict[tuple[object, ...], dict[str, int]] = {}
    for place, one in enumerate(reads):
        others = tuple(choice for choice in one.reading.choices if choice.parameter != name)
        for choice in one.reading.choices:
            if choice.parameter == name:
                alike.setdefault((one.reading.regime, others), {})[choice.text] = place
    differing = (found for found in alike.values() if len({reads[place].code for place in found.values()}) > 1)
    return next(differing, None)


def _assuming(name: str, reads: Sequence[Read], place: int) -> list[str]:
    """What is assumed of other questions beside their defaults."""
    reading = reads[place].reading
    first = next(one.reading for one in reads if one.reading.regime is reading.regime)
    usual = {choice.text for choice in first.choices}
    return [one.text for one in reading.choices if one.parameter != name and one.text not in usual]


def _class_why(policy: Policy, read: Read) -> list[Row]:
    rows: list[Row] = []
    for candidate in read.reading.candidates:
        for name in candidate.why:
            rule = policy.by_id.get(name)
            row: Row = {"id": name, "class": candidate.record_class, "text": "主管部门已认定的类别"}
            if name != GIVEN_BY_REGULATOR and isinstance(rule, RepairRuled):
                row |= {"id": rule.shown_id, "text": rule.says}
                row |= {"citation": citation_of(rule), "confidence": rule.confidence}
            rows += [] if row in rows else [row]
    return rows


class Missing:
    """The facts that could change the outcome of some readings."""

    def __init__(self, policy: Policy, known: frozenset[str]) -> None:
        """``known``: facts the document gives."""
        self._vocabulary = policy.vocabulary
        self._known = known
        self._wanted: dict[str, dict[str, None]] = {}

    def rows(self, reads: Sequence[Read], code: str) -> list[Row]:
        """One row a fact, in the order of the vocabulary, with the rules it would settle."""
        for read in reads:
            self._of(read)
        if code == "NOT_PUBLISHABLE" and "published_on" not in self._known:
            self._wanted.setdefault("published_on", {})
        if code == NEEDS_HUMAN and CLASS not in self._known and _class_is_open(reads):
            self._wanted.setdefault(CLASS, {})
        return [self._row(name) for name in sorted(self._wanted, key=self._vocabulary.order.__getitem__)]

    def _of(self, read: Read) -> None:
        proved = read.outcome.settled and read.outcome.code != ELIGIBLE
        through = RANK[read.outcome.code] if proved else RANK[ELIGIBLE]
        for one in read.judged:
            if one.state == UNKNOWN and one.stage is not None and RANK[one.stage] <= through:
                for fact in unknown_facts(one):
                    self._want(read, fact, one.held.provision.shown_id)
        if through > RANK["CORRECT_RECORD_INSTEAD"]:
            for fact in read.reading.unclear:
                self._want(read, fact)

    def _want(self, read: Read, fact: str, rule: str | None = None) -> None:
        """Ask for a fact, or for those it is derived from; not for facts of the law, nor for those given."""
        if fact in read.reading.facts:
            return
        for name in self._asks(read, fact):
            if name in PATHS and name not in self._known:
                rules = self._wanted.setdefault(name, {})
                rules |= {rule: None} if rule else {}

    def _asks(self, read: Read, fact: str) -> Iterable[str]:
        bound = _PERIOD_FACTS.get(fact)
        if bound is None:
            return self._vocabulary[fact].asks or (fact,)
        starts = {one.start for one in bounds_of(read.reading, bound)}
        return ["published_on" if one == "publication" else "decided_on" for one in sorted(starts)]

    def _row(self, name: str) -> Row:
        path = PATHS[name]
        return {
            "fact": path,
            "pointer": "/" + path.replace(".", "/"),
            "question": self._vocabulary[name].question,
            "would_settle": list(self._wanted[name]),
        }


def together(reads: Sequence[Read]) -> tuple[str, int]:
    """The outcome of all readings, and the reading that speaks for them."""
    codes = {one.code for one in reads}
    if len(codes) == 1:
        return reads[0].code, 0
    if codes <= OFF_DISPLAY:
        code = min(codes, key=RANK.__getitem__)
        return code, next(place for place, one in enumerate(reads) if one.code == code)
    return NEEDS_HUMAN, 0


def class_of(reads: Sequence[Read]) -> str | None:
    """The class, where every reading under the regime in force gives the same."""
    regime = reads[0].reading.regime
    same = [one for one in reads if one.reading.regime is regime]
    classes = {candidate.record_class for one in same for candidate in one.reading.candidates}
    return classes.pop() if len(classes) == 1 else None


def _class_is_open(reads: Sequence[Read]) -> bool:
    """Whether readings under one regime give different classes: that of the regulator would settle them."""
    by_regime: dict[str | None, set[str | None]] = {}
    for one in reads:
        regime = one.reading.regime
        classes = by_regime.setdefault(regime.id if regime else None, set())
        classes |= {candidate.record_class for candidate in one.reading.candidates}
    return any(len(classes) > 1 for classes in by_regime.values())


def _answer(words: str, read: Read) -> Row:
    """What one answer to a question gives, without its days."""
    classes = {one.record_class for one in read.reading.candidates}
    regime = read.reading.regime
    return {
        "text": words,
        "regime": regime.id if regime else None,
        "class": classes.pop() if len(classes) == 1 else None,
        "outcome": read.code,
    }


def _trace(read: Read) -> str:
    """How one reading came to its outcome."""
    regime = read.reading.regime
    words = "；".join(one.text for one in read.reading.choices)
    by = "、".join(dict.fromkeys(one.held.provision.shown_id for one in read.outcome.by))
    return f"{regime.id if regime else '—'}（{words or '没有未决问题'}）：{read.code}（{by or '—'}）"


def _conditions(read: Read) -> list[Row]:
    """Every requirement with its state, and the rules that gave the outcome."""
    shown = (one for one in read.judged if one.is_requirement or one in read.outcome.by)
    return [row for one in shown for row in condition_rows(one, read.reading)]


def _asked(reads: Sequence[Read], lead: Read, *, agrees: bool | None) -> tuple[tuple[str | None, str], ...]:
    """Questions of rules that refer on or that are unsure, of a missing regime, of the engines."""
    found: list[tuple[str | None, str]] = [(None, DISAGREE)] if agrees is False else []
    for one in reads:
        referred = one.outcome.referred
        if referred is not None and referred.held.provision.disputed is not None:
            found.append((referred.held.provision.id, referred.held.provision.disputed.question))
        elif one.code == NEEDS_HUMAN:
            found.append((None, NO_REGIME))
    unsure = (one.held.provision.open_question for one in lead.outcome.by)
    found += [(None, question) for question in unsure if question]
    return tuple(dict.fromkeys(found))


def _class_steps(reading: Reading) -> list[Row]:
    """That the class set by the regulator is none that the rules give: if it is wrong, correction comes first."""
    given = str(reading.facts.get(CLASS))
    if not reading.derived or given in reading.derived:
        return []
    derived = "、".join(CLASS_WORDS[one] for one in reading.derived)
    params: Row = {"given": CLASS_WORDS[given], "derived": derived}
    return [{"code": "class_differs", "text": text("repair_step_class", params)}]


def _steps(read: Read, code: str) -> list[Row]:
    """What is to be done, as far as it names no day."""
    # The requirements of an application that is admissible are met: nothing is to be done about them.
    ruled = read.reading.ruled
    rules = (
        one.held.provision
        for one in read.outcome.by
        if read.outcome.code != ELIGIBLE and one.held.provision.id not in ruled
    )
    steps = [(rule.shown_id, rule.next_step) for rule in rules if isinstance(rule, RepairRule) and rule.next_step]
    found: list[Row] = [{"code": name, "text": words} for name, words in dict.fromkeys(steps)]
    found += _class_steps(read.reading)
    if code == NEEDS_HUMAN:
        return [{"code": "human", "text": text("repair_step_human")}, *found]
    if not read.outcome.settled:
        found.insert(0, {"code": "establish", "text": text("repair_step_establish")})
    return [*found, {"code": "apply", "text": text("repair_step_apply")}] if code == ELIGIBLE else found
