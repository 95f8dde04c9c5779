"""From grounds to a tier: every combination of outcomes, disputes and exclusions, and the two laws."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations_with_replacement, product

import pytest

from rules.answer import Answer
from rules.batch import Batch
from rules.batch_answers import summary_of
from rules.decide import Decider
from rules.lawtime import choose
from rules.priority import Finding, Tier, list_outcome, tier_of
from tests.rules.casefiles import grounds
from tests.rules.smallcatalogue import catalogue, common, item

ON = date(2026, 11, 24)
OUTCOMES = ("applies", "needs_human", "undetermined", "not_met")
ABSENT_OR = (None, *OUTCOMES)
FROM_LIGHT_TO_HEAVY = ("no_penalty", "mitigated", "mitigated_or_lighter", "lighter", "general", "heavier")
LISTS = {"N": ("no_penalty",), "L": ("lighter",), "M": ("mitigated",), "B": ("lighter", "mitigated")}


def finding(name: str, outcome: str, force: str = "may") -> Finding:
    return Finding(name, outcome, force, LISTS[name[0]])


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_a_list_answers_by_its_strongest_outcome_and_force(size: int) -> None:
    kinds = list(product(OUTCOMES, ("may", "shall")))
    for chosen in combinations_with_replacement(kinds, size):
        found = [finding("N", outcome, force) for outcome, force in chosen]
        expected = next((one for one in OUTCOMES[:3] if any(outcome == one for outcome, _ in chosen)), "not_met")
        forces = {force for outcome, force in chosen if outcome == expected}
        force = None if expected == "not_met" else "shall" if "shall" in forces else "may"
        assert list_outcome(found) == (expected, force)


def combinations() -> Iterator[tuple[dict[str, str | None], str | None]]:
    for states in product(ABSENT_OR, repeat=len(LISTS)):
        for heavier in (None, "applies", "undetermined"):
            yield dict(zip(LISTS, states, strict=True)), heavier


def expected_tier(state: dict[str, str | None], *, heavier: bool) -> str:
    """The order of decision, in words of its own."""
    if state["N"] == "applies":
        return "needs_human" if heavier else "no_penalty"
    if state["N"] in {"needs_human", "undetermined"}:
        return str(state["N"])
    met = [name for name in "LMB" if state[name] == "applies"]
    if "L" in met and "M" in met:
        return "needs_human"
    if met:
        tier = {"L": "lighter", "M": "mitigated", "B": "mitigated_or_lighter"}[met[0]]
        return "needs_human" if heavier else tier
    for outcome in ("needs_human", "undetermined"):
        if outcome in {state[name] for name in "LMB"}:
            return outcome
    return "heavier" if heavier else "general"


def test_every_combination_of_grounds_gives_the_tier_of_the_order_of_decision() -> None:
    reached = set()
    for state, heavy in combinations():
        found = [finding(name, outcome) for name, outcome in state.items() if outcome]
        against = [Finding("H", heavy, "may", ())] if heavy else []
        tier = tier_of(found, against, frozenset())
        assert tier.tier == expected_tier(state, heavier=heavy == "applies"), (state, heavy)
        assert tier.force is None or tier.tier in FROM_LIGHT_TO_HEAVY
        assert set(tier.why) <= {*state, "H"}
        assert (tier.tier == "general") == (tier.why == [])
        reached.add(tier.tier)
    assert reached == {*FROM_LIGHT_TO_HEAVY, "needs_human", "undetermined"}


def test_a_conflict_names_both_sides_and_asks_a_question() -> None:
    tier = tier_of([finding("B", "applies")], [Finding("H", "applies", "shall", ())], frozenset())
    assert (tier.tier, tier.force, tier.conflict) == ("needs_human", None, [["B"], ["H"]])
    assert tier.question


@pytest.mark.parametrize("name", ["N", "L", "M", "B"])
def test_a_written_order_settles_the_conflict(name: str) -> None:
    against = [Finding("H", "applies", "shall", ())]
    assert tier_of([finding(name, "applies")], against, frozenset({(name, "H")})).tier != "needs_human"
    assert tier_of([finding(name, "applies")], against, frozenset({("H", name)})).tier == "needs_human"


def test_a_written_order_against_one_heavier_ground_does_not_settle_the_other() -> None:
    against = [Finding("H1", "applies", "may", ()), Finding("H2", "applies", "may", ())]
    tier = tier_of([finding("N", "applies")], against, frozenset({("N", "H1")}))
    assert tier.conflict == [["N"], ["H2"]]


# Pairs (over, under) that are written down, and what follows where a ground of each list applies.
ORDERS_BETWEEN_LISTS = (
    ((), "needs_human"),
    ((("L", "M"),), "lighter"),
    ((("M", "L"),), "mitigated"),
    ((("L", "M"), ("M", "L")), "needs_human"),
    ((("B", "L"),), "needs_human"),
)


@pytest.mark.parametrize(("orders", "expected"), ORDERS_BETWEEN_LISTS)
def test_a_written_order_decides_between_the_two_reducing_lists(
    orders: tuple[tuple[str, str], ...], expected: str
) -> None:
    found = [finding("L", "applies"), finding("M", "applies", "shall"), finding("B", "applies")]
    tier = tier_of(found, [], frozenset(orders))
    assert tier.tier == expected
    if expected != "needs_human":
        assert set(tier.why) == {expected[0].upper(), "B"}


def test_each_ground_of_a_list_has_to_stand_under_one_of_the_other() -> None:
    found = [finding("L1", "applies"), finding("L2", "applies"), finding("M1", "applies")]
    assert tier_of(found, [], frozenset({("M1", "L1")})).tier == "needs_human"
    assert tier_of(found, [], frozenset({("M1", "L1"), ("M1", "L2")})).tier == "mitigated"
    assert tier_of(found, [], frozenset({("L1", "M1")})).tier == "lighter"


@pytest.mark.parametrize(("orders", "expected"), ORDERS_BETWEEN_LISTS[:4])
def test_single_path_and_batch_follow_the_order_between_the_lists(
    orders: tuple[tuple[str, str], ...], expected: str
) -> None:
    condition = [{"fact": "first_violation", "eq": True}]
    items = [item("L", condition, list="lighter"), item("M", condition, list="mitigated")]
    written = [common(f"order-{a}", "priority", over=[a], under=[b]) for a, b in orders]
    release = catalogue(*items, *written)
    document = {"jurisdiction": "210200", "list_items": ["L", "M"], "facts": {"first_violation": True}}
    single = Decider(release).check(document, ON)
    assert single["result"]["tier"] == expected  # type: ignore[index]
    assert list(Batch(release).check([document], ON).summaries()) == [summary_of(single)]


# -- the law at the conduct and the law at the decision -----------------------------------------


def answer(at: str, tier: str, force: str | None = "shall") -> Answer:
    day = date(2026, 1, 1) if at == "conduct" else ON
    return Answer(at, day, [], [], {}, Tier(tier, force, []), None, None)


@pytest.mark.parametrize(("old", "new"), list(product(FROM_LIGHT_TO_HEAVY, repeat=2)))
def test_of_two_definite_tiers_the_lighter_applies(old: str, new: str) -> None:
    applied = choose(answer("conduct", old), answer("decision", new), {}, None)
    lighter = min(FROM_LIGHT_TO_HEAVY.index(old), FROM_LIGHT_TO_HEAVY.index(new))
    assert applied.tier.tier == FROM_LIGHT_TO_HEAVY[lighter]
    assert applied.answer.at == (
        "decision" if FROM_LIGHT_TO_HEAVY.index(new) < FROM_LIGHT_TO_HEAVY.index(old) else "conduct"
    )
    assert applied.why


@pytest.mark.parametrize("other", [*FROM_LIGHT_TO_HEAVY[1:], "undetermined", "needs_human"])
@pytest.mark.parametrize("open_tier", ["undetermined", "needs_human"])
def test_while_one_law_is_open_the_decision_stays_open_and_shows_that_law(open_tier: str, other: str) -> None:
    for old, new in ((open_tier, other), (other, open_tier)):
        applied = choose(answer("conduct", old), answer("decision", new), {}, None)
        assert applied.tier.tier == ("needs_human" if "needs_human" in {old, new} else "undetermined")
        assert applied.answer.tier is applied.tier


@pytest.mark.parametrize("open_tier", ["undetermined", "needs_human"])
def test_no_penalty_under_one_law_does_not_wait_for_the_other(open_tier: str) -> None:
    for old, new in ((open_tier, "no_penalty"), ("no_penalty", open_tier)):
        assert choose(answer("conduct", old), answer("decision", new), {}, None).tier.tier == "no_penalty"


@pytest.mark.parametrize("tier", ["no_penalty", "mitigated", "mitigated_or_lighter", "lighter"])
def test_leniency_that_is_commanded_beats_leniency_that_is_allowed(tier: str) -> None:
    applied = choose(answer("conduct", tier, "may"), answer("decision", tier, "shall"), {}, None)
    assert (applied.answer.at, applied.tier.force) == ("decision", "shall")
    applied = choose(answer("conduct", tier, "shall"), answer("decision", tier, "may"), {}, None)
    assert (applied.answer.at, applied.tier.force) == ("conduct", "shall")


# -- disputes and exclusions --------------------------------------------------------------------


def outcome_of(facts: Mapping[str, object], **more: object) -> tuple[str, str, str]:
    """Outcome of an item that asks for 初次违法, of its list, and the tier."""
    release = catalogue(item("A-N01", [{"fact": "first_violation", "eq": True}], **more))
    decision = Decider(release).check({"jurisdiction": "210200", "violation": "act", "facts": facts}, ON)
    found = grounds(decision)["A-N01"]["outcome"], decision["lists"]["no_penalty"]["outcome"]  # type: ignore[index]
    return *found, decision["result"]["tier"]  # type: ignore[index]


DISPUTED = {"question": "这一条还能不能用？", "readings": ["能", "不能"]}


def test_a_disputed_item_that_would_apply_goes_to_a_person() -> None:
    assert outcome_of({"first_violation": True}, disputed=DISPUTED) == ("needs_human", "needs_human", "needs_human")
    assert outcome_of({"first_violation": True}) == ("applies", "applies", "no_penalty")


def test_a_disputed_item_whose_condition_is_false_is_no_question() -> None:
    assert outcome_of({"first_violation": False}, disputed=DISPUTED) == ("not_met", "not_met", "general")


@pytest.mark.parametrize(
    ("obstruction", "expected"),
    [(True, ("not_met", "not_met")), (False, ("applies", "applies")), (None, ("undetermined", "undetermined"))],
)
def test_an_exclusion_is_a_condition_of_the_item(obstruction: bool | None, expected: tuple[str, str]) -> None:  # noqa: FBT001
    exclusions = [{"fact": "obstruction", "eq": True}]
    facts = {"first_violation": True, "obstruction": obstruction}
    assert outcome_of(facts, exclusions=exclusions)[:2] == expected


def test_a_question_stands_in_the_list_and_in_the_ground() -> None:
    release = catalogue(item("A-N01", [{"fact": "first_violation", "eq": True}], disputed=DISPUTED))
    document = {"jurisdiction": "210200", "violation": "act", "facts": {"first_violation": True}}
    decision = Decider(release).check(document, ON)
    assert decision["lists"]["no_penalty"]["question"] == DISPUTED["question"]  # type: ignore[index]
    assert grounds(decision)["A-N01"]["question"] == DISPUTED["question"]
    assert decision["result"]["question"] == DISPUTED["question"]  # type: ignore[index]
