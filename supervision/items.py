"""The list of items 随机抽查事项清单: what may be inspected, why, by whom. An item not listed may not be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from supervision.planparams import reasons
from supervision.tablerows import (
    Column,
    choice,
    day,
    name,
    read_rows,
    several,
    show_choice,
    show_several,
    whole,
    words,
)
from supervision.tasks import code_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from supervision.tablerows import Fault

KINDS: Final = {"general": "一般", "key": "重点"}
LISTS: Final = {"random": "随机抽查", "key": "重点检查", "undisturbed": "无事不扰"}
LEVELS: Final = {"county": "县级", "city": "市级", "province": "省级", "nation": "国家"}
NO_QUALIFICATION: Final = "-"


@dataclass(frozen=True, slots=True)
class Item:
    """One item; ``min_ppm`` and ``max_ppm`` limit its yearly ratio, and are None where nothing does.

    ``partners`` are the departments with which it is checked jointly. ``qualification`` is what one of the team must
    have, ``-`` for nothing special. ``code_set`` says with which codes its results are entered.
    """

    code: str
    name: str
    kind: str
    objects: str
    object_kinds: tuple[str, ...]
    basis: str
    level: str
    department: str
    partners: tuple[str, ...]
    field: str
    methods: tuple[str, ...]
    listed: str
    qualification: str
    code_set: str
    min_ppm: int | None
    max_ppm: int | None
    since: date
    until: date | None

    def holds_on(self, on: date) -> bool:
        """Say whether the item is on the list that day; ``until`` is the first day on which it is not."""
        return self.since <= on and (self.until is None or on < self.until)


_PPM: Final = whole(0, 1_000_000)
COLUMNS: Final = (
    Column("code", "事项编号", name, needed=True),
    Column("name", "抽查事项", words, needed=True, also=("事项名称",)),
    Column("kind", "事项类别", choice(KINDS), needed=True, show=show_choice(KINDS)),
    Column("objects", "检查对象", words, needed=True),
    Column(
        "object_kinds",
        "对象种类",
        several(choice(reasons("object_kind"))),
        show=lambda codes: show_several(reasons("object_kind")[code] for code in codes),
    ),
    Column("basis", "检查依据", words, needed=True),
    Column("level", "实施层级", choice(LEVELS), needed=True, show=show_choice(LEVELS)),
    Column("department", "检查主体", name, needed=True, also=("部门",)),
    Column("partners", "配合部门", several(name), show=show_several),
    Column("field", "执法领域", words),
    Column(
        "methods",
        "检查方式",
        several(choice(reasons("method"))),
        show=lambda codes: show_several(reasons("method")[code] for code in codes),
    ),
    Column("listed", "所属清单", choice(LISTS), show=show_choice(LISTS)),
    Column("qualification", "人员资格", name),
    Column("code_set", "结果代码集", name),
    Column("min_ppm", "比例下限（百万分之）", _PPM),
    Column("max_ppm", "比例上限（百万分之）", _PPM),
    Column("since", "起始日期", day, needed=True),
    Column("until", "终止日期", day),
)
_DEFAULTS: Final[Mapping[str, Any]] = {
    "object_kinds": (),
    "partners": (),
    "field": "",
    "methods": ("onsite",),
    "listed": "random",
    "qualification": NO_QUALIFICATION,
    "code_set": "province-results",
}


def read_items(file: str, rows: Iterable[Sequence[object]]) -> list[Item]:
    """Read the list of items.

    Raises:
        InputError: names file, row and column.
    """
    return [item_of(one) for one in read_rows(COLUMNS, file, rows, key="code", check=_faults)]


def item_of(record: Mapping[str, Any]) -> Item:
    """Make an item of a record of the table; what is not filled in takes its usual value."""
    filled: dict[str, Any] = {key: _DEFAULTS.get(key) if value is None else value for key, value in record.items()}
    return Item(**filled)


def _faults(one: Mapping[str, Any]) -> Iterator[Fault]:
    if one["code_set"] is not None and one["code_set"] not in code_sets():
        yield "结果代码集", "library_choice", {"value": one["code_set"], "allowed": sorted(code_sets())}
    if one["until"] is not None and one["until"] <= one["since"]:
        yield "终止日期", "library_until", {"value": one["until"], "since": one["since"]}
    if one["department"] in (one["partners"] or ()):
        yield "配合部门", "library_partner", {"value": one["department"]}
    if None not in (one["min_ppm"], one["max_ppm"]) and one["min_ppm"] > one["max_ppm"]:
        yield "比例上限（百万分之）", "library_limits", {"least": one["min_ppm"], "most": one["max_ppm"]}
