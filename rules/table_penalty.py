"""The penalty of an article as a list words it: trigger, kinds, branches, each with its fine.

``没收违法所得；货值金额不足一万元的，并处五万元以上十万元以下罚款；情节严重的，吊销许可证``. What is not surely
understood is an error; a list as published then keeps its words, and a person fills in the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from rules.conditions import ConditionParser
from rules.table_fine import fine_text, read_fine
from rules.table_numbers import narrow
from rules.table_text import conditions_text
from rules.table_values import TableError
from rules.table_words import squash, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules.facts import Vocabulary
    from rules.table_read import ConditionReader

Raw = dict[str, object]
SERIOUS: Final = "情节严重"
_REFUSED: Final = re.compile("拒不(?:改正|履行|整改)")
_OVERDUE: Final = re.compile("逾期仍?(?:不|未)(?:改正|履行|整改)")
_SERIOUS: Final = re.compile("情节(?:特别)?(?:严重|较重)")
_SENTENCES: Final = re.compile(r"[。；;\n]+\s*")
_CASE: Final = re.compile(r"(?P<case>.+?)的[,:]?(?P<then>(?:[,可并处由给没吊责暂限降予]).*)")
_AMOUNT: Final = re.compile("[元倍%‰]|分之")
_MAY: Final = re.compile("可以|可(?:并)?处")
_KINDS_ONLY: Final = re.compile("给予|责令(?:限期|立即)?改正|可以|和|、|,|并")
_NOT_PLAIN: Final = re.compile("没有|未|不|或|和|且|、")
_TRIGGERS: Final = {
    "immediate": "",
    "on_refusal": "先责令改正，拒不改正或者逾期不改正的才罚款",
    "serious_only": "情节严重的才罚款",
}


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence read: its case (``plain``, ``refusal``, ``serious`` or ``when``) and what it provides."""

    case: str
    when: Raw | None
    kinds: tuple[str, ...]
    fine: Raw | None
    may: bool


def read_penalty(text: str, reader: ConditionReader) -> Raw:
    """The penalty that a text words, as the catalogue writes it.

    Raises:
        TableError: some part of it cannot be read.
    """
    sentences = [one for one in (_sentence(part, reader) for part in _SENTENCES.split(text)) if one is not None]
    kinds = list(dict.fromkeys(kind for one in sentences for kind in one.kinds))
    if not kinds:
        raise TableError("table_penalty_kind", value=text)
    fined = [one for one in sentences if one.fine]
    trigger = _trigger(fined)
    optional = bool(fined) and all(one.may for one in fined)
    branches = [_branch(one, trigger, optional=optional) for one in sentences if one.fine or one.case != "plain"]
    ways = [one for one in branches if one.get("fine") and "escalation" not in one]
    if len(ways) > 1 and any("when" not in one for one in ways):
        raise TableError("table_penalty_overlap", value=text)
    return {"trigger": trigger, "optional": optional, "kinds": kinds, "branches": branches}


def _sentence(part: str, reader: ConditionReader) -> _Sentence | None:
    text = re.sub(r"\s", "", narrow(part)).strip(",;.")
    if not text:
        return None
    found = _CASE.fullmatch(text)
    case, when, then = ("plain", None, text)
    if found:
        case, when = _case(found["case"], reader)
        then = found["then"]
    kinds = tuple(read_kinds(then))
    fine = _fine(then, reader)
    if "fine" in kinds and fine is None and not _AMOUNT.search(text):
        raise TableError("table_fine_form", value=part.strip())
    if fine and "fine" not in kinds:
        kinds = (*kinds, "fine")
    if not kinds and not re.search("责令|改正|教育", text):
        raise TableError("table_fine_form" if re.search("[0-9]", text) else "table_penalty_kind", value=part.strip())
    return _Sentence(case, when, kinds, fine, bool(fine and _MAY.search(then)))


def _case(text: str, reader: ConditionReader) -> tuple[str, Raw | None]:
    if _OVERDUE.search(text):
        return "refusal", {"fact": "correction_status", "in": ["refused", "late"]}
    if _REFUSED.search(text):
        return "refusal", {"fact": "correction_status", "eq": "refused"}
    if _SERIOUS.search(text):
        return "serious", {"fact": "circumstances_serious", "eq": True}
    for said in _forms(text, reader):
        reading = reader.read(said)
        if reading.conditions and not reading.unread:
            found = reading.conditions
            return "when", found[0] if len(found) == 1 else {"all": list(found)}
    raise TableError("table_unknown_condition", value=text, nearest="、".join(reader.words.nearest(text)))


