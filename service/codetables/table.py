"""What a code table is: its rows, where they come from, where they are used, and who may change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.release import Release

KEEPERS: Final = {
    "software": "随软件提供，随新版本更新",
    "city": "本市可以指定自己的文件（系统设置）",
    "catalogue": "规则目录；本市的在目录草稿中填写，由另一人审核发布",
}
"""Who keeps a table, in words."""
MARKS: Final = {
    "V1": "一个来源印证",
    "V2": "两个来源印证",
    "V3": "三个来源印证",
    "K": "一般认识，未经印证",
    "P": "本系统的建议",
}
"""Marks of confidence in words."""


@dataclass(frozen=True, slots=True)
class Code:
    """One row. ``code_set``: codes of different sets collide; ``more``: further cells under ``CodeTable.more``."""

    code: str
    name: str
    code_set: str = ""
    more: tuple[str, ...] = ()
    place: str = ""
    since: str = ""
    until: str = ""
    source: str = ""
    confidence: str = ""
    checked_on: str = ""
    href: str = ""

    def cells(self) -> tuple[str, ...]:
        """The cells in the order of :meth:`CodeTable.headings`, with nothing left out."""
        head = (self.code_set, self.code, self.name, *self.more, self.place, self.since, self.until)
        return (*head, self.source, MARKS.get(self.confidence, self.confidence), self.checked_on)

    def holds(self, words: str) -> bool:
        """Whether the words stand somewhere in it."""
        return any(words in cell for cell in self.cells())


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table: ``used`` are the pages and files where its codes stand, ``keeper`` one of :data:`KEEPERS`."""

    name: str
    title: str
    used: str
    rows: Callable[[Release], list[Code]]
    keeper: str = "software"
    more: tuple[str, ...] = ()
    about: str = ""

    def headings(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return (
            "代码集",
            "代码",
            "名称",
            *self.more,
            "适用地区",
            "施行",
            "停用（不含当日）",
            "来源",
            "核实程度",
            "核实日期",
        )

    def shown(self, rows: list[Code]) -> list[int]:
        """The places of the columns in which any row says something."""
        lines = [one.cells() for one in rows]
        return [place for place in range(len(self.headings())) if any(line[place] for line in lines)]
