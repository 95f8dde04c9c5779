"""What the rows of a table are read against: the catalogue, its words, and the workbook's own entries."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kernel import regions
from rules.conditions import ConditionParser
from rules.search import Search
from rules.table_read import ConditionReader
from rules.table_words import lexicon, squash
from service.exchange.faults import CellError, Faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from rules.release import Release

Doc = dict[str, Any]
"""A provision as its YAML file gives it."""
COVERED: Final = ("list_item", "violation", "source")
"""The kinds of provision that stand in the workbook."""
_LABELLED: Final = re.compile(r"(?P<name>.*)[（(](?P<id>[A-Za-z0-9][A-Za-z0-9.-]*)[）)]")
_NEAREST: Final = 3
_NATION: Final = "全国"


@dataclass(slots=True)
class Context:
    """``documents`` and ``files`` by id: the catalogue, overlaid by what the workbook brings."""

    release: Release
    documents: dict[str, Doc]
    files: dict[str, str]
    on: date
    faults: Faults = field(default_factory=Faults)
    reader: ConditionReader = field(init=False)
    parser: ConditionParser = field(init=False)
    search: Search = field(init=False)

    def __post_init__(self) -> None:
        """Index the words once."""
        self.reader = ConditionReader(lexicon(self.release.vocabulary))
        self.parser = ConditionParser(self.release.vocabulary, "")
        self.search = Search(self.release)

    def of_kind(self, kind: str) -> dict[str, Doc]:
        """Documents of one kind, by id."""
        return {name: one for name, one in self.documents.items() if one.get("kind") == kind}

    def label(self, identifier: str) -> str:
        """``名称（编号）`` of a document; the id alone where there is none."""
        found = self.documents.get(identifier)
        return f"{found['title']}（{identifier}）" if found else identifier

    def find(self, kind: str, text: str) -> str:
        """The id that a cell names: by id, by ``名称（编号）``, by title, number or another name.

        Raises:
            CellError: there is none, with the nearest, or several have that name.
        """
        known = self.of_kind(kind)
        labelled = _LABELLED.fullmatch(text)
        for wanted in (text, labelled["id"] if labelled else ""):
            if wanted in known:
                return wanted
        named = [name for name, one in known.items() if squash(text) in _names(one)]
        if len(named) == 1:
            return named[0]
        code = f"exchange_unknown_{kind}" if not named else "exchange_several"
        raise CellError(code, value=text, nearest=self.nearest(kind, text, named))

    def nearest(self, kind: str, text: str, among: Iterable[str] = ()) -> list[str]:
        """Up to three entries that a cell may have meant, as ``名称（编号）``."""
        found = list(among) or self._alike(kind, text)
        return [self.label(one) for one in found[:_NEAREST]] or ["（没有相近的）"]

    def _alike(self, kind: str, text: str) -> list[str]:
        known = self.of_kind(kind)
        hits = [hit.id for hit in self.search.find(text) if hit.id in known]
        titles = {squash(one["title"]): name for name, one in known.items()}
        close = difflib.get_close_matches(squash(text), titles, n=_NEAREST, cutoff=0.4)
        return list(dict.fromkeys([*hits, *(titles[one] for one in close)]))

    def fields(self) -> list[str]:
        """The fields of enforcement that the catalogue knows."""
        return sorted({one["field"] for one in self.documents.values() if one.get("field")})


def _names(document: Mapping[str, Any]) -> set[str]:
    names = [document["title"], document.get("number") or "", *(document.get("aliases") or ())]
    return {squash(name) for name in names if name}


def region_label(code: str | None) -> str:
    """``辽宁省大连市（210200）``; 无 for a template that is law nowhere."""
    if code is None:
        return "无（供选用的模板）"
    try:
        return f"{regions.full_name_zh(code)}（{code}）"
    except regions.RegionError:
        return code


def read_region(text: str) -> str | None:
    """The code that a cell names: 210200, 大连市, 辽宁省大连市（210200）, 全国.

    Raises:
        CellError: no such region, or several of that name.
    """
    if text.startswith("无"):
        return None
    if text == _NATION:
        return regions.NATION
    labelled = re.search(r"[（(]([0-9]{6})[）)]$", text)
    code = labelled[1] if labelled else text
    if code.isascii() and code.isdigit():
        try:
            regions.ancestors(code)  # zones without a code of the standard have ancestors too
        except regions.RegionError as error:
            raise CellError("exchange_region", value=text, nearest=error.params.get("nearest", "")) from error
        return code.ljust(6, "0")
    found = regions.codes_named(text)
    if len(found) == 1:
        return found[0]
    shown = "、".join(region_label(one) for one in found[:5]) or "请写六位代码"
    raise CellError("exchange_region", value=text, nearest=shown)