def _forms(text: str, reader: ConditionReader) -> Iterator[str]:
    """The case itself, and from the name of a fact on: 违法经营的食品货值金额不足一万元."""
    yield text
    plain = squash(text)
    for phrase, _ in reader.words.names:
        before, found, after = plain.partition(phrase)
        if found and before and not _NOT_PLAIN.search(before):
            yield phrase + after
            return


def _fine(text: str, reader: ConditionReader) -> Raw | None:
    pieces = [one for one in re.split(",(?!最)(?!不超过|不少于)(?![0-9]{3})", text) if _AMOUNT.search(one)]
    if len(pieces) > 1:
        raise TableError("table_fine_form", value=text)
    return read_fine(_measured(pieces[0]), reader) if pieces else None


def _measured(text: str) -> str:
    """A piece from 处 on, where nothing stands before it but other kinds: 没收违法所得并处1万元以下罚款."""
    found = re.search(r"(?:可以|可)?并?处以?(?!罚)(?=.*[元倍%‰分])", text)
    before = squash(text[: found.start()]) if found else ""
    return text[found.start() :] if found and not _KINDS_ONLY.sub("", _all_kinds().sub("", before)) else text


@cache
def _all_kinds() -> re.Pattern[str]:
    said = {squash(one) for every in words()["kinds"].values() for one in every}
    return re.compile("|".join(re.escape(one) for one in sorted(said, key=len, reverse=True)))


def _trigger(fined: list[_Sentence]) -> str:
    cases = {one.case for one in fined}
    if cases == {"refusal"}:
        return "on_refusal"
    return "serious_only" if cases == {"serious"} else "immediate"


def _branch(one: _Sentence, trigger: str, *, optional: bool) -> Raw:
    branch: Raw = {}
    follows_trigger = (trigger, one.case) in {("on_refusal", "refusal"), ("serious_only", "serious")}
    if one.case in {"refusal", "serious"} and not follows_trigger:
        label = SERIOUS if one.case == "serious" else "拒不改正"
        branch = {"label": label, "escalation": True, "when": one.when}
    elif one.case == "when":
        branch["when"] = one.when
    if one.fine is None or "escalation" in branch:
        branch["kinds"] = list(one.kinds)
    if one.fine is not None and one.may != optional:
        branch["optional"] = one.may
    return branch | ({"fine": one.fine} if one.fine else {})


def kinds_text(kinds: Iterable[object]) -> str:
    """Kinds of penalty in the article's order."""
    return "、".join(words()["kinds"][str(kind)][0] for kind in kinds)


def read_kinds(text: str) -> list[str]:
    """The kinds that a text names, each once, in its order."""
    known = {squash(said): kind for kind, all_said in words()["kinds"].items() for said in all_said}
    return list(dict.fromkeys(known[said] for said in _all_kinds().findall(squash(text))))


def penalty_text(penalty: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """The whole penalty in a few lines, to be shown beside an item."""
    lines = [_TRIGGERS[str(penalty["trigger"])], kinds_text(penalty["kinds"])]  # type: ignore[arg-type]
    lines += [branch_text(one, vocabulary) for one in penalty.get("branches") or ()]  # type: ignore[attr-defined]
    return "\n".join(line for line in lines if line)


def branch_text(branch: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """One branch: 货值金额低于1万元：5万元以上10万元以下罚款."""
    case = str(branch.get("label") or "") or when_text(branch.get("when"), vocabulary).replace("\n", "；")
    fine = branch.get("fine")
    said = fine_text(fine, vocabulary) if fine else kinds_text(branch.get("kinds") or ())  # type: ignore[arg-type]
    return f"{case}：{said}" if case else said


def when_text(when: object, vocabulary: Vocabulary) -> str:
    """The case of a branch as lines of a cell; empty where there is none."""
    if when is None:
        return ""
    return conditions_text([ConditionParser(vocabulary, "").parse(when, "when")], vocabulary)
