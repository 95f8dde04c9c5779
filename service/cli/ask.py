"""The interview at the terminal: one missing fact at a time, the most useful first."""

from __future__ import annotations

import re
import sys
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import orjson

from kernel.errors import InputError
from kernel.messages import text
from rules.facts import BadFactValueError
from service.cli.output import note
from service.cli.render import result_line, settles_words

if TYPE_CHECKING:
    from datetime import date

    from rules.facts import Fact
    from service.engine import Engine

_SKIP: Final = frozenset({"", "不清楚", "不知道", "未查清", "?", "？"})
_QUIT: Final = frozenset({"q", "quit", "exit", "退出", "结束"})
_YES: Final = frozenset({"1", "是", "y", "yes", "true", "对", "有"})
_NO: Final = frozenset({"2", "否", "n", "no", "false", "不", "无", "没有", "不是"})
_DAY: Final = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")
_OPEN_TIERS: Final = frozenset({"undetermined", "needs_human"})


class _StopError(Exception):
    """The officer has had enough, or the input is at its end."""


class Interview:
    """Questions and answers about one case."""

    def __init__(self, engine: Engine, document: object, on: date | None) -> None:
        """Decide the case as it stands; InputError where it is wrong already."""
        self._engine = engine
        self._on = on
        self.decision = engine.check(document, on)
        # The check has made sure of the shape.
        self._document = dict(document) if isinstance(document, dict) else {}
        self._facts: dict[str, object] = dict(self._document.get("facts") or {})
        self._skipped: set[str] = set()

    def run(self) -> None:
        """Ask until nothing is missing, the officer stops, or the input ends."""
        note("逐项询问还缺的事实。不清楚的直接按回车（或者输入“不清楚”），输入 q 结束。")
        try:
            while (row := self._next()) is not None:
                self._ask(*row)
                self._tell()
        except _StopError:
            note("")
            note("到此为止，以下是目前的结论。")

    def completed(self) -> bytes:
        """The case document with the answers, as a file."""
        document = {**self._document, "facts": self._facts}
        return orjson.dumps(document, default=_number, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def _next(self) -> tuple[Fact, list[str]] | None:
        """The best question not yet asked, and what it would settle."""
        missing = self.decision["missing"]
        for row in missing if isinstance(missing, list) else []:
            if row["fact"] not in self._skipped:
                return self._engine.release.vocabulary[row["fact"]], row["would_settle"]
        return None

    def _ask(self, fact: Fact, settles: list[str]) -> None:
        for line in _question(fact, settles):
            note(line)
        while True:
            written = _plain(_read())
            if written.casefold() in _QUIT:
                raise _StopError
            if written.casefold() in _SKIP:
                self._skipped.add(fact.name)
                return
            try:
                self._try(fact, _value(fact, written))
            except BadFactValueError as error:
                note(f"  {_mend(fact) or text(error.code, error.params)}")
            except InputError as error:
                note(f"  {error.detail}")
            else:
                return

    def _try(self, fact: Fact, value: object) -> None:
        """Decide with the answer; keep it only if it goes with the others."""
        facts = {**self._facts, fact.name: value}
        self.decision = self._engine.check({**self._document, "facts": facts}, self._on)
        self._facts = facts
        self._skipped.add(fact.name)

    def _tell(self) -> None:
        missing = self.decision["missing"]
        left = sum(row["fact"] not in self._skipped for row in missing) if isinstance(missing, list) else 0
        result = self.decision["result"]
        settled = isinstance(result, dict) and result["tier"] not in _OPEN_TIERS
        hint = "，结论已经确定，可以输入 q 结束" if settled and left else ""
        note(f"  {result_line(self.decision)}；还可以问 {left} 项{hint}")


def _question(fact: Fact, settles: list[str]) -> list[str]:
    lines = ["", f"{fact.question}〔{fact.label}，关系到 {settles_words(settles)}〕"]
    if fact.usual_source:
        lines.append(f"  通常见于：{fact.usual_source}")
    if fact.help:
        lines.append(f"  说明：{fact.help}")
    if fact.type == "bool":
        lines.append(f"  1. 是（{fact.yes}）  2. 否（{fact.no}）")
    lines += [f"  {number}. {one.label}" for number, one in enumerate(fact.values, 1)]
    hint = {"date": "年-月-日，例如 2026-03-05", "money": "以元为单位", "text_list": "用顿号隔开"}.get(fact.type)
    if hint or fact.unit:
        lines.append(f"  （{hint or '单位：' + fact.unit}）")
    return lines


def _mend(fact: Fact) -> str:
    """What to type instead, where the question had numbered answers."""
    if fact.type == "bool":
        return "请输入 1（是）或者 2（否）；不清楚的直接按回车。"
    return f"请输入 1 到 {len(fact.values)}；不清楚的直接按回车。" if fact.values else ""


def _read() -> str:
    note("> ", end="")
    line = sys.stdin.readline()
    if not line:
        raise _StopError
    return line


def _plain(text: str) -> str:
    """Half-width, without blanks around: people answer with an input method switched on."""
    return unicodedata.normalize("NFKC", text).strip()


def _value(fact: Fact, written: str) -> object:
    """The JSON value of an answer; BadFactValueError where it is none."""
    reader = {
        "bool": _bool,
        "enum": _enum,
        "date": _date,
        "integer": _amount,
        "number": _amount,
        "text_list": _texts,
    }.get(fact.type)
    value: object = reader(fact, written) if reader else written
    fact.normalise(value)
    return value


def _bool(_fact: Fact, written: str) -> object:
    answer = written.casefold()
    return True if answer in _YES else False if answer in _NO else written


def _enum(fact: Fact, written: str) -> object:
    names = fact.value_names
    if written.isdigit() and 1 <= int(written) <= len(names):
        return names[int(written) - 1]
    return next((one.value for one in fact.values if one.label == written), written)


def _date(_fact: Fact, written: str) -> object:
    match = _DAY.fullmatch(written.replace(" ", ""))
    if match is None:
        return written
    year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _amount(_fact: Fact, written: str) -> object:
    if re.fullmatch(r"-?[0-9]{1,20}", written):
        return int(written)
    try:
        number = Decimal(written)
    except InvalidOperation:
        return written
    return number if number.is_finite() and len(written) <= len("1" * 20) else written


def _texts(_fact: Fact, written: str) -> object:
    return [one for one in re.split(r"[、,;，；]\s*", written) if one]


def _number(value: object) -> object:
    """Decimals as JSON numbers: amounts below 10^13 yuan with two decimals survive as they are."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
