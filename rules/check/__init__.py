"""The catalogue check: what can never apply, what contradicts, what rests on a wrong article.

:func:`check_release` is pure: the day is an argument. With z3 (a tool of development) the logical
questions are proofs over all cases, each finding with an example; without it the other checks run
and a notice says so.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from rules.check.accepted import read_entries, settle
from rules.check.branches import prove_branches
from rules.check.cases import check_cases
from rules.check.citing import check_citations
from rules.check.days import check_days
from rules.check.figures import check_figures
from rules.check.finding import CODES, SEVERITIES, Finding, Severity, finding, in_order
from rules.check.items import prove_items
from rules.check.proof import Prover
from rules.check.repair import check_repair, prove_repair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rules.release import Release

__all__ = ["CODES", "SEVERITIES", "Finding", "Severity", "check_release", "proofs_possible"]

PROVED: Final = frozenset(
    {
        "dead_item",
        "idle_condition",
        "swallowed_item",
        "list_overlap",
        "force_overlap",
        "may_where_shall",
        "threshold_gap",
        "branch_unreachable",
        "branch_overlap",
        "branch_gap",
        "proof_open",
    }
)
"""Codes that only proofs find."""
WITHIN_DAYS: Final = 90


def proofs_possible() -> bool:
    """Whether z3 is installed."""
    return find_spec("z3") is not None


def check_release(
    release: Release, on: date, *, within_days: int = WITHIN_DAYS, prove: bool | None = None
) -> list[Finding]:
    """Check a whole catalogue as of a day.

    Args:
        release: the catalogue.
        on: the day whose law citations and ends are held against.
        within_days: provisions that end within so many days are listed.
        prove: whether to prove; None where z3 is installed. True without it raises ImportError.

    Raises:
        CatalogueError: a file of accepted findings, or a case of a provision, cannot be read.
    """
    proving = proofs_possible() if prove is None else prove
    entries = read_entries(release.accepted)
    if not proving:
        entries = tuple(entry for entry in entries if entry.code not in PROVED)
    found = [
        *check_citations(release, on),
        *check_days(release, on, within_days),
        *check_figures(release),
        *check_cases(release),
        *(check_repair(release.repair) if release.repair is not None else ()),
        *_proved(release, proving=proving),
    ]
    return in_order(settle(found, entries))


def _proved(release: Release, *, proving: bool) -> Iterator[Finding]:
    if not proving:
        yield finding("proofs_not_made", ("", ""), ())
        return
    prover = Prover(release.network)
    yield from prove_items(release, prover)
    yield from prove_branches(release, prover)
    yield from prover.findings()
    if release.repair is not None:
        yield from prove_repair(release.repair)
