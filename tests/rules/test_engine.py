"""The second opinion answers like Kleene logic, from any thread, and never takes silence for an answer."""

import itertools
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from rules import engine
from rules.dnf import ALWAYS, NEVER, All, Any, Leaf, Literal, Not
from rules.engine import EngineFault, SecondOpinion
from tests.rules.opinions import FIRST_VIOLATION, OUTCOMES, STATES, RandomTrees, Spy, States, kleene, opened


def established(*names: str, **states: bool | None) -> States:
    return dict.fromkeys(names, True) | states


# ---------------------------------------------------------------- the meaning


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        (established("初次违法", "及时改正", "危害轻微", 阻碍执法=False), "applies"),
        (established("初次违法", "及时改正", "危害轻微", 阻碍执法=None), "undetermined"),
        (established("初次违法", "及时改正", "危害轻微"), "undetermined"),
        (established("初次违法", "及时改正", "危害轻微", "阻碍执法"), "not_met"),
        (established("初次违法", "及时改正", 危害轻微=False), "not_met"),
        ({}, "undetermined"),
    ],
)
def test_a_ground_is_answered_from_what_is_established(states: States, outcome: str) -> None:
    with opened(MR_N05=FIRST_VIOLATION) as opinion:
        assert opinion.ask(states) == {"MR_N05": outcome}


@pytest.mark.parametrize(
    ("states", "outcome"), [({"a": True}, "not_met"), ({"a": False}, "not_met"), ({}, "undetermined")]
)
def test_a_contradiction_is_undetermined_only_while_unknown(states: States, outcome: str) -> None:
    with opened(g=All((Leaf("a"), Not(Leaf("a"))))) as opinion:
        assert opinion.ask(states)["g"] == outcome


def test_always_and_never_need_no_fact() -> None:
    with closing(SecondOpinion({"always": ALWAYS, "never": NEVER})) as opinion:
        assert opinion.ask({}) == {"always": "applies", "never": "not_met"}


def test_a_release_without_grounds_answers_nothing() -> None:
    with closing(SecondOpinion({})) as opinion:
        assert opinion.ask({"a": True}) == {}


def test_anything_but_true_and_false_is_unknown() -> None:
    with opened(g=Leaf("a"), h=Not(Leaf("a"))) as opinion:
        for odd in (1, 0, "true", np.True_):
            assert set(opinion.ask({"a": odd}).values()) == {"undetermined"}  # type: ignore[dict-item]


def test_names_may_hold_any_text() -> None:
    names = ['"', "\\", "{}", "id", "sid", "$s", "a.b", "null", "", "初次违法\n", "'", "costarring", "liquid"]
    with opened(**{f"“{name}”": Leaf(name) for name in names}) as opinion:
        for name in names:
            answer = opinion.ask(dict.fromkeys(names, False) | {name: True})
            assert [ground for ground, outcome in answer.items() if outcome == "applies"] == [f"“{name}”"]


# ---------------------------------------------------------------- the property: equal to Kleene logic


@pytest.mark.parametrize("release", range(20))
def test_equals_kleene_logic_in_1200_cases(release: int) -> None:
    made = RandomTrees(seed=release, atoms=12)
    trees = {f"g{i}": made.tree() for i in range(14)}
    cases = made.cases(1200, missing=0.3 * release / 19)
    columns = {atom: cases[:, i] for i, atom in enumerate(made.atoms)}
    expected = np.array([kleene(tree, columns) for tree in trees.values()]).T
    with opened(**trees) as opinion:
        for case, row in zip(cases, expected, strict=True):
            states = {atom: STATES[value] for atom, value in zip(made.atoms, case, strict=True)}
            assert list(opinion.ask(states).values()) == [OUTCOMES[value] for value in row], states


def test_equals_kleene_logic_over_many_packs() -> None:
    made = RandomTrees(seed=1, atoms=150)
    trees = {f"g{i}": All((made.tree(1), made.tree(2))) for i in range(300)}
    cases = made.cases(100, missing=0.2)
    columns = {atom: cases[:, i] for i, atom in enumerate(made.atoms)}
    expected = np.array([kleene(tree, columns) for tree in trees.values()]).T
    with opened(**trees) as opinion:
        assert len(opinion._packs) > 10
        for case, row in zip(cases, expected, strict=True):
            states = {atom: STATES[value] for atom, value in zip(made.atoms, case, strict=True)}
            assert list(opinion.ask(states).values()) == [OUTCOMES[value] for value in row]


