"""The conditions of a repair in a document: each with its state, its evidence and its rule; reasons and effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from credit.answer import NO_APPLICATION
from credit.deadlines import due
from credit.labels import OUTCOMES, STATES
from credit.regime import MARKET
from credit.rows import bounds_of, condition_rows
from credit.worktable import table
from rules.evaluate import FALSE
from rules.schema_repair import RepairRule
from service.documents.repair_basis import UNREAD, all_said, basis, basis_of, said
from service.documents.repair_kinds import REORGANISED
from service.documents.repair_particulars import EVIDENCE, PROOFS
from service.documents.repair_words import earliest, iso
from service.documents.wording import blank, day_zh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credit.stages import Judged
    from rules.compiled import Line
    from service.documents.repair_subject import Subject

PERIOD: Final = "min_period_over"
_EXCEPTIONS: Final = ("R36-01", "R58-01")
"""Rows that say where repair is excluded by other law."""
_NEVER_AGAIN: Final = NO_APPLICATION | {"WRONG_CHANNEL"}
_STEPS_WITHOUT_RULE: Final = frozenset({"establish", "human", "wait", "ends", "apply"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what an answer shows of it, the facts it reads, and the rule it belongs to."""

    row: dict[str, Any]
    facts: tuple[str, ...]
    judged: Judged

    @property
    def text(self) -> str:
        """Its words without the full stop."""
        return str(self.row["text"]).removesuffix("。")

    @property
    def basis(self) -> str:
        """What it rests on."""
        return basis(self.row["id"], self.row["citation"], self.row["confidence"])

    @property
    def proof(self) -> str:
        """The particular that proves it."""
        return next((EVIDENCE[name] for name in self.facts if name in EVIDENCE), "evidence_other")


def conditions(subject: Subject) -> list[Condition]:
    """Every requirement of the reading that speaks, and the rules that gave the outcome.

    A reorganisation is repaired on the court's ruling: the ordinary requirements are not its test.
    """
    read = subject.read
    special = subject.outcome in REORGANISED
    shown = (one for one in read.judged if (one.is_requirement and not special) or one in read.outcome.by)
    return [condition for one in shown for condition in _of(one, subject)]


def _of(judged: Judged, subject: Subject) -> Iterator[Condition]:
    rule = judged.held.provision
    lines = judged.held.span.lines
    for place, row in enumerate(condition_rows(judged, subject.reading)):
        is_period = isinstance(rule, RepairRule) and rule.period is not None
        facts = (PERIOD,) if is_period else tuple(fact for _, fact in lines[place].atoms)
        yield Condition(row, facts, judged)


def condition_lines(subject: Subject, particulars: Mapping[str, str]) -> list[str]:
    """Each condition with its state, evidence and basis, as a decision gives them."""
    return [
        f"{one.text}：{STATES[one.row['state']]}。证据：{_evidence(one, subject, particulars)}。依据{one.basis}。"
        for one in conditions(subject)
    ]


def finding(subject: Subject) -> str:
    """What the examination came to, as far as every condition is established."""
    if all(one.row["state"] == "met" for one in conditions(subject)):
        return "上述条件经审查具备"
    return blank("尚未查清的条件核实后的结论")


def _evidence(condition: Condition, subject: Subject, particulars: Mapping[str, str]) -> str:
    if PERIOD not in condition.facts:
        return particulars[condition.proof].removesuffix("。")
    starts = {one.start for one in bounds_of(subject.reading, "min")}
    words = {"publication": ("公示", "published_on")}
    named = [words.get(one, ("决定", "decided_on")) for one in sorted(starts)]
    days = "、".join(f"{name}日期为{day_zh(iso(subject.record.day(fact)), f'{name}日期')}" for name, fact in named)
    return f"{days}，最早可以申请的日期为{earliest(subject)}"


def requirement_lines(subject: Subject) -> list[str]:
    """Each requirement with what proves it, as the party is told beforehand."""
    found = [one for one in conditions(subject) if one.judged.is_requirement]
    return [f"{one.text}{_to_prove(one)}{one.basis}。" for one in found]


def _to_prove(condition: Condition) -> str:
    proof = PROOFS.get(condition.proof)
    return f"；证明方式：{proof}" if proof and PERIOD not in condition.facts else ""


def open_lines(subject: Subject) -> list[str]:
    """The requirements that are not met, or not established, on the day."""
    found = [one for one in conditions(subject) if one.judged.is_requirement and one.row["state"] != "met"]
    return [f"{one.text}：{STATES[one.row['state']]}{_to_prove(one)}{one.basis}。" for one in found]


def reason_lines(subject: Subject, given: str | None) -> list[str]:
    """Why not: what the answer proves, and what the authority adds."""
    lines: list[str] = []
    if subject.is_proved:
        lines.append(f"按{day_zh(subject.on.isoformat())}的情况，{OUTCOMES[subject.outcome]}。")
        lines += dict.fromkeys(line for one in subject.read.outcome.by for line in _reasons(one, subject))
    return lines + ([given] if given else [])


