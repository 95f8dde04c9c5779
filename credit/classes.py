"""轻微, 一般, 严重: the class of a record, by the most serious of the rules that hold.

A class that the regulator has set prevails. Where facts are missing, every class that they could
still give is a candidate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credit.records import CLASSES
from rules.evaluate import TRUE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credit.policy import Held
    from rules.schema_repair import RepairClass

RANK: Final = {name: place for place, name in enumerate(CLASSES)}
Why = tuple[str | None, tuple[str, ...]]


def possible_classes(found: Iterable[tuple[Held[RepairClass], int]]) -> list[Why]:
    """Each class that the facts allow, with the ids of the rules that give it; (None, ()) for no class."""
    pairs = list(found)
    sure = [held.provision for held, state in pairs if state == TRUE]
    floor = max((RANK[one.gives] for one in sure), default=-1)
    open_ = [held.provision for held, state in pairs if state == UNKNOWN and RANK[held.provision.gives] > floor]
    names = ([CLASSES[floor]] if sure else []) + sorted({one.gives for one in open_}, key=RANK.__getitem__)
    return [(name, _ids(name, (*sure, *open_))) for name in names] or [(None, ())]


def _ids(name: str, provisions: Iterable[RepairClass]) -> tuple[str, ...]:
    return tuple(one.id for one in provisions if one.gives == name)
