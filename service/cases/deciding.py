"""From an open case and the officer's choice to a decision: what the rules led to, and whether he departs from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, get_args

from kernel.errors import InputError
from kernel.money import FEN, MoneyError, format_yuan_zh, yuan_to_fen
from service.cases.catalogues import keep_catalogue
from service.cases.model import CHOICE_TITLES, Choice, Chosen, StoredDecision
from service.cases.party import unseen
from service.db.repositories import cases as store
from service.documents.kinds import TIER_WORDS
from service.documents.wording import blocking
from service.errors import StateError
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.cases.model import StoredCase
    from service.work import Work

CHOICES: Final = get_args(Chosen)
_FINED: Final = frozenset({"mitigated", "lighter", "general", "heavier"})
_OPEN: Final = {"mitigated_or_lighter": frozenset({"mitigated", "lighter"})}
_NAMED: Final = 3
_LEAST_REASON: Final = 2


def parse_choice(chosen: object, fine_yuan: object, reason: object) -> Choice:
    """Read a choice; InputError names what is wrong (``decision_choice_wrong``, ``decision_fine_wrong``)."""
    if chosen not in CHOICES:
        raise InputError.at("/chosen", "decision_choice_wrong", value=str(chosen), allowed="、".join(CHOICES))
    fine = None if fine_yuan is None or fine_yuan == "" else _fen(fine_yuan)
    if fine is not None and chosen not in _FINED:
        raise InputError.at("/fine_yuan", "decision_fine_without_penalty", chosen=CHOICE_TITLES[str(chosen)])
    return Choice(chosen, fine, str(reason or "").strip())  # type: ignore[arg-type]  # looked up above


def _fen(value: object) -> int:
    try:
        return yuan_to_fen(value)  # type: ignore[arg-type]  # refused there
    except (MoneyError, TypeError, ValueError) as error:
        raise InputError.at("/fine_yuan", "decision_fine_wrong", value=str(value)) from error


def judge(work: Work, case: StoredCase, choice: Choice) -> StoredDecision:
    """The decision about a case as it stands; StateError as :func:`service.cases.acts.decide`."""
    document = case.content.document
    answer = work.engine.check(document, work.today)
    if stops := blocking(answer):
        raise StateError("decision_blocked", why="；".join(stops))
    _require_history(work, case)
    departs = departs_from(answer, choice)
    if departs and len(choice.reason) < _LEAST_REASON:
        raise _reason_needed(answer, choice)
    number = store.last_number(work.session, case.id) + 1
    return StoredDecision(
        id=new_id("decision", work.now),
        case_id=case.id,
        number=number,
        revises=case.decision_id,
        department=case.department,
        region=case.region,
        party_code=case.content.party_code,
        violation=str(document.get("violation") or ""),
        catalogue=keep_catalogue(work),
        decided_on=date.fromisoformat(str(answer["decided_for"]["decision_on"])),  # type: ignore[index]
        document=document,
        answer=answer,
        choice=choice,
        departs=departs,
        decided_at=work.now,
        decided_by=work.actor.id,
        decided_by_name=work.actor.name,
        software=version("xinheng"),
    )


def departs_from(answer: Mapping[str, Any], choice: Choice) -> bool:
    """Whether the choice is another one than the rules lead to: the tier, or a fine outside of its range.

    Where the rules lead to no tier (facts missing, a question for a person), every choice is the officer's own.
    """
    tier = str(answer["result"]["tier"])
    if choice.chosen not in _OPEN.get(tier, {tier}):
        return True
    return choice.fine_fen is not None and not within(answer, choice.chosen, choice.fine_fen)


def within(answer: Mapping[str, Any], tier: str, fine_fen: int) -> bool:
    """Whether a fine lies in the range of a tier; False where the range is not known in yuan."""
    penalty = answer["penalty"]
    found = (penalty.get("ranges") or {}).get(tier) if penalty and penalty.get("fine_possible") is not False else None
    if not found or found.get("min_yuan") is None or found.get("max_yuan") is None:
        return False
    low, high = (int(Decimal(str(found[name])) * FEN) for name in ("min_yuan", "max_yuan"))
    above = fine_fen >= low if found.get("min_inclusive", True) else fine_fen > low
    below = fine_fen <= high if found.get("max_inclusive", True) else fine_fen < high
    return above and below


def _require_history(work: Work, case: StoredCase) -> None:
    found = unseen(work, case.content.document, case.content.party_code, case.id)
    if found:
        shown = "；".join(f"{one.decided_on.isoformat()} {one.number or one.department}" for one in found[:_NAMED])
        raise StateError("decision_history_open", count=len(found), records=shown)


def _reason_needed(answer: Mapping[str, Any], choice: Choice) -> InputError:
    fine = f"，罚款{format_yuan_zh(choice.fine_fen)}不在该档幅度之内" if choice.fine_fen is not None else ""
    proposed = TIER_WORDS[str(answer["result"]["tier"])]
    return InputError.at(
        "/reason", "decision_reason_needed", proposed=proposed, chosen=CHOICE_TITLES[choice.chosen], fine=fine
    )
