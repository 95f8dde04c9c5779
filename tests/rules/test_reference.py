"""The product against a second implementation written from the specification alone."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from kernel.errors import InputError
from rules.decide import Decider
from rules.load import CATALOGUE
from tests.rules.casefiles import grounds
from tests.rules.population import Population
from tests.rules.reference import ContradictionError, Reference, read

ON = date(2026, 11, 24)
CASES = 2000


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(read(CATALOGUE))


def test_thousands_of_random_cases_are_decided_alike(decider: Decider, reference: Reference) -> None:
    tiers: Counter[str] = Counter()
    for number, document in enumerate(Population(decider.release, seed=20261124).cases(CASES)):
        found = compared(document, decider, reference)
        assert not found, f"case {number}: {document}\n" + "\n".join(found)
        tiers[_tier(decider, document)] += 1
    reached = {"no_penalty", "mitigated", "lighter", "mitigated_or_lighter", "general", "heavier"}
    assert reached | {"undetermined", "needs_human"} <= set(tiers), tiers


def _tier(decider: Decider, document: dict[str, Any]) -> str:
    try:
        tier: str = decider.check(document, ON)["result"]["tier"]  # type: ignore[index]
    except InputError:
        return "contradiction"
    return tier


def compared(document: dict[str, Any], decider: Decider, reference: Reference) -> list[str]:
    """Where the two differ, one line each."""
    try:
        wanted = reference.decide(document)
    except ContradictionError:
        wanted = None
    try:
        got: Any = decider.check(document, ON)
    except InputError as error:
        return [] if wanted is None else [f"refused: {error}"]
    if wanted is None:
        return ["the facts contradict each other, yet there is an answer"]
    return [f"{what}: got {ours!r}, expected {theirs!r}" for what, ours, theirs in pairs(got, wanted) if ours != theirs]


def pairs(got: Any, wanted: dict[str, Any]) -> list[tuple[str, object, object]]:  # noqa: ANN401
    """What both answer: the product's value and the reference's."""
    rows: list[tuple[str, object, object]] = [
        (f"list {name}", (got["lists"][name]["outcome"], got["lists"][name]["force"]), answer)
        for name, answer in wanted["lists"].items()
    ]
    result, (tier, force, why) = got["result"], wanted["tier"]
    if wanted["law"] is None:  # which law applies is left open, and all but the coercive measures with it
        return [rows[-1], ("tier", result["tier"], tier)]
    rows.append(("result", (result["tier"], result["force"], set(result["why"])), (tier, force, why)))
    states = {one: ground["outcome"] for one, ground in grounds(got).items() if ground["kind"] != "aggravating"}
    ours = {one: state for one, state in states.items() if one in wanted["grounds"]}
    rows += [("grounds", ours, wanted["grounds"]), ("law", got["law_version"]["applied"], wanted["law"])]
    return rows + _penalty(got["penalty"], wanted["fine"])


def _penalty(got: Any, wanted: dict[str, Any] | None) -> list[tuple[str, object, object]]:  # noqa: ANN401
    if wanted is None or got is None:
        return [("penalty", got, wanted)]
    rows: list[tuple[str, object, object]] = [(name, got[name], wanted[name]) for name in ("trigger", "optional")]
    if wanted["ranges"] is None or got["ranges"] is None:
        return [*rows, ("ranges", got["ranges"], wanted["ranges"])]
    return rows + [_range(tier, got["ranges"][tier], row) for tier, row in wanted["ranges"].items()]


def _range(tier: str, got: Any, wanted: dict[str, Any] | None) -> tuple[str, object, object]:  # noqa: ANN401
    """The figures that the reference gives; the product may say more (units, ends)."""
    if got is None or wanted is None:
        return f"range {tier}", got, wanted
    ours = {name: float(got[name]) for name in ("min_x", "max_x", "min_yuan", "max_yuan") if name in got}
    return f"range {tier}", ours, {name: float(value) for name, value in wanted.items()}
