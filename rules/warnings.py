"""What the officer has to know beside the answers: limits of the law, of the list, of our data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kernel.messages import text
from kernel.money import FEN, format_yuan_zh
from rules.citations import WARNED_ROLES, Force, Lapse, citation_warnings
from rules.evaluate import TRUE
from rules.lawtime import Applied, fine_possible
from rules.ranges import inside, ranges
from rules.schema import ListItem
from rules.standing import standing_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rules.answer import Evaluator
    from rules.benchmarks import Cut
    from rules.compiled import Ground
    from rules.instant import Instant
    from rules.release import Release
    from rules.schema_violation import Violation
    from rules.select import Selection
    from rules.shown import Shelf

Warning_ = dict[str, object]


@dataclass(frozen=True, slots=True)
class Viewed:
    """A decided case as the warnings see it."""

    release: Release
    shelf: Shelf
    selection: Selection
    instant: Instant
    applied: Applied
    cut: Cut

    @property
    def violation(self) -> Violation | None:
        """The violation of the case, where there is one."""
        name = self.selection.violation
        return self.release.violations[name] if name else None


def warnings_of(viewed: Viewed, evaluator: Evaluator, opinion: Mapping[str, object]) -> list[Warning_]:
    """All warnings of a decision, each once, with the items it concerns."""
    found = [
        *_of_engines(opinion),
        *_of_days(viewed),
        *_of_items(viewed),
        *_of_penalty(viewed),
        *_of_citations(viewed),
        *_of_checks(viewed, evaluator),
    ]
    merged: dict[object, Warning_] = {}
    for warning in found:
        key = (warning["code"], warning["detail"])
        known = merged.setdefault(key, warning)
        if known is not warning and "items" in warning:  # what is shared between cases stays as it is
            merged[key] = {**known, "items": [*known["items"], *warning["items"]]}  # type: ignore[misc]
    return list(merged.values())


def _warn(code: str, *, items: list[str] | None = None, **params: object) -> Warning_:
    warning: Warning_ = {"code": code, "detail": text(f"warn_{code}", params)}
    if items:
        warning["items"] = items
    return warning


def _of_engines(opinion: Mapping[str, object]) -> Iterator[Warning_]:
    if opinion.get("fault"):
        yield _warn("second_opinion_failed")
    elif opinion.get("agrees") is False:
        yield _warn("engines_disagree")


def _of_days(viewed: Viewed) -> Iterator[Warning_]:
    instant, violation = viewed.instant, viewed.violation
    if instant.decision_assumed:
        yield _warn("decision_date_assumed", day=instant.decision_on)
    if instant.conduct_on is None:
        yield _warn("conduct_date_missing")
    if violation is not None and instant.conduct_on is not None:
        first = violation.versions[0].in_force.from_
        if instant.conduct_on < first:
            yield _warn("law_of_conduct_unknown", day=instant.conduct_on, first=first)
    if "power_kind" in instant.overruled:
        yield _warn("power_is_mandatory")
    limited = any(one.ground.id == "APL-36" and one.outcome == "applies" for one in viewed.applied.answer.grounds)
    stated = {"conduct_end_date", "conduct_continuing"} & set(instant.facts)
    if limited and not stated:
        yield _warn("continuing_act_not_excluded")


def _of_items(viewed: Viewed) -> list[Warning_]:
    """What has to be known about the items themselves, however the case ends: worked out once a standing."""
    day = viewed.applied.answer.day
    standing = standing_on(viewed.release, viewed.selection, day)
    if standing.warnings is None:
        standing.warnings = [
            warning
            for ground, _ in standing.grounds
            if isinstance(item := ground.provision, ListItem)
            for warning in _of_item(ground, item, viewed.selection, day)
        ]
    return standing.warnings


def _of_item(ground: Ground, item: ListItem, selection: Selection, day: date) -> Iterator[Warning_]:
    name = [item.id]
    if selection.foreign(item):
        place = item.place or item.jurisdiction or ""
        yield _warn("out_of_jurisdiction", items=name, item=item.id, place=place)
    if not item.in_force.day_known:
        yield _warn("in_force_day_unknown", items=name)
    if item.in_force.until is not None and day >= item.in_force.until:
        yield _warn("item_expired", items=name, item=item.id, until=item.in_force.until)
    if day < item.in_force.from_:
        yield _warn("item_not_yet_in_force", items=name, item=item.id, start=item.in_force.from_)
    if item.stale:
        yield _warn("item_stale", items=name, item=item.id, why=item.stale)
    first = ground.first
    reads_first = any("first_violation" in line.shown[0]["facts"] for line in ground.spans[0].lines)  # type: ignore[operator]
    if first is not None and reads_first:
        months = first.window_months
        code = f"first_window_is_{months}_months" if months else "first_window_is_unlimited"
        detail = text("warn_first_window", {"item": item.id, "months": months or "不限"})
        yield {"code": code, "detail": detail, "items": name}
        if first.scope != "same_type_same_party":
            yield _warn(f"first_scope_{first.scope}", items=name)


def _of_penalty(viewed: Viewed) -> Iterator[Warning_]:
    applied, violation = viewed.applied, viewed.violation
    if violation is None:
        if viewed.selection.items:
            yield _warn("penalty_not_shared")
        return
    if violation.open_question:
        yield _warn("violation_open_question", why=violation.open_question)
    law = applied.answer.law
    if law is None or law.version.penalty is None:
        return
    possible = fine_possible(applied.answer, viewed.instant.facts)
    if law.version.penalty.trigger == "on_refusal":
        yield _warn("no_fine_after_correction" if possible is False else "fine_only_on_refusal")
    if law.version.penalty.trigger == "serious_only" and possible is not True:
        yield _warn("fine_only_when_serious")
    yield from _of_tier(applied)
    yield from _of_benchmark(viewed, violation)


def _of_benchmark(viewed: Viewed, violation: Violation) -> Iterator[Warning_]:
    by = viewed.cut.by
    if by is None or viewed.cut.shares is None:
        yield _warn("range_rule_unknown", day=viewed.instant.decision_on)
    elif by.home_field is not None and by.home_field != violation.field:
        yield _warn("range_rule_of_other_field", title=by.title, field=violation.field)
    yield from _of_deviation(viewed)


def _of_deviation(viewed: Viewed) -> Iterator[Warning_]:
    """A final fine outside the tier's range needs a reason on file (国办发〔2022〕27号)."""
    answer, facts = viewed.applied.answer, viewed.instant.facts
    final, shares = facts.get("final_fine_yuan"), viewed.cut.shares
    fine = answer.choice.branch.branch.fine if answer.choice and answer.choice.branch else None
    if not isinstance(final, int) or fine is None or shares is None or facts.get("deviation_reason"):
        return
    found = ranges(fine, facts, shares).get(viewed.applied.tier.tier)
    if isinstance(found, Mapping) and not inside(found, Decimal(final) / FEN):
        yield _warn("deviation_needs_reason", amount=format_yuan_zh(final))


