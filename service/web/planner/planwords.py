"""Chinese words of the closed lists that the pages of plans and tasks show."""

from __future__ import annotations

import re
from typing import Any, Final

from service.departments import department_zh
from service.web.words import place_zh
from supervision import planparams
from supervision.annual import DRAWINGS, RULES, STRATA, UNDISTURBED
from supervision.caps import LEVELS
from supervision.inspectors import LEFT_OUT
from supervision.items import KINDS, LISTS
from supervision.objects import RISKS, STATES
from supervision.planstates import ACTS
from supervision.taskresults import RECTIFIED
from supervision.taskstates import STATES as TASK_STATES

_QUOTED: Final = re.compile(r"“([a-z_]+|\d{6}|-)”")


def codes_zh(text: str) -> str:
    """Words of a check with the names of departments and districts in the place of their codes."""
    return _QUOTED.sub(lambda found: f"“{_named(found[1])}”", text.replace("其中有资格“-”的", "不限资格的"))


def _named(code: str) -> str:
    return place_zh(code) if code.isdigit() else department_zh(code)


WORDS: Final[dict[str, Any]] = {
    "DRAWINGS": DRAWINGS,
    "RULES": RULES,
    "STRATA": STRATA,
    "UNDISTURBED": UNDISTURBED,
    "LEVELS": LEVELS,
    "KINDS": KINDS,
    "LISTS": LISTS,
    "RISKS": RISKS,
    "UNIT_STATES": STATES,
    "PLAN_ACTS": ACTS,
    "LEFT_OUT": LEFT_OUT,
    "TASK_STATES": TASK_STATES,
    "RECTIFIED": RECTIFIED,
    "METHODS": planparams.reasons("method"),
    "OBJECT_KINDS": planparams.reasons("object_kind"),
    "EXCLUDED": planparams.reasons("out_of_pool"),
    "RATIO_SETS": planparams.ratio_sets(),
    "SECTOR_RULES": planparams.sector_rules(),
    "TIER_TABLES": planparams.tier_tables(),
    "REPEATS": planparams.repeats(),
    "CAPS": planparams.caps(),
    "BATCHES": range(4),
    "codes_zh": codes_zh,
    "RATE_GROUPS": (("按类", ("A", "B", "C", "D")), ("按级", ("T1", "T2", "T3", "T4", "T5")), ("不分层", ("全部",))),
}
