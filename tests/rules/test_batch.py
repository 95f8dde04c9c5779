"""Batch and single path are the same decision, case by case, in every field that the batch gives."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from kernel.errors import InputError
from rules.batch import Batch
from rules.batch_answers import Summary, summary_of
from rules.batch_grounds import OUTCOMES, TIERS
from rules.caseinput import parse_case
from rules.decide import Decider
from rules.priority import LISTS
from rules.release import Release
from tests.rules.casefiles import all_cases
from tests.rules.population import Population

ON = date(2026, 11, 24)
Document = dict[str, Any]

# What keeps the exemptions of the statute away, so that other tiers are reached as well.
NO_EXEMPTION: Document = {
    "party_type": "enterprise",
    "evidence_sufficient": True,
    "facts_established": True,
    "violation_minor": False,
    "fault": "negligence",
    "no_fault_evidence": False,
    "discovery_date": None,
    "years_since_conduct_end": 0,
    "harm_level": "general",
}


@pytest.fixture(scope="module")
def batch(release: Release) -> Batch:
    return Batch(release)


def expected(decider: Decider, document: object) -> Summary | str:
    """What the single path says: the decision in short, or its error."""
    try:
        return summary_of(decider.check(document, ON))
    except InputError as error:
        return str(error)


def got(answer: Summary | InputError) -> Summary | str:
    return str(answer) if isinstance(answer, InputError) else answer


def drawn(release: Release, seed: int, count: int) -> Iterator[Document]:
    """Random cases, up to three facts in ten missing; in every second one no exemption applies."""
    rng = random.Random(seed)  # noqa: S311  (made-up cases)
    known = {name: value for name, value in NO_EXEMPTION.items() if name in release.vocabulary}
    for number, document in enumerate(Population(release, seed).cases(count)):
        if number % 2:
            stated = {name: value for name, value in known.items() if rng.random() < 0.97}
            document["facts"] |= stated
        yield document


def compare(batch: Batch, decider: Decider, documents: list[Document]) -> Counter[str]:
    """Decide both ways and count the tiers."""
    tiers: Counter[str] = Counter()
    answers = batch.check(documents, ON)
    for document, answer in zip(documents, answers.summaries(), strict=True):
        assert got(answer) == expected(decider, document), document
        tiers[answer.tier if isinstance(answer, Summary) else "error"] += 1
    return tiers


def test_batch_and_single_path_agree_on_random_cases(release: Release, batch: Batch, decider: Decider) -> None:
    tiers = compare(batch, decider, list(drawn(release, seed=1, count=1500)))
    assert set(TIERS) - set(tiers) <= {"lighter"}, tiers


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 18))
def test_batch_and_single_path_agree_on_twenty_thousand_cases(
    release: Release, batch: Batch, decider: Decider, seed: int
) -> None:
    compare(batch, decider, list(drawn(release, seed, count=2500)))


def test_the_cases_on_file_come_out_the_same(batch: Batch, decider: Decider) -> None:
    documents = [case.document for case in all_cases()]
    compare(batch, decider, documents)  # type: ignore[arg-type]


def test_the_outcome_of_every_ground_stands_in_a_column(release: Release, batch: Batch, decider: Decider) -> None:
    documents = list(drawn(release, seed=3, count=200))
    answers = batch.check(documents, ON)
    columns = {name: answers.ground_outcomes(name) for name in LISTS}
    for row, document in enumerate(documents):
        wanted = expected(decider, document)
        for name in LISTS:
            found = {one: OUTCOMES[column[row]] for one, column in columns[name].items() if column[row] >= 0}
            assert found == (wanted.grounds[name] if isinstance(wanted, Summary) else {})


def test_columns_and_short_forms_say_the_same(release: Release, batch: Batch) -> None:
    answers = batch.check(list(drawn(release, seed=4, count=300)), ON)
    for row, answer in enumerate(answers.summaries()):
        if isinstance(answer, InputError):
            assert answers.tier[row] == answers.penalty[row] == -1
        else:
            assert TIERS[answers.tier[row]] == answer.tier
            assert (answers.penalties[answers.penalty[row]] if answers.penalty[row] >= 0 else None) == answer.penalty


def test_checked_cases_give_the_same_as_their_documents(release: Release, batch: Batch) -> None:
    documents = [one for one in drawn(release, seed=5, count=300) if _is_valid(one, release)]
    cases = [parse_case(one, release) for one in documents]
    checked, read = batch.decide(cases, ON), batch.check(documents, ON)
    assert list(map(got, checked.summaries())) == list(map(got, read.summaries()))
    assert np.array_equal(checked.tier, read.tier)


def _is_valid(document: Document, release: Release) -> bool:
    try:
        parse_case(document, release)
    except InputError:
        return False
    return True


def test_a_case_does_not_depend_on_the_cases_around_it(release: Release, batch: Batch) -> None:
    documents = list(drawn(release, seed=6, count=60))
    together = list(map(got, batch.check(documents, ON).summaries()))
    alone = [got(next(batch.check([one], ON).summaries())) for one in documents]
    assert together == alone


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9])
def test_any_number_of_cases_can_be_decided(release: Release, batch: Batch, decider: Decider, count: int) -> None:
    compare(batch, decider, list(drawn(release, seed=7, count=count)))


SALE: Document = {"jurisdiction": "210200", "violation": "food-expired-sale"}
DAYS: Document = {"conduct_date": "2026-03-01", "decision_date": "2026-04-20"}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"jurisdiction": "999999"},
        {**SALE, "facts": None},
        {**SALE, "facts": []},
        {**SALE, "extra": 1},
        {**SALE, "violation": "no-such"},
        {**SALE, "list_items": ["NO-SUCH"]},
        {**SALE, "list_items": "MR-N05"},
        {**SALE, "facts": {"no_such_fact": None}},
        {**SALE, "facts": {"goods_value_yuan": True}},
        {**SALE, "facts": {"goods_value_yuan": 1.005}},
        {**SALE, "facts": {"goods_value_yuan": "１００"}},
        {**SALE, "facts": {"party_type": ["enterprise"]}},
        {**SALE, "facts": {"decision_date": "2026-01-01", "conduct_date": "2026-01-02"}},
        {**SALE, "facts": {"never_before": True, "first_violation": False}},
        {**SALE, "facts": {**DAYS, "discovery_date": "2026-03-05", "years_since_conduct": 7}},
        {**SALE, "history": [{"record_id": "r", "decided_on": "2025-01-01", "same_type": True}], "facts": DAYS},
        {**SALE, "history": [{"record_id": "r"}], "facts": DAYS},
        {**SALE, "organ": 7},
    ],
    ids=str,
)
def test_what_columns_do_not_cover_is_left_to_the_single_path(batch: Batch, decider: Decider, document: object) -> None:
    good: object = {**SALE, "facts": DAYS}
    answers = list(batch.check([good, document, good], ON).summaries())
    assert [got(one) for one in answers] == [expected(decider, one) for one in (good, document, good)]


@pytest.mark.parametrize("value", [1, 1.0, "1", "1.00", True, 180, "180.50", 10**13])
def test_equal_values_of_different_types_are_told_apart(batch: Batch, decider: Decider, value: object) -> None:
    documents = [{**SALE, "facts": {**DAYS, "goods_value_yuan": one}} for one in (True, 1, 1.0, "1", value)]
    compare(batch, decider, documents)
