"""The catalogue's own cases: every provision's tests, run against its conditions alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kernel.errors import InputError
from rules.answer import Evaluator
from rules.defects import defect
from rules.evaluate import OUTCOME_NAMES
from rules.instant import Case, check_days, instant_of
from rules.schema import Ruled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.compiled import Ground
    from rules.release import Release
    from rules.schema import ProvisionTest


@dataclass(frozen=True, slots=True)
class TestResult:
    """One case of a provision: what the catalogue expects, and what the evaluator says."""

    file: str
    provision: str
    name: str
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether they agree."""
        return self.expected == self.got


def run_tests(release: Release) -> Iterator[TestResult]:
    """Run the tests of every provision of a release."""
    shelves = (release.statute, release.items, release.aggravating, release.checks)
    for shelf in shelves:
        for ground in shelf.values():
            yield from tests_of_ground(release, ground)


def tests_of_ground(release: Release, ground: Ground) -> Iterator[TestResult]:
    """Run one provision's tests; CatalogueError where a test itself is wrong."""
    provision = ground.provision
    if not isinstance(provision, Ruled):
        return
    for number, test in enumerate(provision.tests):
        got = _outcome(release, ground, test, f"tests[{number}]")
        yield TestResult(ground.file, provision.id, test.name, test.expect, got)


def facts_of_test(release: Release, ground: Ground, test: ProvisionTest, key: str) -> tuple[Mapping[str, object], date]:
    """The facts of a case with what follows from them, and the day it is decided on."""
    values, errors = release.vocabulary.normalise(test.facts)
    errors += check_days(values)
    if errors:
        raise defect(ground.file, f"{key}.facts", errors[0].detail)
    day = test.on or _decided(values.get("decision_date")) or ground.provision.checked_on
    case = Case("000000", None, None, values)
    try:
        return instant_of(case, day, [ground]).facts, day
    except InputError as error:
        raise defect(ground.file, f"{key}.facts", error.errors[0].detail) from error


def _outcome(release: Release, ground: Ground, test: ProvisionTest, key: str) -> str:
    facts, day = facts_of_test(release, ground, test, key)
    span = ground.at(day)
    if span is None:
        return "not_met"
    trace, state = Evaluator(release, facts).trace(span)
    if state and ground.provision.disputed:  # type: ignore[union-attr]
        return "needs_human"
    return OUTCOME_NAMES[min(trace, default=2)]


def _decided(value: object) -> date | None:
    return value if isinstance(value, date) else None
