"""Looking at many decided cases again: what the rules say today against what was done, and what stands out.

What was done is read from columns of the file that are no part of a case: ``_案号``, ``_处理结果`` (不予处罚,
减轻, 从轻, 一般, 从重, or only 处罚) and ``_罚款元``. Without them the file still shows where no penalty was due,
where a person has to look, and what cannot be read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import XinhengError
from kernel.money import FEN, MoneyError, format_yuan_zh, yuan_to_fen
from rules.batch import Batch
from service.casesummary import NAMES, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.release import Release
    from service.casefiles import Block
    from service.casesummary import Outcome

MOST_ROWS: Final = 50_000
MOST_KEPT: Final = 5_000
"""So many rows that stand out are kept for the page and its workbook; the counts are of all."""
_COMPARED: Final = 5
"""So many fines for one violation, tier and branch are needed before one of them can be uneven."""
_FAR: Final = 2
"""A fine this many times above or below the middle one of its kind stands out."""
KINDS: Final[Mapping[str, str]] = {
    "punished_shall": "依法应当不予处罚，却给予了处罚",
    "fine_beyond": "罚款超出法定幅度",
    "exempted": "不予处罚没有依据",
    "fine_tier": "罚款不在应当适用的档次内",
    "punished_may": "可以不予处罚，给予了处罚",
    "needs_human": "法律有争议，需人工判断",
    "uneven": "同类案件罚款悬殊",
    "no_penalty": "结论为不予处罚（文件没有写处理结果）",
    "wrong": "案件有误，没有判断",
}
"""What may stand out, the gravest first."""
_DONE: Final[Mapping[str, str]] = {
    "不予处罚": "no_penalty",
    "不予行政处罚": "no_penalty",
    "免予处罚": "no_penalty",
    "减轻": "mitigated",
    "减轻处罚": "mitigated",
    "减轻行政处罚": "mitigated",
    "从轻": "lighter",
    "从轻处罚": "lighter",
    "从轻行政处罚": "lighter",
    "一般": "general",
    "一般处罚": "general",
    "一般行政处罚": "general",
    "从重": "heavier",
    "从重处罚": "heavier",
    "从重行政处罚": "heavier",
}
_PENALTY: Final = "penalty"
_PUNISHING: Final = frozenset({"mitigated", "lighter", "general", "heavier", _PENALTY})
_NUMBER: Final = "案号"
_RESULT: Final = "处理结果"
_FINE: Final = "罚款元"
HEADINGS: Final = tuple(f"_{name}" for name in (_NUMBER, _RESULT, _FINE))


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a case: its number, the tier or "penalty" or "" (not told), the fine in fen."""

    number: str = ""
    chosen: str = ""
    fine_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """One case that stands out: the row of the file, and why in words."""

    row: int
    kind: str
    number: str
    violation: str
    tier: str
    done: str
    fine: str
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The row as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Review:
    """The outcome: how many cases, of each tier, and what stands out (at most MOST_KEPT, the gravest first)."""

    total: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    noted: list[Noted] = field(default_factory=list)
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of grounds by id."""
    _fines: dict[tuple[str, str, str], list[tuple[Noted, int]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: int, outcome: Outcome, done: Done) -> None:
        """Count one case."""
        self.total += 1
        if isinstance(outcome, XinhengError):
            self._note(Noted(row, "wrong", done.number, "", "", "", "", outcome.detail))
            return
        values = dict(zip(NAMES, outcome, strict=False))
        self.tiers[str(values["tier"])] += 1
        named = {name: self._named(values[f"grounds_{name}"]) for name in ("applies", "needs_human")}
        for kind, why in _standing_out(values, done, named):
            self._note(_noted(row, kind, values, done, why))
        if done.fine_fen and done.chosen in _PUNISHING:
            key = (str(values["violation"]), str(values["tier"]), str(values["branch"]))
            self._fines[key].append((_noted(row, "uneven", values, done, ""), done.fine_fen))

    def _named(self, ids: Sequence[str]) -> str:
        return "；".join(f"{self.titles[one]}（{one}）" if one in self.titles else one for one in ids)

    def finish(self) -> Review:
        """Compare fines of a kind with each other, and put the gravest first."""
        for fines in self._fines.values():
            self._uneven(fines)
        order = list(KINDS)
        self.noted.sort(key=lambda one: (order.index(one.kind), one.row))
        del self.noted[MOST_KEPT:]
        return self

    def _uneven(self, fines: list[tuple[Noted, int]]) -> None:
        if len(fines) < _COMPARED:
            return
        middle = int(median(fen for _, fen in fines))
        for one, fen in fines:
            if fen > middle * _FAR or fen * _FAR < middle:
                why = f"同一案由、同一档次 {len(fines)} 件，罚款的中位数是{format_yuan_zh(middle)}"
                self._note(Noted(**{**one.as_dict(), "why": why}))

    def _note(self, one: Noted) -> None:
        self.kinds[one.kind] += 1
        self.noted.append(one)


def review(release: Release, blocks: Iterable[Block], on: date, done: Mapping[int, Done] | None = None) -> Review:
    """Decide every case by column and tell what stands out; ``done`` by row where the file itself does not say."""
    grounds = {**release.items, **release.statute, **release.aggravating}
    found, row = Review(titles={name: one.provision.title for name, one in grounds.items()}), 0
    batch = Batch(release)
    for block in blocks:
        told = _told(block, row, done)
        for outcome, what in zip(_outcomes(batch, block, on), told, strict=True):
            row += 1
            found.add(row, outcome, what)
    return found.finish()


def _outcomes(batch: Batch, block: Block, on: date) -> Iterator[Outcome]:
    table = block.table(batch.release)
    return rows_of(batch.decide_table(table, on, lambda row: block.case_of(row, batch.release)))


def _told(block: Block, start: int, done: Mapping[int, Done] | None) -> list[Done]:
    if done is not None:
        return [done.get(start + row + 1, Done()) for row in range(len(block))]
    remarks = {name.lstrip("_#").strip(): cells for name, cells in getattr(block, "remarks", {}).items()}
    columns = [remarks.get(name, [None] * len(block)) for name in (_NUMBER, _RESULT, _FINE)]
    cells = zip(*columns, strict=True)
    return [Done(_text(number), _chosen(_text(result)), _fen(fine)) for number, result, fine in cells]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _chosen(words: str) -> str:
    if not words or words in _DONE.values():
        return words
    return _DONE.get(words, _PENALTY if any(one in words for one in ("罚", "没收", "警告", _PENALTY)) else "")


def _fen(cell: object) -> int | None:
    text = _text(cell).replace(",", "")
    try:
        return yuan_to_fen(text) if text else None
    except MoneyError:
        return None


def _standing_out(values: Mapping[str, Any], done: Done, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Which kinds a case is of, with the reason; ``named``: its grounds by outcome, in words."""
    tier, grounds = str(values["tier"]), named["applies"]
    if tier == "needs_human":
        yield "needs_human", f"需要判断的情形：{named['needs_human'] or '（见核查）'}"
    if done.chosen in _PUNISHING:
        if tier == "no_penalty":
            yield f"punished_{values['force']}", f"适用：{grounds}"
        else:
            yield from _about_fine(values, done)
    elif done.chosen == "no_penalty" and tier in {"general", "heavier", "lighter", "mitigated"}:
        yield "exempted", "没有不予处罚的情形成立"
    elif not done.chosen and tier == "no_penalty":
        yield "no_penalty", f"适用：{grounds}"


def _about_fine(values: Mapping[str, Any], done: Done) -> Iterator[tuple[str, str]]:
    if done.fine_fen is None:
        return
    highs = [values[f"{name}_max_yuan"] for name in ("mitigated", "lighter", "general", "heavier")]
    known = [one for one in highs if one is not None]
    if not known:
        return
    top = max(known) * FEN
    if done.fine_fen > top:
        yield "fine_beyond", f"法定最高{format_yuan_zh(top)}"
        return
    tier = str(values["tier"])
    low, high = values.get(f"{tier}_min_yuan"), values.get(f"{tier}_max_yuan")
    if low is not None and high is not None and not low * FEN <= done.fine_fen <= high * FEN:
        yield "fine_tier", f"该档{format_yuan_zh(low * FEN)}至{format_yuan_zh(high * FEN)}"


def _noted(row: int, kind: str, values: Mapping[str, Any], done: Done, why: str) -> Noted:
    fine = "" if done.fine_fen is None else format_yuan_zh(done.fine_fen)
    return Noted(row, kind, done.number, str(values["violation"] or ""), str(values["tier"]), done.chosen, fine, why)