def _of_tier(applied: Applied) -> Iterator[Warning_]:
    choice, tier = applied.answer.choice, applied.tier.tier
    if choice is not None and choice.not_excluded and tier != "no_penalty":
        labels = "、".join(one.branch.label or "较重的情形" for one in choice.not_excluded)
        yield _warn("escalation_not_excluded", labels=labels)
    fine = choice.branch.branch.fine if choice and choice.branch else None
    if fine is None or tier not in {"mitigated", "mitigated_or_lighter"}:
        return
    if not (fine.min_yuan or fine.min_x):
        yield _warn("no_mitigation_by_amount")
    penalty = applied.answer.law.version.penalty if applied.answer.law else None
    if penalty is not None and penalty.optional:
        yield _warn("optional_fine_may_be_dropped")


def _of_citations(viewed: Viewed) -> Iterator[Warning_]:
    """What the decision would rest on, held against the law in force on its day."""
    day, answer = viewed.instant.decision_on, viewed.applied.answer
    if answer.law is not None:
        for lapse, force in citation_warnings(answer.law.version.basis, answer.day, day):
            yield _lapsed(lapse, force, "处罚依据")
    for one in answer.grounds:
        item = one.ground.provision
        if one.outcome == "applies" and isinstance(item, ListItem):
            refs = (ref for ref in item.citations if ref.role in WARNED_ROLES)
            for lapse, force in citation_warnings(refs, day, day):
                yield _lapsed(lapse, force, "清单事项引用的规定", [item.id])


def _lapsed(lapse: Lapse, force: Force, what: str, items: list[str] | None = None) -> Warning_:
    day = force.repealed_on if lapse == "repealed" else force.start
    return _warn(f"basis_{lapse}", items=items, what=what, instrument=force.title, day=day)


def _of_checks(viewed: Viewed, evaluator: Evaluator) -> Iterator[Warning_]:
    for _, span, warning in viewed.shelf.checks(viewed.instant.decision_on):
        if evaluator.trace(span)[1] == TRUE:
            yield warning
