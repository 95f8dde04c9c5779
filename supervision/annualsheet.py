"""The entries of a yearly plan as a workbook that an office fills in: one line an entry, read as strictly as a form.

Departments, items, places and closed lists may stand by name or by code. Every fault names row and column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from supervision.annual import DRAWINGS, RULES, STRATA, UNDISTURBED, read_entry
from supervision.annualcheck import percent
from supervision.caps import LEVELS
from supervision.drawdoc import Node
from supervision.drawrecord import PPM
from supervision.items import KINDS
from supervision.planparams import ratio_sets, reasons, sector_rules
from supervision.tablerows import (
    CellError,
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
    write_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from supervision.annual import AnnualPlan, Entry
    from supervision.tablerows import Fault

MOST: Final = 10**9
MOST_ENTRIES: Final = 5000
_SCOPE: Final = ("regions", "kinds", "fields", "tags", "classes")
_SIZING: Final = ("rule", "by", "rate", "ratio_set", "count", "least")
_RATE: Final = re.compile(r"(.+?)[\s:：=]*(\d{1,10}(?:\.\d{1,4})?)\s*(%|％|户)")
_SPAN: Final = re.compile(r"(.+?)\s*(?:至|到|—|–|~|～|\s-\s)\s*(.+)")
_BETWEEN: Final = re.compile(r"[;；\n]+")
_CLASSES: Final = {one: one for one in "ABCD"}
_USUAL: Final[Mapping[str, Any]] = {"rule": "ceil", "by": "class", "least": 0}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes of a place are called: departments, items, districts; code → name."""

    departments: Mapping[str, str]
    items: Mapping[str, str]
    regions: Mapping[str, str]


def columns(names: Names) -> tuple[Column, ...]:
    """Return the columns of the workbook."""
    department, show_department = _named(names.departments)
    item, _ = _named(names.items)
    region, show_region = _named(names.regions)
    method, kind = reasons("method"), reasons("object_kind")
    ratio_choices = {code: one.what for code, one in ratio_sets().items()}
    sectors = {code: one.what for code, one in sector_rules().items()}
    return (
        Column("number", "抽查计划编号", name, needed=True),
        Column("name", "计划名称", words, needed=True),
        Column("items", "抽查事项", several(item), needed=True, show=show_several),
        Column("kind", "事项类别", choice(KINDS), needed=True, show=show_choice(KINDS)),
        Column("drawing", "抽查类型", choice(DRAWINGS), needed=True, show=show_choice(DRAWINGS)),
        Column("regions", "区域", several(region), show=lambda some: show_several(map(show_region, some))),
        Column("kinds", "对象种类", several(choice(kind)), show=lambda some: show_several(kind[one] for one in some)),
        Column("fields", "行业", several(words), show=show_several),
        Column("tags", "标签", several(words), show=show_several),
        Column("classes", "信用风险类别", several(choice(_CLASSES)), show=show_several),
        Column("by", "分层", choice(STRATA), show=show_choice(STRATA)),
        Column("rate", "抽查比例", _rates, show=_show_rates),
        Column("rule", "取整", choice(RULES), show=show_choice(RULES)),
        Column("ratio_set", "比例集", choice(ratio_choices), show=str),
        Column("count", "抽取户数", whole(0, MOST)),
        Column("least", "每层至少户数", whole(0, MOST)),
        Column("reserve", "每层候补户数", whole(0, MOST)),
        Column("frequency", "频次", words),
        Column("class_note", "信用风险分类要求", words),
        Column(
            "methods", "检查方式", several(choice(method)), show=lambda some: show_several(method[one] for one in some)
        ),
        Column("batches", "起止时间", _batches, needed=True, show=_show_batches),
        Column("organised_by", "组织层级", choice(LEVELS), needed=True, show=show_choice(LEVELS)),
        Column("carried_out_by", "实施层级", choice(LEVELS), needed=True, show=show_choice(LEVELS)),
        Column("department", "发起部门", department, needed=True, show=show_department),
        Column("partners", "配合部门", several(department), show=lambda some: show_several(map(show_department, some))),
        Column("group", "联合组", name),
        Column("office", "牵头股室", words),
        Column("partner_offices", "参与股室", several(words), show=show_several),
        Column("body", "检查主体", words),
        Column("undisturbed", "无事不扰的企业", choice(UNDISTURBED), show=show_choice(UNDISTURBED)),
        Column("sector_rule", "行业最低检查次数", choice(sectors), show=str),
        Column("remarks", "备注", words),
    )


def label_of(place: str) -> str:
    """Return what a place in the document of an entry is called: ``/batches/0/since`` is 起止时间."""
    parts = [part for part in place.split("/") if part]
    return next((LABELS[part] for part in reversed(parts) if part in LABELS), "比例" if "sizing" in parts else "这一项")


