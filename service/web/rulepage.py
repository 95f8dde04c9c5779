"""One entry of the catalogue: conditions, articles, source, dates, how it was checked, examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.schema import Aggravating, ListItem, Ruled, StatuteGround
from rules.schema_violation import Violation
from rules.wording import number_text
from service.web.branches import BranchView, branch_view
from service.web.grounds import CitationView, Row, citation_views
from service.web.labels import (
    COMMITMENTS,
    FIRST_SCOPES,
    FORCES,
    KINDS,
    LISTS,
    OPTIONAL,
    OUTCOMES,
    PARAMETER_UNITS,
    TRIGGERS,
    Confidence,
    confidence,
)
from service.web.values import FactRow, value_zh
from service.web.words import day_zh, in_force_zh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.compiled import CompiledLaw, Ground
    from rules.release import Release
    from rules.schema import AnyProvision, ProvisionTest
    from rules.schema_parts import CitationRef, InForce, Parameter
    from rules.schema_violation import ViolationVersion
    from service.web.rulebook import Entries, Entry


@dataclass(frozen=True, slots=True)
class Span:
    """The conditions for a time in which the numbers in them do not change."""

    in_force: str
    conditions: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A case of the entry's own tests."""

    name: str
    facts: tuple[FactRow, ...]
    outcome: str
    label: str


@dataclass(frozen=True, slots=True)
class Version:
    """The law of a violation for a time."""

    in_force: str
    abolished: bool
    citations: tuple[CitationView, ...]
    trigger: str
    optional: str
    kinds: tuple[str, ...]
    branches: tuple[BranchView, ...]
    note: str
    confidence: Confidence | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """Everything a page about one entry shows; parts that it does not have are empty."""

    entry: Entry
    facts: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    citations: tuple[CitationView, ...]
    spans: tuple[Span, ...]
    parameters: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]
    versions: tuple[Version, ...]
    related: tuple[Entry, ...]
    violation: str
    record: str
    also: tuple[tuple[str, str, str], ...] = ()
    """Where else the entry is used: what for, address, title."""


def rule_view(release: Release, entries: Entries, identifier: str) -> RuleView | None:
    """The page of an entry; None where there is none of that id."""
    entry = entries.get(identifier)
    if entry is None:
        return None
    provision = release.provisions[identifier][1]
    ruled = provision if isinstance(provision, Ruled) else None
    ground = release.ground(identifier) or release.aggravating.get(identifier)
    violations = _violations(provision)
    return RuleView(
        entry=entry,
        facts=tuple(_facts(provision, release)),
        notes=tuple(_notes(provision)),
        citations=_cited(getattr(provision, "citations", ())),
        spans=tuple(_spans(ground)) if ground else (),
        parameters=tuple(_parameters(ruled.parameters)) if ruled else (),
        examples=tuple(_example(one, release) for one in ruled.tests) if ruled else (),
        versions=tuple(_versions(provision, release)) if isinstance(provision, Violation) else (),
        related=tuple(_related(provision, release, entries)),
        violation=violations[0] if len(violations) == 1 else "",
        record=provision.confidence,
        also=tuple(_also(provision, release, entries)),
    )


def _also(provision: AnyProvision, release: Release, entries: Entries) -> Iterator[tuple[str, str, str]]:
    """Orders between grounds, benchmarks, and items that say the same."""
    for order, _ in release.orders:
        for side, label in ((order.over, "优先于"), (order.under, "让位于")):
            if provision.id in side:
                others = order.under if side is order.over else order.over
                yield from ((label, f"/rules/{one}", entries[one].title) for one in others if one in entries)
    for compiled in release.benchmarks.values():
        if provision.id in compiled.benchmark.violations:
            yield "裁量基准", "", compiled.benchmark.title
    for ground in release.items.values():
        item = ground.provision
        if isinstance(item, ListItem) and item.same_as == provision.id:
            yield "内容相同的清单事项", f"/rules/{item.id}", item.title
    same = provision.same_as if isinstance(provision, ListItem) else None
    if same is not None and same in entries:
        yield "以法定情形的结论为准", f"/rules/{same}", entries[same].title


def _violations(provision: AnyProvision) -> tuple[str, ...]:
    if isinstance(provision, Violation):
        return (provision.id,)
    return provision.violations if isinstance(provision, ListItem) else ()


def _facts(provision: AnyProvision, release: Release) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    if isinstance(provision, ListItem):
        rows += _item_facts(provision, release)
    if isinstance(provision, StatuteGround):
        rows.append(("清单", "、".join(LISTS[name] for name in provision.lists)))
    if isinstance(provision, ListItem | StatuteGround | Aggravating):
        rows.append(("强制程度", FORCES[provision.force]))
        rows.append(("施行", _in_force(provision.in_force)))
    if isinstance(provision, Violation) and provision.aliases:
        rows.append(("常用说法", "、".join(provision.aliases)))
    rows.append(("最近核对", day_zh(provision.checked_on)))
    rows.append(("编号", provision.id))
    return rows


