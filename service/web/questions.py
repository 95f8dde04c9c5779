"""The questions of a case: key facts, the best questions next, what is answered, the rest folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.schema import Clock
from service.web.grounds import Row, as_row, asked, missing_in_order, rows, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.compiled import Ground
    from rules.facts import Fact, Vocabulary
    from rules.release import Release
    from service.web.form import CaseForm

KEY_FACTS: Final = ("party_type", "conduct_date", "discovery_date", "decision_date", "conduct_continuing")
ASKED_AT_ONCE: Final = 6
_RADIOS: Final = 4
_PROCEDURE: Final = "程序事实"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a control."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One fact as a form control. ``control``: radios, select, date, number, text or lines."""

    name: str
    label: str
    question: str
    help: str
    source: str
    control: str
    unit: str
    options: tuple[Option, ...]
    value: str
    why: str
    fault: str

    @property
    def answered(self) -> bool:
        """Whether something is filled in."""
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Group:
    """Folded questions under a heading; ``open`` where one of them has a fault."""

    title: str
    questions: tuple[Question, ...]

    @property
    def open(self) -> bool:
        """Whether it must not stay folded."""
        return any(one.fault for one in self.questions)


@dataclass(frozen=True, slots=True)
class QuestionsView:
    """The questions in the order of the page; every fact stands in one place only."""

    key: tuple[Question, ...]
    following: tuple[Question, ...]
    answered: tuple[Question, ...]
    groups: tuple[Group, ...]
    procedure: Group
    hidden: int


def questions_of(form: CaseForm, release: Release, decision: Row | None, faults: Mapping[str, str]) -> QuestionsView:
    """Arrange the questions; ``decision`` None where the form has faults (then nothing is ranked)."""
    return _Arranger(form, release, decision, faults).view()


class _Arranger:
    def __init__(self, form: CaseForm, release: Release, decision: Row | None, faults: Mapping[str, str]) -> None:
        self._form = form
        self._release = release
        self._vocabulary = release.vocabulary
        self._faults = faults
        missing = missing_in_order(decision) if decision else []
        self._settles = {str(one["fact"]): strings(one["would_settle"]) for one in missing}
        self._relevant = _relevant(decision, release) if decision else None

    def view(self) -> QuestionsView:
        given = set(self._form.raw)
        ranked = [name for name in self._settles if name not in KEY_FACTS and name not in given]
        procedural = {fact.name for fact in facts_in_order(self._vocabulary) if fact.procedure}
        following = [name for name in ranked if name not in procedural][:ASKED_AT_ONCE]
        known = [name for name in self._form.raw if name in self._vocabulary]
        answered = [name for name in known if name not in KEY_FACTS and name not in procedural]
        placed = {*KEY_FACTS, *following, *answered}
        rest = [fact for fact in facts_in_order(self._vocabulary) if fact.name not in placed and not fact.derived]
        shown = [fact for fact in rest if self._shows(fact)]
        return QuestionsView(
            key=self._questions(KEY_FACTS),
            following=self._questions(following),
            answered=self._questions(answered),
            groups=tuple(self._groups(shown, procedural)),
            procedure=Group(_PROCEDURE, self._questions(one.name for one in shown if one.name in procedural)),
            hidden=len(rest) - len(shown),
        )

    def _shows(self, fact: Fact) -> bool:
        if self._form.show_all or self._relevant is None:
            return True
        return fact.name in self._relevant or fact.name in self._form.raw

    def _groups(self, shown: list[Fact], procedural: set[str]) -> Iterable[Group]:
        for group, title in self._vocabulary.groups.items():
            names = [fact.name for fact in shown if fact.group == group and fact.name not in procedural]
            if names:
                yield Group(title, self._questions(names))

    def _questions(self, names: Iterable[str]) -> tuple[Question, ...]:
        return tuple(self._question(self._vocabulary[name]) for name in names)

    def _question(self, fact: Fact) -> Question:
        value = self._form.raw.get(fact.name, "")
        control = _control(fact)
        return Question(
            name=fact.name,
            label=fact.label,
            question=fact.question,
            help=fact.help,
            source=fact.usual_source,
            control=control,
            unit=fact.unit,
            options=_options(fact, value, control),
            value=value,
            why=self._why(fact.name),
            fault=self._faults.get(fact.name, ""),
        )

    def _why(self, name: str) -> str:
        settles = self._settles.get(name, [])
        grounds = [one for one in settles if one in self._release.provisions]
        words = [f"关系到 {len(grounds)} 项情形"] if grounds else []
        return "，".join(words + (["罚款档次"] if len(grounds) < len(settles) else []))


def facts_in_order(vocabulary: Vocabulary) -> list[Fact]:
    """The facts in the order of the vocabulary."""
    return [vocabulary[name] for name in vocabulary.order]


def _control(fact: Fact) -> str:
    if fact.type == "bool" or (fact.type == "enum" and len(fact.values) <= _RADIOS):
        return "radios"
    kinds = {"enum": "select", "date": "date", "text": "text", "text_list": "lines"}
    return kinds.get(fact.type, "number")


def _options(fact: Fact, value: str, control: str) -> tuple[Option, ...]:
    """The choices; 尚未查清 stands last among radios and first in a list, chosen unless another one is.

    A value that is no choice (from an address typed by hand) chooses nothing and is shown as a fault.
    """
    pairs = (
        [("true", "是"), ("false", "否")] if fact.type == "bool" else [(one.value, one.label) for one in fact.values]
    )
    choices = tuple(Option(one, label, one == value) for one, label in pairs)
    unknown = Option("", "尚未查清", not value)
    if control == "radios":
        return (*choices, unknown)
    return (unknown, *choices) if control == "select" else ()


def _relevant(decision: Row, release: Release) -> set[str]:
    """The facts that something in this decision reads."""
    lists = as_row(decision["lists"]).values()
    grounds = [ground for one in lists for ground in rows(as_row(one)["grounds"])]
    grounds += rows(decision["heavier"])
    read = {name for ground in grounds for line in rows(ground["conditions"]) for name in strings(line["facts"])}
    read |= _of_law(decision, release)
    for shelf in (release.checks, release.clocks, release.duties):
        for ground in shelf.values():
            read |= _of_ground(ground)
    return set(asked(release.vocabulary, sorted(read)))


def _of_ground(ground: Ground) -> set[str]:
    names = {name for span in ground.spans for line in span.lines for _, name in line.atoms}
    clock = ground.provision
    if isinstance(clock, Clock):
        names |= {clock.starts, *clock.extra_days, *([clock.ends] if clock.ends else [])}
    return names


def _of_law(decision: Row, release: Release) -> set[str]:
    if not decision["violation"]:
        return set()
    laws = release.laws.get(str(as_row(decision["violation"])["id"]), ())
    branches = [branch for law in laws for branch in law.branches]
    fines = [one.branch.fine for one in branches if one.branch.fine]
    measures = {name for fine in fines for name in (fine.base, fine.per) if name}
    return measures | {name for branch in branches if branch.when for _, name in branch.when.atoms}