def read_entries(
    file: str, rows: Iterable[Sequence[object]], names: Names, year: int, most: int
) -> list[dict[str, Any]]:
    """Return the documents of the entries of a workbook, in its order.

    Args:
        file: its name, for the messages.
        rows: the heading first.
        names: what codes are called.
        year: of the plan.
        most: faults that are told at once.

    Raises:
        InputError: names row and column of every fault.
    """

    def check(record: Mapping[str, Any]) -> Iterator[Fault]:
        try:
            read_entry(Node(file, "", _document(record)), year)
        except InputError as error:
            for one in error.errors:
                heading = label_of(one.pointer)
                yield heading, one.code, {**one.params, "place": heading}

    records = read_rows(columns(names), file, rows, "number", check, most)
    if len(records) > MOST_ENTRIES:
        raise InputError.at("", "annual_sheet_long", count=len(records), most=MOST_ENTRIES)
    return [_document(record) for record in records]


def entry_rows(plan: AnnualPlan, names: Names) -> list[list[str]]:
    """Return heading and entries of a plan; reading them gives the same entries."""
    return write_rows(columns(names), (_record(one) for one in plan.entries))


def _document(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in record.items() if value is not None}
    found: dict[str, Any] = {name: value for name, value in kept.items() if name not in (*_SCOPE, *_SIZING)}
    found["scope"] = {name: list(kept[name]) for name in _SCOPE if name in kept}
    found["sizing"] = _sizing({**_USUAL, **{name: kept[name] for name in _SIZING if name in kept}})
    for one in ("items", "methods", "partners", "partner_offices"):
        if one in found:
            found[one] = list(found[one])
    found["batches"] = [
        {"since": since.isoformat(), "last": last.isoformat()} for since, last in kept.get("batches", ())
    ]
    return found


def _sizing(sizing: dict[str, Any]) -> dict[str, Any]:
    """Take the unit off the ratios: parts per million, or units for a fixed number."""
    unit = "户" if sizing["rule"] == "fixed" else "%"
    rate = sizing.get("rate", {})
    if rate:
        # A ratio where a number is wanted, or the other way round, is refused as no number at all.
        sizing["rate"] = {
            stratum: value if own == unit else f"{stratum} 应当用“{unit}”" for stratum, (value, own) in rate.items()
        }
    return sizing


def _record(entry: Entry) -> dict[str, Any]:
    plain = {one: getattr(entry, one) or None for one in LABELS if one not in (*_SCOPE, *_SIZING, "batches", "rate")}
    unit = "户" if entry.sizing.rule == "fixed" else "%"
    return {
        **plain,
        **{one: getattr(entry.scope, one) or None for one in _SCOPE},
        **{one: getattr(entry.sizing, one) for one in ("rule", "by", "ratio_set", "count")},
        "least": entry.sizing.least or None,
        "rate": {stratum: (value, unit) for stratum, value in entry.sizing.rate.items()},
        "batches": [(one.since, one.last) for one in entry.batches],
    }


def _named(known: Mapping[str, str]) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Return the reader of a name or code, and the writer of the name; a code that is not known stays."""
    codes = {word: code for code, word in known.items()}

    def read(text: str) -> str:
        return name(codes.get(text, text))

    return read, lambda code: known.get(code, code)


def _rates(text: str) -> dict[str, tuple[int, str]]:
    """Read ``A 1%；B 3%`` or ``全部 20 户``."""
    found = {}
    for part in filter(None, map(str.strip, re.split(r"[;；,，、\n]+", text))):
        match = _RATE.fullmatch(part)
        if match is None or match[1] in found:
            raise CellError("annual_rates", value=part)
        unit = "户" if match[3] == "户" else "%"
        whole_part, _, fraction = match[2].partition(".")
        value = int(whole_part) if unit == "户" else int(whole_part + fraction.ljust(4, "0"))
        if (unit == "户" and fraction) or (unit == "%" and value > PPM):
            raise CellError("annual_rates", value=part)
        found[match[1]] = (value, unit)
    return found


def _show_rates(rates: Mapping[str, tuple[int, str]]) -> str:
    return "；".join(
        f"{one} {value} 户" if unit == "户" else f"{one} {percent(value)}" for one, (value, unit) in rates.items()
    )


def _batches(text: str) -> list[tuple[date, date]]:
    """Read ``2026-03-01 至 2026-06-30``, several with a semicolon between."""
    found = []
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise CellError("annual_span", value=part)
        found.append((day(match[1]), day(match[2])))
    return found


def _show_batches(batches: Iterable[tuple[date, date]]) -> str:
    return "；".join(f"{since} 至 {last}" for since, last in batches)


_NOBODY: Final = Names({}, {}, {})
LABELS: Final[Mapping[str, str]] = {one.name: one.heading for one in columns(_NOBODY)}
"""What the fields of an entry are called."""
