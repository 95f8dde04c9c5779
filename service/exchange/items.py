"""A row of a list and the list item that it gives, both ways."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rules.table_cites import citations_text, read_citations
from rules.table_lines import UNREAD_MARK
from rules.table_penalty import penalty_text
from rules.table_text import conditions_text
from rules.table_values import TableError
from service.exchange import labels
from service.exchange.columns import (
    Column,
    Shown,
    choice_column,
    day_column,
    flag_column,
    interval_columns,
    names,
    pieces,
    put,
    read_choice,
    read_count,
    status_column,
    text_column,
)
from service.exchange.context import read_region, region_label
from service.exchange.faults import CellError
from service.exchange.tables import Heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from service.exchange.context import Context, Doc
    from service.exchange.grid import Cell

CONFIDENCE: Final = "verified 1 source (list imported by the office)"
_ALIKE: Final = 0.7
"""市场监督 is a slip for 市场监管; 药品监管 is not."""
_OWN_ROLES: Final = ("prohibition", "penalty")


def _cited(document: Doc, roles: Sequence[str]) -> list[Doc]:
    return [one for one in document.get("citations") or () if one["role"] in roles]


def _recite(document: Doc, roles: Sequence[str], new: list[Doc]) -> None:
    """Put citations in the place of those with the same roles; the others stay where they are."""
    old = document.get("citations") or []
    at = next((number for number, one in enumerate(old) if one["role"] in roles), len(old))
    if at == len(old) and roles == ("prohibition",):
        at = 0
    before = [one for one in old[:at] if one["role"] not in roles]
    put(document, "citations", [*before, *new, *(one for one in old[at:] if one["role"] not in roles)])


def citation_column(heading: Heading, role: str, **look: Any) -> Column:  # noqa: ANN401
    """The citations of one role."""

    def read(document: Doc, cell: Cell, context: Context) -> None:
        try:
            found = read_citations(cell.text, role)
        except TableError:
            _keep_prose(document, "citations", cell.text)
            raise
        draft = document.get("status") == "draft"
        existing = check_articles(found, cell, heading.header, context, draft=draft)
        if len(existing) < len(found):
            _keep_prose(document, "citations", cell.text)
        _recite(document, (role,), existing if draft else found)

    return Column(heading, lambda document, _: citations_text(_cited(document, (role,))), read, **look)


def check_articles(found: list[Doc], cell: Cell, header: str, context: Context, *, draft: bool = False) -> list[Doc]:
    """The citations that may exist; articles that surely do not, and instruments we do not know, are noted."""
    from kernel.instruments import resolve  # noqa: PLC0415  (reads a register of its own)

    existing = []
    for one in found:
        answer = resolve(one["instrument"], one["article"], context.on, one.get("version"))
        shown = {"instrument": one["instrument"], "article": one["article"]}
        if answer.status == "does_not_exist":
            tell = context.faults.note if draft else context.faults.add
            tell(cell, header, "table_no_such_article", shown)
            continue
        existing.append(one)
        if answer.title is None:
            context.faults.note(cell, header, "exchange_unknown_instrument", shown)
    return existing


def roles_text(citations: Iterable[Doc], default: str | None) -> str:
    """Citations of several roles, one a line; any other role than the default stands before it."""
    return "\n".join(
        citations_text([one]) if one["role"] == default else f"{labels.ROLES[one['role']]}：{citations_text([one])}"
        for one in citations
    )


def read_roles(text: str, default: str) -> list[Doc]:
    """Citations with the role that stands before each line, else the default; TableError as usual."""
    found: list[Doc] = []
    for line in text.splitlines():
        role, colon, rest = line.replace(":", "：", 1).partition("：")
        known = next((code for code, label in labels.ROLES.items() if label == role.strip()), None)
        found += read_citations(rest if colon and known else line, known or default)
    return found


def _show_other(document: Doc, _: Context) -> Shown:
    return roles_text((one for one in document.get("citations") or () if one["role"] not in _OWN_ROLES), None)


def _read_other(document: Doc, cell: Cell, context: Context) -> None:
    found = read_roles(cell.text, "basis")
    check_articles(found, cell, OTHER.header, context)
    _recite(document, [role for role in labels.ROLES if role not in _OWN_ROLES], found)


def _keep_prose(document: Doc, key: str, text: str) -> None:
    if document.get("status") == "draft" and text:
        document["prose"] = {**document.get("prose", {}), key: text}


def conditions_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401
    """Conditions as lines; in a draft the lines that are still prose stand below, with ？ before them."""
    key = heading.key
    left = f"{key}_left"

    def show(document: Doc, context: Context) -> Shown:
        conditions = context.parser.parse_list(document.get(key) or (), key)
        prose = (document.get("prose") or {}).get(left, "")
        lines = [conditions_text(conditions, context.release.vocabulary)]
        lines += [UNREAD_MARK + line for line in prose.splitlines()]
        return "\n".join(line for line in lines if line)

    def read(document: Doc, cell: Cell, context: Context) -> None:
        reading = context.reader.read(cell.text)
        _first_window(document, reading.window_months, cell)
        for said, _ in reading.assumed:
            context.faults.note(cell, heading.header, "exchange_assumed", {"value": said})
        draft = document.get("status") == "draft"
        for one in reading.unread if not draft else ():
            context.faults.add(cell, heading.header, one.error.code, one.error.params, line=one.line)
        take_conditions(document, key, list(reading.conditions), context)
        _leave(document, left, [one.text.lstrip(UNREAD_MARK + "?") for one in reading.unread] if draft else [])

    return Column(heading, show, read, late=True, **look)


def take_conditions(document: Doc, key: str, found: list[Doc], context: Context) -> None:
    """Set conditions, unless they only say in other words what stands there."""
    old = document.get(key) or []
    if context.parser.parse_list(old, key) != context.parser.parse_list(found, key):
        put(document, key, found)


def _leave(document: Doc, key: str, lines: list[str]) -> None:
    prose = {name: text for name, text in (document.get("prose") or {}).items() if name != key}
    if lines:
        prose[key] = "\n".join(lines)
    put(document, "prose", prose or None)


def _first_window(document: Doc, months: int | None, cell: Cell) -> None:
    if months is None:
        return
    known = (document.get("first_violation") or {}).get("window_months")
    if known not in {None, months}:
        raise CellError("exchange_window", value=months, known=known, text=cell.text)
    document["first_violation"] = {**(document.get("first_violation") or {}), "window_months": months}


def _show_violations(document: Doc, context: Context) -> Shown:
    return "\n".join(context.label(one) for one in document.get("violations") or ())


def _read_violations(document: Doc, cell: Cell, context: Context) -> None:
    if cell.text.startswith(labels.NEW):
        return
    found = [context.find("violation", part) for part in pieces(cell.text)]
    put(document, "violations", list(dict.fromkeys(found)))


def _show_source(document: Doc, context: Context) -> Shown:
    return context.label(document["source"]) if document.get("source") else None


def _read_source(document: Doc, cell: Cell, context: Context) -> None:
    document["source"] = context.find("source", cell.text)


def region_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401
    """Where it is law: the first place, and those in ``also_in``."""

    def show(document: Doc, _: Context) -> Shown:
        first = region_label(document.get("jurisdiction", "000000"))
        return "\n".join([first, *(region_label(one) for one in document.get("also_in") or ())])

    def read(document: Doc, cell: Cell, _: Context) -> None:
        codes = [read_region(part) for part in pieces(cell.text)]
        if None in codes and len(codes) > 1:
            raise CellError("exchange_region", value=cell.text, nearest="")
        document["jurisdiction"] = codes[0]
        put(document, "also_in", codes[1:])

    return Column(heading, show, read, **look)


def _show_field(document: Doc, _: Context) -> Shown:
    return document.get("field")


def read_field(document: Doc, cell: Cell, context: Context) -> None:
    """The field of enforcement; a name close to a known one is taken for a slip."""
    import difflib  # noqa: PLC0415

    known = context.fields()
    if cell.text not in known:
        close = difflib.get_close_matches(cell.text, known, n=3, cutoff=_ALIKE)
        if close:
            raise CellError("exchange_field", value=cell.text, nearest="、".join(close))
        context.faults.note(cell, "领域", "exchange_new_field", {"value": cell.text})
    document["field"] = cell.text


def nested_column(heading: Heading, outer: str, inner: str, read_one: Callable[[Cell], object], **look: Any) -> Column:  # noqa: ANN401
    """One value inside ``outer`` (first_violation, disputed)."""

    def show(document: Doc, _: Context) -> Shown:
        value = (document.get(outer) or {}).get(inner)
        if inner == "scope":
            return labels.SCOPES.get(value or "")
        return "\n".join(value) if isinstance(value, list) else value

    def read(document: Doc, cell: Cell, _: Context) -> None:
        inside = dict(document.get(outer) or {})
        put(inside, inner, read_one(cell))
        put(document, outer, inside or None)

    return Column(heading, show, read, **look)


def _show_penalty(document: Doc, context: Context) -> Shown:
    """The penalty that the law provides today for the violations concerned."""
    shown = []
    for name in document.get("violations") or ():
        versions = context.documents.get(name, {}).get("versions") or ()
        law = next((one for one in reversed(versions) if _begun(one, context.on)), None)
        if law and law.get("penalty"):
            head = f"{context.documents[name]['title']}：\n" if len(document["violations"]) > 1 else ""
            shown.append(head + penalty_text(law["penalty"], context.release.vocabulary))
    return "\n".join(shown)


def _begun(version: Doc, day: date) -> bool:
    return date.fromisoformat(version["in_force"]["from"]) <= day


def _list_choice(document: Doc, _: Context) -> Shown:
    return "、".join(labels.LISTS[one] for one in document.get("also_lists") or ())


def _read_also_lists(document: Doc, cell: Cell, _: Context) -> None:
    put(document, "also_lists", [read_choice(one, labels.LISTS, "兼列清单") for one in names(cell.text)])


def _names_column(heading: Heading, **look: Any) -> Column:  # noqa: ANN401
    key = heading.key

    def read(document: Doc, cell: Cell, _: Context) -> None:
        put(document, key, names(cell.text))

    return Column(heading, lambda document, _: "、".join(document.get(key) or ()), read, **look)


def _show_prose(document: Doc, _: Context) -> Shown:
    said = {"conditions": "条件", "exclusions": "不适用", "penalty": "处罚", "citations": "依据"}
    prose = document.get("prose") or {}
    return "\n".join(f"〔{label}〕{prose[key]}" for key, label in said.items() if key in prose)


OTHER: Final = Heading("other_basis", "其他依据", ("从宽依据", "免罚依据", "不予处罚依据", "法律依据", "依据"))
_TITLES: Final = ("违法行为名称", "违法事项", "事项名称", "免罚事项", "不予处罚事项", "处罚事项", "违法情形", "事项")
OTHER_COLUMN: Final = Column(OTHER, _show_other, _read_other, width=30)
_PROHIBITED: Final = ("违反条款", "违法依据", "禁止性规定", "违反规定")
_PENALTIES: Final = ("处罚种类及幅度", "处罚种类和幅度", "处罚种类", "处罚幅度", "处罚标准", "法定处罚")
_CASES: Final = (
    "适用情形", "免罚情形", "不予处罚情形", "不予行政处罚情形", "不予处罚的情形", "免罚条件", "不予处罚条件",
    "从轻情形", "减轻情形", "从轻处罚情形", "减轻处罚情形", "裁量情形", "具体情形", "条件",
)  # fmt: skip
_FROM, _UNTIL = interval_columns(
    Heading("from", "施行日期", ("生效日期", "实施日期", "开始日期")),
    Heading("until", "有效期至（含当日）", ("有效期至", "失效日期", "截止日期", "有效期")),
    width=13,
)
COLUMNS: Final = (
    status_column(width=8),
    text_column(Heading("id", "编号", ("事项编号", "编码")), width=14),
    Column(Heading("no", "序号", ("序", "项次")), lambda _, __: None, None, width=6),
    Column(
        Heading("field", "领域", ("执法领域", "行业领域", "类别")), _show_field, read_field, choices="field", width=12
    ),
    text_column(Heading("title", "违法行为", _TITLES), width=30),
    Column(
        Heading("violations", "案由", ("案由编号", "对应案由", "案由名称")), _show_violations, _read_violations,
        choices="violation", width=26,
    ),
    citation_column(Heading("prohibition", "违反依据", _PROHIBITED), "prohibition", width=30),
    citation_column(Heading("penalty_basis", "处罚依据", ("罚则", "处罚条款", "行政处罚依据")), "penalty", width=30),
    OTHER_COLUMN,
    Column(Heading("penalty", "处罚种类幅度", _PENALTIES), _show_penalty, None, width=34),
    choice_column(Heading("force", "强度", ("应当或可以",)), labels.FORCES, needed=True, choices="force", width=8),
    conditions_column(Heading("conditions", "适用条件", _CASES), width=40),
    conditions_column(Heading("exclusions", "不适用情形", ("除外情形", "例外情形", "不予适用的情形")), width=30),
    Column(
        Heading("source", "来源", ("来源文件", "清单名称", "文件依据")), _show_source, _read_source,
        choices="source", width=30,
    ),
    text_column(Heading("source_item", "原清单序号"), width=10),
    region_column(Heading("jurisdiction", "适用地区", ("地区", "行政区划")), width=18),
    _FROM,
    _UNTIL,
    nested_column(
        Heading("window", "初次违法期限（月）"), "first_violation", "window_months",
        lambda cell: read_count(cell, "初次违法期限（月）"), width=10,
    ),
    choice_column(Heading("commitment", "承诺书"), labels.COMMITMENTS, choices="commitment", width=14),
    text_column(Heading("note", "说明", ("备注",)), width=30),
    text_column(Heading("open_question", "待决问题"), width=24),
    text_column(Heading("stale", "依据变动"), width=20),
    Column(Heading("prose", "原文（对照）"), _show_prose, None, width=30),
    text_column(Heading("confidence", "核实程度"), width=20),
    day_column(Heading("checked_on", "核实日期"), width=13),
    text_column(Heading("place", "地区原文"), width=14, rare=True),
    Column(Heading("also_lists", "兼列清单"), _list_choice, _read_also_lists, width=14, rare=True),
    _names_column(Heading("fields", "整个领域"), width=14, rare=True),
    flag_column(Heading("only_when_named", "仅点名时考虑"), width=10, rare=True),
    text_column(Heading("same_as", "等同法定情形"), width=14, rare=True),
    flag_column(Heading("keeps_confiscation", "仍须没收"), width=10, rare=True),
    nested_column(
        Heading("scope", "初次违法范围"), "first_violation", "scope",
        lambda cell: read_choice(cell.text, labels.SCOPES, "初次违法范围"), choices="scope", width=20, rare=True,
    ),
    nested_column(
        Heading("records", "初次违法查询记录"), "first_violation", "record_source", lambda cell: cell.text,
        width=20, rare=True,
    ),
    nested_column(
        Heading("question", "争议问题"), "disputed", "question", lambda cell: cell.text, width=20, rare=True
    ),
    nested_column(
        Heading("readings", "各种意见"), "disputed", "readings", lambda cell: pieces(cell.text), width=20, rare=True
    ),
)  # fmt: skip
LIST: Final = Heading("list", "清单类型", ("所属清单", "清单类别", "清单种类"))
"""Read where an office keeps all its lists in one table; ours has a sheet for each."""
HEADINGS: Final = (*(one.heading for one in COLUMNS), LIST)
BY_KEY: Final = {one.key: one for one in COLUMNS}