def _reasons(judged: Judged, subject: Subject) -> list[str]:
    rule = judged.held.provision
    if not judged.is_requirement:
        silent = isinstance(rule, RepairRule) and rule.silent
        return [f"{one.text}{one.basis}。" for one in _of(judged, subject)] if silent else [said(rule)]
    found = [one for one in _of(judged, subject) if one.row["state"] == "not_met"]
    return [_lacking(one, subject) for one in found]


def _lacking(condition: Condition, subject: Subject) -> str:
    if PERIOD in condition.facts:
        return f"{condition.text}，尚未届满{condition.basis}；最早可以申请的日期为{earliest(subject)}。"
    return f"不具备“{condition.text}”的条件{condition.basis}。"


def again_lines(subject: Subject) -> list[str]:
    """From when another application could succeed; nothing where the next step is no application here."""
    if subject.outcome in _NEVER_AGAIN:
        return []
    if subject.outcome == "TOO_EARLY" and subject.answer["earliest_on"]:
        return [f"自{earliest(subject)}起可以提出申请。"]
    return [f"再次申请：{blank('再次申请的条件、日期及依据')}"]


def step_lines(subject: Subject) -> list[str]:
    """What the party is to do next, by the rules."""
    return [str(one["text"]) for one in subject.answer["next_steps"] if one["code"] not in _STEPS_WITHOUT_RULE]


def law_lines(subject: Subject, moves: tuple[str, ...]) -> list[str]:
    """The rules on which the moves of the workflow rest, under the governing regime."""
    rows = [row for name in moves for row in table().moves[name].rows]
    return all_said(subject.rules(rows))


def decision_lines(subject: Subject, moves: tuple[str, ...]) -> list[str]:
    """The rules a decision rests on: for a reorganisation those of its own path."""
    if subject.outcome in REORGANISED:
        return all_said(one.held.provision for one in subject.read.outcome.by)
    return law_lines(subject, moves)


def law_of(subject: Subject, rows: tuple[str, ...]) -> list[str]:
    """The sentences of some rows of the reference, where they hold."""
    return all_said(subject.rules(rows))


def material_lines(subject: Subject) -> list[str]:
    """What an application consists of."""
    return all_said(subject.giving("MATERIALS_INCOMPLETE")) or [blank("申请材料及依据")]


def promise_lines(subject: Subject) -> list[str]:
    """The rules that ask for the promise."""
    return all_said(subject.giving("PROMISE_MISSING"))


def never_lines(subject: Subject) -> list[str]:
    """What cannot be repaired or stopped early, as far as the reading that speaks has rules about it."""
    law = {one.provision.fact for one in subject.policy.parameters}
    rules = [
        one.held.provision
        for one in subject.read.judged
        if one.stage == "NOT_REPAIRABLE" and one.held.provision.confidence not in UNREAD
        if not any(state == FALSE and {name for _, name in line.atoms} & law for line, state in _lines(one))
    ]
    return all_said([*subject.rules(_EXCEPTIONS), *rules])


def _lines(judged: Judged) -> Iterator[tuple[Line, int]]:
    return zip(judged.held.span.lines, judged.trace, strict=True)


def channel_line(subject: Subject) -> str:
    """Where to apply; the rule that refers the question on says it where there is one."""
    referred = subject.read.outcome.referred
    rule = referred.held.provision if referred else None
    if not isinstance(rule, RepairRule) or rule.next_step is None:
        channel = subject.regime.channel if subject.regime else None
        rule = subject.policy.by_id["CH-market" if channel == MARKET else "CH-credit-china"]  # type: ignore[assignment]  # rules both
    assert isinstance(rule, RepairRule)  # noqa: S101  (as above)
    return f"{(rule.next_step or rule.says).removesuffix('。')}{basis_of(rule)}。"


def effect_lines(subject: Subject) -> list[str]:
    """What a grant brings about: for a reorganisation under way only the shield."""
    if subject.outcome == "REORG_TEMP_SHIELD":
        return all_said(one.held.provision for one in subject.read.outcome.by)
    return law_lines(subject, ("stop_publication",))


def clock_lines(subject: Subject) -> list[str]:
    """The last day for the decision when the application is accepted on the day, and how it may be extended."""
    regime = subject.regime.id if subject.regime else ""
    clocks = {
        one.provision.step: one
        for one in subject.checker.deadlines.clocks(regime, subject.record.kind, subject.record.place, subject.on)
    }
    lines: list[str] = []
    decide = clocks.get("decide")
    if decide is None or decide.days is None or decide.provision.confidence in UNREAD:
        lines.append(f"作出决定的期限：{blank('作出决定的期限及依据')}。")
    else:
        last = due(subject.on, decide.days)
        doubt = blank("核对：该年度放假安排尚未公布，日期为暂定") if last.provisional else ""
        words = f"自受理之日起{decide.days}个工作日内作出决定，最迟为{day_zh(iso(last.on))}{doubt}"
        lines.append(f"{words}{basis_of(decide.provision)}。")
    if "extend" in clocks:
        lines.append(said(clocks["extend"].provision))
    return lines


def extension_lines(subject: Subject) -> list[str]:
    """By how much the time may be extended, where the regime says so."""
    regime = subject.regime.id if subject.regime else ""
    clock = subject.checker.deadlines.clock("extend", regime, subject.record.kind, subject.record.place, subject.on)
    return [said(clock.provision)] if clock else []