def test_a_ground_with_more_alternatives_than_a_pack_holds() -> None:
    leaves = [Leaf(f"a{i}") for i in range(100)]
    with opened(g=Any(tuple(leaves))) as opinion:
        no = {leaf.atom: False for leaf in leaves}
        assert opinion.ask(no) == {"g": "not_met"}
        for leaf in leaves:
            assert opinion.ask(no | {leaf.atom: True}) == {"g": "applies"}
            assert opinion.ask(no | {leaf.atom: None}) == {"g": "undetermined"}


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")
def test_our_drain_takes_up_what_the_librarys_own_loop_runs() -> None:
    made = RandomTrees(seed=7, atoms=12)
    trees = {f"g{i}": made.tree() for i in range(12)}
    with opened(**trees) as opinion:
        for pack in opinion._packs:
            host = engine.QuietHost({"twin": pack._definition()})
            for place in itertools.product((True, False), repeat=3):
                fact = {"sid": "0", "id": "f", "s": True}
                fact |= {f"p{i}": True for i in pack._places.values() if place[i % 3]}
                host.noted.clear()
                host.assert_fact("twin", fact)
                host.retract_fact("twin", {"sid": "0", "id": "f"})
                text = engine._OPENING + "".join(engine._property(i) for i in pack._places.values() if place[i % 3])
                assert set(host.noted) - {"s"} == pack._fire(text)


# ---------------------------------------------------------------- what is asked, and what it costs


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    spy = Spy()
    monkeypatch.setattr(engine, "_library", spy)
    return spy


@pytest.fixture
def hundred(spy: Spy) -> Iterator[SecondOpinion]:
    """A hundred grounds of two atoms each, in several packs."""
    with opened(**{f"g{i}": All((Leaf(f"a{i}"), Leaf("b"))) for i in range(100)}) as opinion:
        spy.calls.clear()
        yield opinion


def test_only_the_grounds_asked_are_answered_in_the_order_asked(hundred: SecondOpinion) -> None:
    answer = hundred.ask({"a7": True, "b": True}, ["g99", "g7"])
    assert list(answer.items()) == [("g99", "undetermined"), ("g7", "applies")]


def test_a_part_of_the_grounds_is_answered_as_in_the_whole() -> None:
    made = RandomTrees(seed=9, atoms=60)
    trees = {f"g{i}": made.tree(2) for i in range(120)}
    with opened(**trees) as opinion:
        for case in made.cases(40, missing=0.2):
            states = {atom: STATES[value] for atom, value in zip(made.atoms, case, strict=True)}
            whole = opinion.ask(states)
            asked = [f"g{i}" for i in made.random.choice(120, size=15, replace=False)]
            assert opinion.ask(states, asked) == {ground: whole[ground] for ground in asked}


def test_only_packs_with_a_ground_asked_run(hundred: SecondOpinion, spy: Spy) -> None:
    known = {f"a{i}": True for i in range(100)} | {"b": True}
    hundred.ask(known, ["g0", "g1"])
    assert spy.calls.count("assert_fact") == 1


def test_the_possible_pass_runs_only_where_something_is_unknown(hundred: SecondOpinion, spy: Spy) -> None:
    known = {f"a{i}": True for i in range(100)} | {"b": True}
    hundred.ask(known)
    assert spy.calls.count("assert_fact") == len(hundred._packs)
    spy.calls.clear()
    hundred.ask(known | {"a0": None})
    assert spy.calls.count("assert_fact") == len(hundred._packs) + 1


def test_packs_stay_within_what_the_library_bears(hundred: SecondOpinion) -> None:
    assert max(len(pack._definition()) for pack in hundred._packs) <= 40
    assert engine.PACK_LITERALS <= 250


def test_many_different_conditions_open_a_new_pack() -> None:
    trees = {f"g{i}": All(tuple(Leaf(f"a{i}-{j}") for j in range(90))) for i in range(9)}
    with opened(**trees) as opinion:
        assert {len(pack._places) for pack in opinion._packs} == {90, 180}
        everything = {f"a{i}-{j}": True for i in range(9) for j in range(90)}
        assert set(opinion.ask(everything).values()) == {"applies"}
        assert opinion.ask(everything | {"a4-89": False})["g4"] == "not_met"


def test_an_alternative_with_too_many_conditions_is_refused_by_name() -> None:
    with pytest.raises(EngineFault, match=r"'MR-N05'.*more than 200"):
        SecondOpinion({"MR-N05": (frozenset(Literal(f"a{i}", positive=True) for i in range(201)),)})


def test_no_two_names_of_properties_share_the_librarys_hash() -> None:
    names = ["id", "sid", "$s", engine._SENTINEL, *(engine._property(i).split('"')[1] for i in range(1, 20001))]
    assert len({fnv1a(name) for name in names}) == len(names)
    assert fnv1a("costarring") == fnv1a("liquid")


def fnv1a(name: str) -> int:
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value
