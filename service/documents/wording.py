"""The sentences of a document. Only what is established is stated; everything else is a marked blank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.citation import Citation
from kernel.money import FEN, format_yuan_zh
from rules.wording import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.facts import Fact, Vocabulary

_SILENT: Final = frozenset({"decision_date", "deviation_reason", "prior_records", "closing_route"})
_RANGE_WORDS: Final = {"mitigated": "减轻", "lighter": "从轻", "general": "一般", "heavier": "从重"}
_FORCE: Final = {"shall": "应当", "may": "可以"}
_BASES: Final = ("exemption", "basis", "list", "limit", "power")


def blank(what: str) -> str:
    """A place that a person has to fill in."""
    return f"【待填写：{what}】"


def day_zh(iso: object, what: str = "日期") -> str:
    """A day as documents write it, or a blank."""
    if not isinstance(iso, str):
        return blank(what)
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def citation_zh(citation: Mapping[str, object]) -> str:
    """《食品安全法》第三十四条第（十）项."""
    version = citation.get("version")
    cited = Citation(str(citation["instrument"]), str(citation["article"]), version=str(version) if version else None)
    return cited.format_zh()


def citations_zh(citations: Iterable[Mapping[str, object]]) -> str:
    """Several citations in one phrase; a blank where there is none."""
    return "、".join(citation_zh(one) for one in citations) or blank("依据")


def blanks(paragraphs: Iterable[str]) -> list[str]:
    """What a rendered document still leaves to be filled in, each once."""
    found = (piece.split("】")[0] for text in paragraphs for piece in text.split("【待填写：")[1:])
    return list(dict.fromkeys(found))


def established(facts: Mapping[str, object], vocabulary: Vocabulary) -> list[str]:
    """The established facts of the case, one phrase each, in the vocabulary's order.

    ``facts`` are normalised values (amounts in fen).
    """
    phrases = []
    for fact in vocabulary:
        value = facts.get(fact.name)
        if value is None or fact.derived or fact.procedure or fact.name in _SILENT:
            continue
        phrases.append(_phrase(fact, value))
    return phrases


def _phrase(fact: Fact, value: object) -> str:
    if fact.type == "bool":
        return fact.yes if value else fact.no
    return f"{fact.label}{'为' if fact.type in {'enum', 'date'} else ''}{value_text(fact, value).strip('「」')}"


def reasoning(decision: Mapping[str, Any], facts: Mapping[str, object], vocabulary: Vocabulary) -> list[str]:
    """The reasons of the conclusion: what was breached, which ground holds and why, the law applied."""
    paragraphs = [_breach(decision)] if decision.get("violation") else []
    grounds = {one["id"]: one for answer in decision["lists"].values() for one in answer["grounds"]}
    grounds |= {one["id"]: one for one in decision["heavier"]}
    named = [grounds[name] for name in decision["result"]["why"] if name in grounds]
    paragraphs += [_ground(one, _met(one, facts, vocabulary), vocabulary) for one in named]
    if "not_a_violation" in decision["result"]["why"]:
        paragraphs.append("按照应当适用的规定，该行为不作为违法行为给予行政处罚。")
    paragraphs.append(_law(decision))
    return paragraphs


def _breach(decision: Mapping[str, Any]) -> str:
    cited = decision["violation"]["citations"]
    forbidden = [one for one in cited if one["role"] == "prohibition"]
    penal = [one for one in cited if one["role"] == "penalty"]
    title = decision["violation"]["title"]
    return f"当事人{title}的行为，违反了{citations_zh(forbidden)}的规定，处罚依据为{citations_zh(penal)}。"


def _met(ground: Mapping[str, Any], facts: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """The met conditions as facts: what was found, with the limit it was held against."""
    phrases = []
    for row in ground["conditions"]:
        if row["state"] != "met":
            continue
        known = [vocabulary[name] for name in row["facts"] if facts.get(name) is not None]
        found = "、".join(_phrase(fact, facts[fact.name]) for fact in known)
        plain = len(known) == 1 and known[0].type in {"bool", "enum"} and len(row["facts"]) == 1
        phrases.append(found if plain else f"{found}（{row['text']}）" if found else row["text"])
    return "；".join(dict.fromkeys(phrases))


def _ground(ground: Mapping[str, Any], met: str, vocabulary: Vocabulary) -> str:
    if ground["outcome"] != "applies":
        labels = "、".join(vocabulary[row["fact"]].label for row in ground["missing"])
        return f"“{ground['title']}”尚需查明：{blank(labels or '相关事实')}。"
    bases = [one for one in ground["citations"] if one["role"] in _BASES]
    if ground["kind"] != "list_item":
        return f"经查明，{met}，符合{citations_zh(ground['citations'])}规定的情形。"
    source = ground["source"]
    number = f"（{source['number']}）" if source.get("number") else ""
    text = f"经查明，{met}，符合《{source['title']}》{number}所列“{ground['title']}”的适用条件"
    return text + (f"，依据为{citations_zh(bases)}。" if bases else "。")


def _law(decision: Mapping[str, Any]) -> str:
    moment = "违法行为发生时" if decision["law_version"]["applied"] == "conduct" else "作出决定时"
    compared = decision["law_version"]["compared"]
    citation = "《行政处罚法》第三十七条"
    if len(compared) < 2 or compared[0]["on"] == compared[1]["on"]:  # noqa: PLR2004  (two laws)
        return f"本案适用{moment}的规定。"
    return f"依照{citation}，已比对违法行为发生时与作出决定时的规定，本案适用{moment}的规定。"


def conclusion(decision: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """The tier with its force, as the operative sentence begins."""
    result = decision["result"]
    return _FORCE.get(result["force"], "") + words[result["tier"]]


def range_lines(decision: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    """The lawful range and the tiers in words; empty where the law provides no amount."""
    penalty = decision.get("penalty")
    if not penalty:
        return []
    tiers = penalty["ranges"]
    if not tiers:
        return [f"罚款的档次尚不能确定，需要查明：{blank('选择档次所需的事实')}。"]
    whole = {**tiers["lighter"], **{k: v for k, v in tiers["heavier"].items() if k.startswith("max")}}
    optional = "可以" if penalty["optional"] else "应当"
    lines = [f"法定罚款幅度为{range_zh(whole, vocabulary)}，该罚款为{optional}处以的罚款。"]
    lines += [f"{_RANGE_WORDS[tier]}档：{range_zh(one, vocabulary)}；" for tier, one in tiers.items() if one]
    if tiers["mitigated"] is None:
        lines.append("该条没有规定罚款下限，数额上不存在减轻。")
    return lines


def range_zh(found: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """One range in words, with whether its ends belong to it."""
    low = "以上（含本数）" if found.get("min_inclusive", True) else "以上（不含本数）"
    high = "以下（含本数）" if found.get("max_inclusive", True) else "以下（不含本数）"
    if found.get("min_yuan") == 0 and not found.get("max_inclusive", True):
        return f"低于{_yuan(found['max_yuan'])}"
    if "min_x" in found:
        words = f"{vocabulary[found['base']].label}的{found['min_x']}倍{low}{found['max_x']}倍{high}"
        if "min_yuan" not in found:
            return words
        return f"{words}，即{_yuan(found['min_yuan'])}至{_yuan(found['max_yuan'])}"
    if "min_yuan" not in found:
        per = vocabulary[found["per"]].label
        return f"按{per}计，每一单位{_yuan(found['unit_min_yuan'])}至{_yuan(found['unit_max_yuan'])}"
    return f"{_yuan(found['min_yuan'])}{low}{_yuan(found['max_yuan'])}{high}"


def _yuan(amount: int) -> str:
    return format_yuan_zh(int(Decimal(amount) * FEN))


def duties(decision: Mapping[str, Any]) -> list[str]:
    """The duties that remain, each with its article."""
    rows = {(row["title"], citation_zh(row["citation"])): None for row in decision["duties"]}
    return [f"{title}（{cited}）" for title, cited in rows]


def blocking(decision: Mapping[str, Any]) -> list[str]:
    """Warnings that forbid a decision while they stand."""
    return [str(one["detail"]) for one in decision["warnings"] if one.get("blocks")]
