"""Two releases of the catalogue, or one on two days: what is different, and which cases it touches."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, Literal

from kernel.canonical import canonical_bytes
from kernel.errors import InputError
from rules.batch import Batch
from rules.difference_aspects import Teller, group_of, records, tell_fact, words
from rules.priority import LISTS
from rules.ranges import TIERS as RANGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.batch_answers import Answers, Summary
    from rules.difference_aspects import Aspects
    from rules.facts import Vocabulary
    from rules.release import Release
    from rules.schema import AnyProvision
    from rules.schema_repair import RepairProvision

ChangeKind = Literal["added", "removed", "changed"]
_OTHER: Final = "其他内容"


@dataclass(frozen=True, slots=True)
class Edition:
    """A release; with a day, the law of that day alone."""

    release: Release
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is different; None: there is no such line. ``record``: it is no law, but a record of ours."""

    about: str
    before: str | None
    after: str | None
    record: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A provision or a fact that is different; of a new or dropped one, all its lines are changes."""

    kind: ChangeKind
    id: str
    title: str
    group: str
    changes: tuple[Change, ...]

    @property
    def only_records(self) -> bool:
        """Whether nothing changed but how we know it: the day it was checked, notes, tests."""
        return self.kind == "changed" and all(one.record for one in self.changes)


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of one edition: how it is told, and its full content."""

    title: str
    group: str
    aspects: Aspects
    content: Mapping[str, Any]


def diff(old: Edition, new: Edition) -> list[Entry]:
    """What is different, grouped by list and kind; empty where both say the same."""
    before, after = _told(old), _told(new)
    found = [_entry(name, before.get(name), after.get(name), old, new) for name in {**before, **after}]
    order = {group: place for place, group in enumerate((*words().lists.values(), *words().kinds.values()))}
    entries = [one for one in found if one is not None]
    return sorted(entries, key=lambda one: (order.get(one.group, len(order)), one.group, one.id))


def _told(edition: Edition) -> dict[str, _Told]:
    release, teller = edition.release, Teller(edition.release, edition.day)
    parts: list[tuple[AnyProvision | RepairProvision, Vocabulary]] = []
    parts += [(one, release.vocabulary) for _, one in release.provisions.values()]
    if release.repair is not None:
        parts += [(one, release.repair.vocabulary) for _, one in release.repair.provisions.values()]
    found: dict[str, _Told] = {}
    for provision, vocabulary in parts:
        aspects = teller.tell(provision, vocabulary)
        if aspects is not None:
            content = provision.model_dump(mode="json", by_alias=True)
            found[provision.id] = _Told(provision.title, group_of(provision), aspects, content)
    return found if edition.day else found | dict(_told_facts(release))


def _told_facts(release: Release) -> Iterator[tuple[str, _Told]]:
    """The facts; they have no days."""
    vocabularies = {"facts": release.vocabulary}
    if release.repair is not None:
        vocabularies["facts/repair"] = release.repair.vocabulary
    for name, vocabulary in vocabularies.items():
        for fact in vocabulary:
            told = tell_fact(fact)
            yield f"{name}/{fact.name}", _Told(fact.label, words().kinds["fact"], told, {"fact": told})


def _entry(name: str, before: _Told | None, after: _Told | None, old: Edition, new: Edition) -> Entry | None:
    told = after or before
    if told is None or (before and after and before.content == after.content and old.day is new.day is None):
        return None
    changes = tuple(_changes(before.aspects if before else {}, after.aspects if after else {}))
    if before and after and not changes and old.day is None:
        changes = tuple(_other(before.content, after.content))
    if not changes:
        return None
    kind: ChangeKind = "changed" if before and after else "added" if after else "removed"
    return Entry(kind, name, told.title, told.group, changes)


def _changes(before: Aspects, after: Aspects) -> Iterator[Change]:
    """Line by line; lines that took the place of others stand beside them."""
    for word in {**before, **after}:
        mine, theirs = before.get(word, []), after.get(word, [])
        for tag, start, end, first, last in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
            if tag != "equal":
                pairs = zip_longest(mine[start:end], theirs[first:last])
                yield from (Change(word, one, other, word in records()) for one, other in pairs)


