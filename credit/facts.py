"""The facts of a record in the words of the repair vocabulary, and what follows from them."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from credit.records import PENALTY_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credit.records import Record
    from rules.schema_repair import RepairAuthority

PENALTY: Final = "penalty"
GIVEN: Final = (
    "channel",
    "party_kind",
    "annulled",
    "wrong_subject",
    "corrected",
    "duties_performed",
    "harm_removed",
    "repeat_same_kind",
    "further_heavier_penalty",
    "on_abnormal_list",
    "on_serious_list",
    "promise_made",
    "materials_complete",
)
"""Facts of the document that rules read as they stand."""
KEY: Final = itemgetter("record_kind", "record_class", "procedure", "penalty_kinds", "domain", "misclassified", *GIVEN)
_BEYOND_FINES: Final = frozenset(PENALTY_KINDS) - {"warning", "fine"}


def kinds_of(record: Record) -> tuple[str, ...] | None:
    """The kinds of penalty, with those that the amounts betray; None when nothing is known.

    Registers often leave out 罚款 beside an amount; the amount is then the better witness. Where the document
    does not know the kinds, an amount says what there is, but not what else there is.
    """
    values = record.values
    if record.kind != PENALTY:
        return None
    known: tuple[str, ...] = values["penalty_kinds"] or ()  # type: ignore[assignment]  # its reader gives a tuple
    return _completed(known, bool(values["fine_yuan"]), bool(values["confiscated_yuan"])) or None


@lru_cache(maxsize=4096)
def _completed(known: tuple[str, ...], fined: bool, confiscated: bool) -> tuple[str, ...]:  # noqa: FBT001  (for the cache)
    extra = {"fine"} if fined else set()
    if confiscated and not {"confiscate_gains", "confiscate_property"} & set(known):
        extra.add("confiscate_gains")
    return tuple(one for one in PENALTY_KINDS if one in known or one in extra)


def discrete_facts(
    record: Record,
    kinds: tuple[str, ...] | None,
    authority: RepairAuthority | None,
    grades: Mapping[str, object],
) -> dict[str, object]:
    """Every fact that is no day, known ones only: given, and derived from kinds, names and amounts."""
    values = record.values
    facts: dict[str, object] = {name: values[name] for name in GIVEN if values[name] is not None}
    facts["record_kind"] = record.kind
    # Findings against the party count once they are made: nobody has to say that there is none.
    facts["misclassified"] = values["misclassified"] is True
    facts["repeat_established"] = values["repeat_same_kind"] is True
    facts["on_display"] = record.published is True
    facts["class_given"] = values["record_class"] is not None
    if kinds is not None and values["penalty_kinds"] is None:
        facts |= {f"kind_{one}": True for one in kinds}
    elif kinds is not None:
        facts |= {f"kind_{one}": one in kinds for one in PENALTY_KINDS}
        facts["heaviest_kind"] = kinds[-1]
    if authority is not None:
        facts["authority_kind"] = authority.code
    domain = values["domain"]
    if domain is None and authority is not None and len(authority.domains) == 1:
        domain = authority.domains[0]  # the field follows the regulator
    procedure = values["procedure"]
    if procedure is None and _not_simple(kinds, grades):
        procedure = "ordinary"
    known = {"domain": domain, "procedure": procedure, "record_class": values["record_class"], **grades}
    return facts | {name: value for name, value in known.items() if value is not None}


def _not_simple(kinds: tuple[str, ...] | None, grades: Mapping[str, object]) -> bool:
    """Whether the penalty cannot have been given on the spot (行政处罚法 51: warnings and small fines only)."""
    return kinds is not None and (bool(_BEYOND_FINES & set(kinds)) or grades.get("fine_over_simple_limit") is True)
