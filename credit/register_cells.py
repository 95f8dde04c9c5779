"""Cells of a register as offices write them: amounts in 万元, days in many forms, several kinds in one cell.

Nothing is guessed: what can be read in two ways is refused with its reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from pydantic import Field

from credit.records import DETERMINED, MAX_TEXT, PATHS, PENALTY_KINDS, BadRecordValueError, parse_record, read_day
from kernel.datafile import read_text
from kernel.errors import CodedValueError, InputError
from kernel.messages import register, text
from kernel.money import yuan_to_fen
from kernel.yamldoc import read_yaml
from rules.schema_parts import Strict

register("credit", "register_messages_zh.yaml")
WAN: Final = 10_000
"""Yuan in one 万元."""
_DECIMALS: Final = 6
_SERIAL_START: Final = date(1899, 12, 30)  # day nought of a spreadsheet's calendar, after its wrong leap day
_SERIALS: Final = range(20_000, 80_000)  # 1954 to 2119: no eight-digit day and no year falls among them
_DAY: Final = re.compile(
    r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII
)
_PLAIN_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_AMOUNT: Final = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?(万元|元)?", re.ASCII)
_NOTHING: Final = frozenset({"", "/", "-", "—", "——", "无", "null", "NULL", "None"})
_YES: Final = frozenset({"true", "yes", "是", "1", "已"})
_NO: Final = frozenset({"false", "no", "否", "0", "未"})
_FILLING: Final = re.compile(r"[\d.]+万?元|[\s、,，;；/|+&和及与并().（）。:：·\-—\d]+")
_OTHER: Final = re.compile(r"(其他|其它)(?:行政处罚)?[-—－:：(（]([^、,，;；|]*)")
Reader = Callable[[object], object]


class FieldRow(Strict):
    """A column of the standard or a local one; see the head of the file."""

    no: int | None = None
    name: str
    code: str | None = None
    fact: str | None = None
    reads: str | None = None
    also: tuple[str, ...] = ()


class Vocabulary(Strict):
    """The words of registers: ``register.yaml``."""

    fields: tuple[FieldRow, ...]
    local: tuple[FieldRow, ...]
    kinds: dict[str, str]
    both: dict[str, tuple[str, ...]] = Field(description="phrases of several kinds; empty: cannot be told apart")
    parties: dict[str, str]
    heads: dict[str, str]
    words: dict[str, str]
    unpublished: frozenset[str]
    unserved: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The delivered words."""
    return Vocabulary.model_validate(read_yaml(read_text("register.yaml", "credit"), "register.yaml"))


def is_nothing(cell: object) -> bool:
    """Whether a cell says nothing: empty, or one of the strokes that offices put into empty cells."""
    if isinstance(cell, str):
        return cell.strip() in _NOTHING
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def plain(cell: object) -> str:
    """The words of a cell; a whole number of a spreadsheet without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_wan(cell: object) -> int:
    """An amount in 万元 (or with its unit written out), exactly, in fen; at most six decimals."""
    amount, unit = _amount(cell)
    if amount is None or amount < 0 or -int(amount.normalize().as_tuple().exponent) > _DECIMALS:
        raise BadRecordValueError("register_amount_wrong", value=str(cell))
    return yuan_to_fen(amount if unit == "元" else amount * WAN)


def _amount(cell: object) -> tuple[Decimal | None, str | None]:
    if isinstance(cell, str):
        match = _AMOUNT.fullmatch(cell.strip())
        if match is None:
            return None, None
        return Decimal(match[1].replace(",", "") + (match[2] or "")), match[3]
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None, None
    try:
        amount = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    except InvalidOperation:
        return None, None
    return (amount, None) if amount.is_finite() else (None, None)


def read_cell_day(cell: object) -> date:
    """A day: text in the usual forms, a spreadsheet's day or its serial number, eight digits."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return read_day(cell.isoformat())
    words = plain(cell)
    found = _DAY.fullmatch(words)
    if found is not None and _is_even(found[2], found[4]):
        return read_day(f"{found[1]}-{int(found[3]):02d}-{int(found[5]):02d}")
    eight = _PLAIN_DAY.fullmatch(words)
    if eight is not None:
        return read_day("-".join(eight.groups()))
    if words.isascii() and words.isdigit() and int(words) in _SERIALS:
        return _SERIAL_START + timedelta(days=int(words))
    raise BadRecordValueError("register_day_wrong", value=words)


def _is_even(first: str, second: str) -> bool:
    return second == "月" if first == "年" else first == second


def read_kinds(cell: object) -> tuple[str, ...]:
    """Kinds of penalty in one cell: words of the law with whatever separators, codes, or a JSON list of either."""
    if isinstance(cell, list | tuple):
        return read_fact("penalty_kinds", list(cell))  # type: ignore[return-value]  # its reader gives a tuple
    words = re.sub(r"[\s\[\]\"']+", "", str(cell))
    found: set[str] = set()
    rest = _OTHER.sub(_took_other(found), words)
    rest = _FILLING.sub("", _kind_words().sub(_took(found, words), rest))
    if rest:
        raise BadRecordValueError("register_kind_unknown", value=words, rest=rest)
    return tuple(one for one in PENALTY_KINDS if one in found)


def _took_other(found: set[str]) -> Callable[[re.Match[str]], str]:
    """其他 with a description: the description counts only for the kinds that it names."""

    def take(match: re.Match[str]) -> str:
        found.add("other")
        return "、".join(_kind_words().findall(match[2]))

    return take


