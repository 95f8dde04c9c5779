"""Promises that hold for every case: two engines, three values, four independent answers."""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from typing import Any

import pytest

from kernel.errors import InputError
from rules.answer import Answer, Evaluator
from rules.caseinput import parse_case
from rules.compiled import FIRST, Compiled, Ground
from rules.decide import Decided, Decider
from rules.evaluate import OUTCOME_NAMES, UNKNOWN
from rules.instant import instant_of
from rules.opinion import ReleaseOpinion
from rules.priority import LISTS
from rules.release import Release
from tests.rules.casefiles import grounds
from tests.rules.population import Population

ON = date(2026, 11, 24)
TWO_ENGINES = 20_000
CHUNK = 40
DEFINITE = {"applies", "not_met"}


def all_grounds(release: Release) -> Iterator[Ground]:
    for shelf in (release.statute, release.items, release.aggravating, release.limited):
        yield from shelf.values()


def all_spans(release: Release) -> list[Compiled]:
    """Every span of every ground, each once: also those that are no longer in force."""
    return list({span.key: span for ground in all_grounds(release) for span in ground.spans}.values())


def decisions(decider: Decider, seed: int, number: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Random documents and their decisions; those whose facts contradict each other are left out."""
    population = Population(decider.release, seed)
    kept = (found for document in iter(population.case, None) if (found := _decided(decider, document)))
    for _, decided in zip(range(number), kept, strict=False):
        yield decided


def _decided(decider: Decider, document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    try:
        return document, decider.check(document, ON)
    except InputError:
        return None


class Values:
    """Random normalised values of facts, among the thresholds of the catalogue."""

    def __init__(self, release: Release, seed: int) -> None:
        population = Population(release, seed)
        self.random = population.random
        self.of = {
            fact.name: [fact.normalise(value) for value in population.values[fact.name]] for fact in release.vocabulary
        }

    def draw(self, names: Iterator[str] | set[str], missing: float) -> dict[str, Any]:
        return {name: self.random.choice(self.of[name]) for name in sorted(names) if self.random.random() >= missing}


def _read(span: Compiled) -> set[str]:
    return {name for line in span.lines for _, name in line.atoms}


def test_both_engines_agree_on_twenty_thousand_cases(release: Release, opinion: ReleaseOpinion) -> None:
    """Over all spans, past ones too, with none to three in ten of the facts missing."""
    values, spans = Values(release, 1), all_spans(release)
    first_keys = {ground.first_key for ground in all_grounds(release)}
    outcomes = dict.fromkeys(OUTCOME_NAMES, 0)
    for case in range(TWO_ENGINES):
        start = case * CHUNK % len(spans)
        chunk = spans[start : start + CHUNK]
        facts: dict[str, object] = values.draw(set().union(*map(_read, chunk)), (case % 4) / 10)
        if FIRST in facts:  # each list counts it for itself
            facts |= dict.fromkeys(first_keys, facts[FIRST])
        evaluator = Evaluator(release, facts)
        mine = {span.key: OUTCOME_NAMES[evaluator.trace(span)[1]] for span in chunk}
        assert mine == dict(opinion.ask(facts, list(mine))), facts
        for outcome in mine.values():
            outcomes[outcome] += 1
    assert min(outcomes.values()) > TWO_ENGINES, outcomes


def test_both_engines_agree_in_the_whole_decision(release: Release, opinion: ReleaseOpinion) -> None:
    both = Decider(release, opinion)
    for document, decision in decisions(both, seed=2, number=800):
        assert decision["second_opinion"] == {"agrees": True, "differences": []}, document


# -- what is not established --------------------------------------------------------------------


def test_a_comparison_without_its_fact_is_never_met(release: Release) -> None:
    """Each operator, each type: with everything else known, the comparison stays unknown."""
    values, seen = Values(release, 3), set()
    atoms = release.network.atoms.values()
    everything = values.draw({fact.name for fact in release.vocabulary}, missing=0)
    for gone in sorted({atom.test.fact for atom in atoms}):
        states = release.network.atom_states({name: one for name, one in everything.items() if name != gone})
        for atom in atoms:
            if atom.test.fact == gone:
                assert states[atom.index] == UNKNOWN, atom.test
                seen.add((release.vocabulary[gone].type, atom.test.op))
    operators = {operator for _, operator in seen}
    assert operators >= {"eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "between"}
    assert {kind for kind, _ in seen} >= {"bool", "enum", "money", "number", "integer", "date"}


def test_a_condition_on_a_fact_that_is_not_known_is_shown_as_missing(decider: Decider) -> None:
    """Unless the fact follows from others, which the trace then says."""
    for document, decision in decisions(decider, seed=4, number=500):
        known = {name for name, value in document["facts"].items() if value is not None}
        notes = [line.removeprefix("derived ") for line in decision["trace"] if line.startswith("derived ")]
        known |= {note.partition("=")[0].partition("|")[0] for note in notes}
        for ground in grounds(decision).values():
            for row in ground["conditions"]:
                if row["facts"] and not known & set(row["facts"]):
                    assert row["state"] == "missing", (document, ground["id"], row)


def test_null_and_absent_are_the_same(decider: Decider) -> None:
    for document, decision in decisions(decider, seed=5, number=300):
        established = {name: value for name, value in document["facts"].items() if value is not None}
        nulls = {name.name: None for name in decider.release.vocabulary} | established
        for facts in (established, nulls):
            assert decider.check({**document, "facts": facts}, ON) == decision


def test_answering_the_questions_never_changes_what_was_certain(decider: Decider) -> None:
    """One missing fact after the other, in any order, until nothing is asked any more.

    What the catalogue answers itself (``other_statutory_ground``) is never asked.
    """
    population = Population(decider.release, 6)
    draw = random.Random(6)  # noqa: S311
    finished = 0
    for document, _ in decisions(decider, seed=6, number=250):
        before = decider.decided(parse_case(document, decider.release), ON)
        for _ in count():
            asked = [row["fact"] for row in before.document["missing"]]  # type: ignore[attr-defined]
            if not asked:
                finished += 1
                break
            name = draw.choice(asked)
            after = _answered(decider, document, name, draw.choice(population.values[name]))
            if after is None:
                break  # this answer contradicts the others, and is refused
            _assert_kept(before, after, (document, name))
            before = after
    assert finished > 100


def _answered(decider: Decider, document: dict[str, Any], name: str, value: object) -> Decided | None:
    document["facts"][name] = value
    try:
        return decider.decided(parse_case(document, decider.release), ON)
    except InputError:
        return None


def _assert_kept(before: Decided, after: Decided, about: object) -> None:
    """Under each law (by its day), certain outcomes of grounds and lists stay."""
    later = {answer.day: answer for answer in after.answers}
    for answer in before.answers:
        if answer.day not in later:
            continue
        then, now = _outcomes(answer), _outcomes(later[answer.day])
        changed = {name: (state, now[name]) for name, state in then.items() if state in DEFINITE and now[name] != state}
        assert not changed, (changed, about)


def _outcomes(answer: Answer) -> dict[str, str]:
    states = {one.ground.id: one.outcome for one in answer.grounds}
    return states | {f"list {name}": outcome for name, (outcome, _) in answer.outcomes.items()}


# -- the four answers ---------------------------------------------------------------------------


def test_a_list_answers_by_the_rule_of_the_interface(decider: Decider) -> None:
    """Any ground applies; else needs_human; else undetermined; else not_met. The strongest force."""
    for document, decision in decisions(decider, seed=7, number=800):
        for name in LISTS:
            answer = decision["lists"][name]
            rows = answer["grounds"]
            order = ("applies", "needs_human", "undetermined")
            outcome = next((one for one in order if any(row["outcome"] == one for row in rows)), "not_met")
            forces = {row["force"] for row in rows if row["outcome"] == outcome}
            force = None if outcome == "not_met" else "shall" if "shall" in forces else "may"
            assert (answer["outcome"], answer["force"]) == (outcome, force), (document, name)


def test_a_ground_answers_by_its_conditions(decider: Decider) -> None:
    for document, decision in decisions(decider, seed=8, number=800):
        for ground in grounds(decision).values():
            states = {row["state"] for row in ground["conditions"]}
            outcome = "not_met" if "not_met" in states else "undetermined" if "missing" in states else "applies"
            assert ground["outcome"] == outcome, (document, ground["id"])
            asked = [row["fact"] for row in ground["missing"]]
            assert bool(asked) == (outcome == "undetermined"), (document, ground["id"])


def test_nothing_is_asked_that_is_known(decider: Decider) -> None:
    for document, decision in decisions(decider, seed=9, number=800):
        known = {name for name, value in document["facts"].items() if value is not None}
        asked = [row["fact"] for row in decision["missing"]]
        assert len(asked) == len(set(asked)), document
        assert not known & set(asked), document
        for ground in grounds(decision).values():
            assert not known & {row["fact"] for row in ground["missing"]}, document
            assert {row["fact"] for row in ground["missing"]} <= set(asked) or ground["kind"] == "aggravating"


def test_facts_of_coercion_do_not_touch_the_penalty_and_the_reverse(decider: Decider) -> None:
    release = decider.release
    shelves = (*release.statute.values(), *release.items.values())
    coercive = {one.id for one in shelves if "no_coercive_measure" in one.lists}
    read = {one.id: set().union(*map(_read, one.spans)) for one in (*shelves, *release.aggravating.values())}
    of_coercion = set().union(*(read[one] for one in coercive))
    of_penalty = set().union(*(names for one, names in read.items() if one not in coercive))
    population = Population(release, 11)
    for document, decision in decisions(decider, seed=10, number=300):
        for only, unmoved in ((of_coercion - of_penalty, LISTS[:3]), (of_penalty - of_coercion, LISTS[3:])):
            changed = {
                name: population.random.choice(population.values[name])
                for name in document["facts"]
                if name in only and not name.endswith("_date") and "evidence" not in name and "first" not in name
            }
            other = _decided(decider, {**document, "facts": {**document["facts"], **changed}})
            if other is None:
                continue
            if unmoved == LISTS[:3]:
                assert other[1]["result"] == decision["result"]
            assert [other[1]["lists"][name] for name in unmoved] == [decision["lists"][name] for name in unmoved]


# -- form ---------------------------------------------------------------------------------------


def test_every_named_item_is_in_the_answer_as_a_full_object(decider: Decider) -> None:
    keys = {"id", "kind", "outcome", "force", "jurisdiction", "title", "citations", "source", "conditions", "missing"}
    for document, decision in decisions(decider, seed=12, number=500):
        found = grounds(decision)
        assert set(document.get("list_items") or ()) <= set(found), document
        for ground in found.values():
            assert keys | {"in_force"} <= set(ground)
            assert set(ground["in_force"]) == {"from", "until"}
            assert {"title", "number", "issued_on", "confidence"} <= set(ground["source"])
            for row in ground["conditions"]:
                assert row["text"], ground["id"]
                assert row["state"] in {"met", "not_met", "missing"}
            for row in ground["missing"]:
                assert set(row) == {"fact", "question", "would_settle"}


def test_every_member_of_the_interface_is_there(decider: Decider) -> None:
    members = {"decided_for", "catalogue", "lists", "missing", "result", "penalty", "law_version", "duties", "warnings"}
    tiers = {"no_penalty", "mitigated", "lighter", "mitigated_or_lighter", "general", "heavier"}
    for _, decision in decisions(decider, seed=13, number=500):
        assert members | {"trace"} <= set(decision)
        assert set(decision["lists"]) == set(LISTS)
        assert decision["result"]["tier"] in tiers | {"undetermined", "needs_human"}
        assert decision["law_version"]["applied"] in {"conduct", "decision"}
        assert all(isinstance(line, str) for line in decision["trace"])
        assert all({"code", "detail"} <= set(warning) for warning in decision["warnings"])
        assert all({"code", "citation"} <= set(duty) for duty in decision["duties"])
        if decision["penalty"]:
            assert decision["penalty"]["trigger"] in {"immediate", "on_refusal", "serious_only"}


def test_the_same_case_gives_the_same_bytes(decider: Decider, release: Release) -> None:
    """Twice, by another decider, and with its facts in another order."""
    second = Decider(release)
    for document, decision in decisions(decider, seed=14, number=200):
        text = json.dumps(decision, ensure_ascii=False, allow_nan=False)
        turned = {**document, "facts": dict(reversed(document["facts"].items()))}
        assert json.dumps(second.check(document, ON), ensure_ascii=False) == text
        assert json.dumps(decider.check(turned, ON), ensure_ascii=False) == text


@pytest.mark.parametrize("name", ["conduct_date", "discovery_date", "decision_date"])
def test_a_decision_without_one_of_the_days_is_still_made(decider: Decider, name: str) -> None:
    for document, _ in decisions(decider, seed=15, number=100):
        facts = {one: value for one, value in document["facts"].items() if one != name}
        found = _decided(decider, {**document, "facts": facts})
        assert found is not None or name == "decision_date" or "first_violation" in facts


def test_an_instant_leaves_the_case_alone(release: Release) -> None:
    for document in Population(release, 16).cases(100):
        case = parse_case(document, release)
        given: Mapping[str, object] = dict(case.facts)
        try:
            instant_of(case, ON)
        except InputError:
            continue
        assert dict(case.facts) == given