def _item_facts(item: ListItem, release: Release) -> list[tuple[str, str]]:
    source = release.sources[item.source]
    first = item.first_violation or source.first_violation
    lists = (item.list, *item.also_lists)
    rows = [("清单", "、".join(LISTS[name] for name in lists)), ("来源文件", f"《{source.title.strip('《》')}》")]
    rows += [("文号", source.number)] if source.number else []
    rows += [("发布机关", source.issuer)] if source.issuer else []
    rows += [("印发日期", day_zh(source.issued_on))] if source.issued_on else []
    rows += [("公布日期", day_zh(source.published_on))] if source.published_on else []
    rows += [("原件序号", item.source_item)] if item.source_item else []
    if first is not None:
        window = f"{first.window_months}个月" if first.window_months else "不限期限"
        rows.append(("初次违法", f"{window}，{FIRST_SCOPES[first.scope]}"))
    rows += [("承诺书", COMMITMENTS[item.commitment])] if item.commitment else []
    return rows


def _notes(provision: AnyProvision) -> list[tuple[str, str]]:
    disputed = getattr(provision, "disputed", None)
    words = [("依据已变", getattr(provision, "stale", None)), ("待核实", provision.open_question)]
    words += [("有争议", disputed.question)] if disputed else []
    words += [("说明", provision.note)]
    return [(label, text) for label, text in words if text]


def _in_force(force: InForce) -> str:
    until = force.until.isoformat() if force.until else None
    return in_force_zh(force.from_.isoformat(), until, day_known=force.day_known)


def _cited(citations: tuple[CitationRef, ...]) -> tuple[CitationView, ...]:
    rows: list[Row] = []
    for one in citations:
        days = [f"自{day_zh(one.from_)}起" if one.from_ else "", f"至{day_zh(one.until)}前" if one.until else ""]
        note = "，".join(part for part in ("".join(days), one.note or "") if part)
        row = {"instrument": one.instrument, "article": one.article, "version": one.version}
        rows.append(row | {"role": one.role, "note": note})
    return citation_views(rows)


def _spans(ground: Ground) -> list[Span]:
    return [
        Span(
            in_force_zh(span.start.isoformat(), span.until.isoformat() if span.until else None),
            tuple((str(line.shown[0]["text"]), "ours" in line.shown[0]) for line in span.lines),
        )
        for span in ground.spans
    ]


def _parameters(parameters: dict[str, Parameter]) -> list[tuple[str, str]]:
    return [
        (f"{number_text(one.value)}{PARAMETER_UNITS[parameter.unit]}", _since(one.from_, one.source))
        for parameter in parameters.values()
        for one in parameter.values
    ]


def _since(start: object, source: str | None) -> str:
    return f"自{day_zh(str(start))}起" + (f"（{source}）" if source else "")


def _example(test: ProvisionTest, release: Release) -> Example:
    facts = tuple(_fact(name, value, release) for name, value in test.facts.items())
    return Example(test.name, facts, test.expect, OUTCOMES[test.expect])


def _fact(name: str, value: object, release: Release) -> FactRow:
    fact = release.vocabulary[name]
    shown = value.isoformat() if hasattr(value, "isoformat") else value
    return FactRow(name, fact.label, "尚未查清" if value is None else value_zh(fact, shown), value is not None)


def _versions(violation: Violation, release: Release) -> list[Version]:
    laws = {id(law.version): law for law in release.laws.get(violation.id, ())}
    return [_version(one, laws.get(id(one)), release) for one in reversed(violation.versions)]


def _version(version: ViolationVersion, law: CompiledLaw | None, release: Release) -> Version:
    penalty = version.penalty
    return Version(
        in_force=_in_force(version.in_force),
        abolished=version.abolished,
        citations=_cited((*version.prohibition, *version.basis)),
        trigger=TRIGGERS[penalty.trigger] if penalty else "",
        optional=OPTIONAL[penalty.optional] if penalty and law and any(b.branch.fine for b in law.branches) else "",
        kinds=tuple(KINDS[name] for name in penalty.kinds) if penalty else (),
        branches=tuple(branch_view(one, release.vocabulary) for one in law.branches) if law else (),
        note="；".join(text for text in (version.note, penalty.note if penalty else None) if text),
        confidence=confidence(version.confidence) if version.confidence else None,
    )


def _related(provision: AnyProvision, release: Release, entries: Entries) -> list[Entry]:
    if isinstance(provision, Violation):
        return [entries[ground.id] for ground in release.items_of_violation.get(provision.id, ())]
    return [entries[name] for name in _violations(provision)]
