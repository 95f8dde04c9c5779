"""Citations: those that do not exist are defects, those that the register lacks are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.citation import CitationError
from rules.check.finding import Finding, finding
from rules.citations import Cited, citations_of, force_of, status_of, why_unindexed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rules.release import Release


def check_citations(release: Release, on: date) -> Iterator[Finding]:
    """Every citation of the catalogue, looked up as of the days for which it is cited."""
    for cited in citations_of(release):
        yield from _of_article(cited, on)
        yield from _of_force(cited)


def _of_article(cited: Cited, on: date) -> Iterator[Finding]:
    named = [cited.provision]
    try:
        answer, day = status_of(cited, on)
    except CitationError:
        yield finding("citation_unreadable", cited.where, named, cited=cited.text)
        return
    if answer.status == "does_not_exist":
        looked_at = "、".join(one.isoformat() for one in answer.checked)
        yield finding("citation_unknown", cited.where, named, cited=cited.text, day=day, versions=looked_at)
    elif answer.status == "not_in_index":
        yield finding("citation_unindexed", cited.where, named, cited=cited.text, why=why_unindexed(answer, day))


def _of_force(cited: Cited) -> Iterator[Finding]:
    """Cited for days on which the instrument was surely not in force."""
    force, time, named = force_of(cited.ref.instrument), cited.time, [cited.provision]
    if force.repealed_on is not None and (time.until is None or force.repealed_on < time.until):
        yield finding("citation_repealed", cited.where, named, cited=cited.text, day=force.repealed_on)
    if force.start is not None and time.start < force.start:
        params = {"cited": cited.text, "day": force.start, "start": time.start}
        yield finding("citation_not_yet_effective", cited.where, named, **params)