def _took(found: set[str], whole: str) -> Callable[[re.Match[str]], str]:
    words = vocabulary()

    def take(match: re.Match[str]) -> str:
        several = words.both.get(match[0])
        if several == ():
            raise BadRecordValueError("register_kind_ambiguous", value=whole)
        found.update(several or (words.kinds.get(match[0], match[0]),))
        return ""

    return take


@cache
def _kind_words() -> re.Pattern[str]:
    words = vocabulary()
    names = sorted({*words.kinds, *words.both, *PENALTY_KINDS}, key=len, reverse=True)
    return re.compile("|".join(re.escape(one) for one in names))


def read_flag(cell: object) -> bool:
    """是 or 否, in the usual spellings."""
    if isinstance(cell, bool):
        return cell
    word = plain(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadRecordValueError("register_flag_wrong", value=word)


def read_published(cell: object) -> date | bool:
    """A day, or False where the cell says that the record has not been published."""
    return False if plain(cell) in vocabulary().unpublished else read_cell_day(cell)


def read_served(cell: object) -> date | bool:
    """The day on which the notice was served, or False where the cell says that it was not."""
    return False if plain(cell) in vocabulary().unserved else read_cell_day(cell)


def read_party(cell: object) -> str:
    """The category of the party (field 2)."""
    found = vocabulary().parties.get(plain(cell))
    if found is None:
        raise BadRecordValueError("register_party_wrong", value=plain(cell))
    return found


def read_fact(fact: str, raw: object) -> object:
    """A fact as the record document has it; BadRecordValueError as that document would refuse it."""
    section, _, key = PATHS[fact].rpartition(".")
    document: dict[str, object] = {"kind": "penalty", **({section: {key: raw}} if section else {key: raw})}
    try:
        return parse_record(document).values[fact]
    except InputError as error:
        first = error.errors[0]
        raise BadRecordValueError(first.code, **first.params) from error


def _in_text(cell: object) -> str:
    """Free text as it stands; the check of its length is that of the record document."""
    words = plain(cell)
    if len(words) > MAX_TEXT:
        raise BadRecordValueError("record_text", max=MAX_TEXT)
    return words


def _in_words(fact: str) -> Reader:
    """A fact by its code, or by the Chinese word for it where it has such words."""
    words = vocabulary().words if fact in _WORDED else {}
    return lambda cell: read_fact(fact, words.get(plain(cell), plain(cell)))


def _yuan(fact: str) -> Reader:
    return lambda cell: read_fact(fact, cell.strip() if isinstance(cell, str) else cell)


READS: Final[Mapping[str | None, Reader]] = {
    "wan": read_wan,
    "day": read_cell_day,
    "kinds": read_kinds,
    "flag": read_flag,
    "published": read_published,
    "served": read_served,
    "party": read_party,
}
_TEXTS: Final = frozenset({"record_id", "party_name", "uscc", "number", "authority"})
_WORDED: Final = frozenset({"procedure", "record_class"})
_AMOUNTS: Final = frozenset({"fine_yuan", "confiscated_yuan"})
_FLAGS: Final = frozenset(
    {
        "annulled",
        "wrong_subject",
        "misclassified",
        "corrected",
        "duties_performed",
        "harm_removed",
        "repeat_same_kind",
        "further_heavier_penalty",
        "on_abnormal_list",
        "on_serious_list",
        "promise_made",
        "materials_complete",
    }
)


def reader_of(fact: str, reads: str | None) -> Reader:
    """The function that reads the cells of a column; it raises BadRecordValueError."""
    name = reads if reads in READS else _read_as(fact)
    if name is not None:
        return READS[name]
    if fact.startswith("row_") or fact in _TEXTS:
        return _in_text
    return _yuan(fact) if fact in _AMOUNTS else _in_words(fact)


def _read_as(fact: str) -> str | None:
    """How a column of the flattened document is read, by its fact."""
    if fact == "published_on":
        return "published"
    if fact in _FLAGS:
        return "flag"
    if fact.endswith(("_on", "_until")):
        return "day"
    return "kinds" if fact == "penalty_kinds" else None


def why(error: CodedValueError) -> str:
    """The Chinese sentence about a cell."""
    return text(error.code, error.params)


def columns_by_name() -> Mapping[str, tuple[str | None, str | None]]:
    """Every way to name a column, normalised: its fact (None: known, passed over) and how it reads."""
    words = vocabulary()
    found: dict[str, tuple[str | None, str | None]] = {}
    for row in (*words.fields, *words.local):
        for name in (row.name, row.code, *row.also):
            if name:
                found[folded(name)] = (row.fact, row.reads)
    for fact, path in PATHS.items():
        if fact == DETERMINED:  # no register tells what a person has decided here
            continue
        for name in (fact, path, path.rpartition(".")[2], path.replace(".", "_")):
            found.setdefault(folded(name), (fact, None))
    return found


def folded(heading: object) -> str:
    """A heading without what differs between exports: blanks, width of brackets, a star, case."""
    words = (
        str(heading if heading is not None else "").strip().removeprefix("\ufeff").removeprefix("*").removesuffix("*")
    )
    return re.sub(r"\s+", "", words).replace("（", "(").replace("）", ")").casefold()


def distinct(cells: Sequence[object], read: Reader, known: dict[object, object]) -> list[object]:
    """A column read: each distinct cell once; a cell that cannot be read is its CodedValueError."""
    found: list[object] = []
    for cell in cells:
        key = cell if cell.__class__ is str else (cell.__class__, repr(cell))
        if key not in known:
            known[key] = _read(cell, read)
        found.append(known[key])
    return found


def _read(cell: object, read: Reader) -> object:
    if is_nothing(cell):
        return None
    try:
        return read(cell)
    except CodedValueError as error:
        return error
