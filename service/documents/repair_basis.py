"""What a sentence of a repair document rests on: article where it was read, rule id, and a blank where unsure.

A rule that is only general knowledge, a draft, a fragment or our own suggestion is never stated as
law: a marked blank asks for its text to be looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credit.labels import CONFIDENCE
from credit.rows import citation_of
from service.documents.wording import blank, citation_zh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.schema_repair import RepairRuled

UNREAD: Final = frozenset({"GK", "DESIGN"})
"""Not law that anybody read: its sentence is left out."""
UNSURE: Final = UNREAD | {"F", "DR"}
"""Its sentence is given with a blank to check it."""


def basis(shown_id: str, citation: Mapping[str, object] | None, confidence: str) -> str:
    """（《信用修复管理办法》第三条，规则R36-02）, with a blank where the rule is not sure."""
    number = f"规则{shown_id}"
    if confidence in UNSURE:
        number += blank(f"核对规则{shown_id}的原文，{CONFIDENCE[confidence]}")
    named = f"{citation_zh(citation)}，" if citation and confidence not in UNREAD else ""
    return f"（{named}{number}）"


def basis_of(rule: RepairRuled) -> str:
    """The basis of a provision."""
    return basis(rule.shown_id, citation_of(rule), rule.confidence)


def said(rule: RepairRuled) -> str:
    """What a provision says, with its basis; a blank alone where nobody read it."""
    if rule.confidence in UNREAD:
        return f"{blank(f'规则{rule.shown_id}的内容和原文，目前{CONFIDENCE[rule.confidence]}')}。"
    return f"{rule.says.removesuffix('。')}{basis_of(rule)}。"


def all_said(rules: Iterable[RepairRuled]) -> list[str]:
    """The sentences of several provisions, each once."""
    return list(dict.fromkeys(said(rule) for rule in rules))