def _other(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Members that are told alike and are not: nothing may change unseen."""
    for key in {**before, **after}:
        one, other = (canonical_bytes(part.get(key)).decode() for part in (before, after))
        if one != other:
            yield Change(f"{_OTHER}（{key}）", one, other, key in words().records)


# -- cases --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Affected:
    """A case that is decided differently.

    ``differences``: what (result, lists, range, basis) with both values; ``causes``: the provisions
    because of which, with what is different about each (empty where it is not the text itself).
    """

    row: int
    differences: tuple[Change, ...]
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A ground that came out otherwise, or another provision that changed."""

    id: str
    title: str
    list: str | None
    before: str | None
    after: str | None
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Impact:
    """Compares how two editions decide the same cases."""

    old: Edition
    new: Edition
    cases: int = 0
    wrong: int = 0
    _entries: dict[str, Entry] = field(init=False)
    _batches: tuple[Batch, Batch] = field(init=False)

    def __post_init__(self) -> None:
        """Compare the editions themselves once."""
        self._entries = {one.id: one for one in diff(self.old, self.new)}
        self._batches = (Batch(self.old.release), Batch(self.new.release))

    def of(self, documents: Sequence[object], on: date) -> Iterator[Affected]:
        """The affected among some case documents; rows go on counting from call to call.

        A case that is wrong for both editions is counted in ``wrong``; one that only one of them
        accepts is affected.
        """
        editions = zip((self.old, self.new), self._batches, strict=True)
        before, after = (_decided(edition, batch, documents, on) for edition, batch in editions)
        for one, other in zip(before.summaries(), after.summaries(), strict=True):
            self.cases += 1
            found = self._compare(self.cases, one, other)
            if found is not None:
                yield found

    def _compare(self, row: int, old: Summary | InputError, new: Summary | InputError) -> Affected | None:
        if isinstance(old, InputError) or isinstance(new, InputError):
            return self._one_sided(row, old, new)
        differences = tuple(_differences(old, new))
        if not differences:
            return None
        causes = [*self._grounds(old, new), *self._others(differences, new.violation or old.violation)]
        return Affected(row, differences, tuple(causes))

    def _one_sided(self, row: int, old: Summary | InputError, new: Summary | InputError) -> Affected | None:
        if isinstance(old, InputError) and isinstance(new, InputError):
            self.wrong += 1
            return None
        shown = [one.detail if isinstance(one, InputError) else one.tier for one in (old, new)]
        return Affected(row, (Change("problem", shown[0], shown[1]),))

    def _grounds(self, old: Summary, new: Summary) -> Iterator[Cause]:
        """The grounds that came out otherwise, those that apply on one side first."""
        found: dict[tuple[str, str], Cause] = {}
        for name in LISTS:
            mine, theirs = old.grounds[name], new.grounds[name]
            for ground in {**mine, **theirs}:
                before, after = mine.get(ground), theirs.get(ground)
                if before != after:
                    found[ground, name] = self._cause(ground, name, before, after)
        yield from sorted(found.values(), key=lambda one: "applies" not in {one.before, one.after})

    def _cause(self, ground: str, name: str, before: str | None, after: str | None) -> Cause:
        entry = self._entries.get(ground)
        known = self.new.release.provisions.get(ground) or self.old.release.provisions.get(ground)
        return Cause(ground, known[1].title if known else ground, name, before, after, entry.changes if entry else ())

    def _others(self, differences: Iterable[Change], violation: str | None) -> Iterator[Cause]:
        """What else changed that bears on the case: its violation, the benchmarks, the written orders."""
        if all(one.about == "basis" for one in differences):
            return
        shown = {words().kinds[group] for group in ("benchmark", "priority")}
        for entry in self._entries.values():
            if (entry.id == violation or entry.group in shown) and not entry.only_records:
                yield Cause(entry.id, entry.title, None, None, None, entry.changes)


def _decided(edition: Edition, batch: Batch, documents: Sequence[object], on: date) -> Answers:
    return batch.check(documents, on, law_of=edition.day)


def _differences(old: Summary, new: Summary) -> Iterator[Change]:
    """What an officer would decide otherwise."""
    yield from _if_other("result", (old.tier, old.force), (new.tier, new.force), _joined)
    for name in LISTS:
        yield from _if_other(f"lists.{name}", old.lists[name], new.lists[name], _joined)
    mine, theirs = old.penalty, new.penalty
    yield from _if_other("penalty.trigger", mine and mine.trigger, theirs and theirs.trigger, str)
    yield from _if_other("penalty.branch", mine and mine.branch, theirs and theirs.branch, str)
    yield from _if_other("penalty.fine_possible", mine and mine.fine_possible, theirs and theirs.fine_possible, str)
    pairs = zip(RANGES, _ranges(old), _ranges(new), strict=True)
    for name, one, other in pairs:
        yield from _if_other(f"penalty.ranges.{name}", one, other, lambda pair: f"{pair[0]}–{pair[1]}")
    yield from _if_other("basis", old.with_outcome("applies"), new.with_outcome("applies"), "、".join)


def _ranges(summary: Summary) -> tuple[Any, ...]:
    found = summary.penalty.ranges if summary.penalty else ()
    return found or (None,) * len(RANGES)


def _joined(pair: tuple[str | None, str | None]) -> str:
    return " ".join(part for part in pair if part)


def _if_other(about: str, old: Any, new: Any, show: Callable[[Any], str]) -> Iterator[Change]:  # noqa: ANN401
    if old != new:
        yield Change(about, None if old is None else show(old), None if new is None else show(new))
