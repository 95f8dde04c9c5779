"""The second opinion answers like Kleene logic, from any thread, and never takes silence for an answer."""

import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from rules import engine
from rules.dnf import ALWAYS, NEVER, All, Any, AtLeast, Leaf, Literal, Not, Tree, to_conjunctions
from rules.engine import EngineFault, SecondOpinion

Planes = np.ndarray[tuple[int, int], np.dtype[np.int8]]
Column = np.ndarray[tuple[int], np.dtype[np.int8]]
States = dict[str, bool | None]

FALSE, UNKNOWN, TRUE = 0, 1, 2
OUTCOMES = ("not_met", "undetermined", "applies")
STATES = (False, None, True)
FIRST, CORRECTED, HARMLESS, OBSTRUCTED = (Leaf(name) for name in ("初次违法", "及时改正", "危害轻微", "阻碍执法"))
FIRST_VIOLATION = All((FIRST, CORRECTED, HARMLESS, Not(OBSTRUCTED)))


@contextmanager
def opened(**trees: Tree) -> Iterator[SecondOpinion]:
    grounds = {name: to_conjunctions(tree, rule=name) for name, tree in trees.items()}
    with closing(SecondOpinion(grounds)) as opinion:
        yield opinion


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


class RandomTrees:
    """Trees over a few atoms, every connective, two levels deep or three."""

    def __init__(self, seed: int, atoms: int) -> None:
        self.random = np.random.default_rng(seed)
        self.atoms = [f"a{i}" for i in range(atoms)]

    def tree(self, depth: int = 3) -> Tree:
        kind = self.random.integers(6) if depth else 0
        if kind <= 1:
            return Leaf(self.atoms[self.random.integers(len(self.atoms))])
        if kind == 2:
            return Not(self.tree(depth - 1))
        parts = tuple(self.tree(depth - 1) for _ in range(self.random.integers(1, 4)))
        if kind == 3:
            return AtLeast(int(self.random.integers(1, len(parts) + 1)), parts)
        return All(parts) if kind == 4 else Any(parts)

    def cases(self, count: int, missing: float) -> Planes:
        truth = self.random.integers(0, 2, (count, len(self.atoms))) * 2
        return np.where(self.random.random(truth.shape) < missing, UNKNOWN, truth).astype(np.int8)


def kleene(tree: Tree, columns: dict[str, Column]) -> Column:
    """Evaluate a tree over all cases at once: order statistics of its parts, and the complement."""
    if isinstance(tree, Leaf):
        return columns[tree.atom]
    if isinstance(tree, Not):
        complement: Column = TRUE - kleene(tree.part, columns)
        return complement
    ranked = np.sort([kleene(part, columns) for part in tree.parts], axis=0)
    place = -tree.n if isinstance(tree, AtLeast) else 0 if isinstance(tree, All) else -1
    column: Column = ranked[place]
    return column


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


class Spy:
    """Stands before the library: counts calls, and answers in its stead where told to."""

    def __init__(self) -> None:
        self.real = engine._library
        self.calls: list[str] = []
        self.instead: dict[str, Callable[..., object]] = {}

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*args: object) -> object:
            self.calls.append(name)
            return self.instead.get(name, getattr(self.real, name))(*args)

        return call


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


# ---------------------------------------------------------------- faults

ASKED = {"初次违法": True, "及时改正": True, "危害轻微": True, "阻碍执法": False}


@pytest.fixture
def opinion(spy: Spy) -> Iterator[SecondOpinion]:
    with opened(g=FIRST_VIOLATION, h=Not(FIRST)) as opinion:
        spy.calls.clear()
        yield opinion


def raises(error: BaseException) -> Callable[..., object]:
    def call(*_args: object) -> object:
        raise error

    return call


@pytest.mark.parametrize(
    ("function", "instead"),
    [
        ("assert_fact", raises(RuntimeError("Could not assert fact, error code: 303"))),
        ("assert_fact", lambda *_: (1, 1)),
        ("start_action_for_state", raises(MemoryError())),
        ("start_action_for_state", lambda *_: None),
        ("complete_and_start_action", lambda *_: None),
        ("complete_and_start_action", lambda *_: '{"r0":{"m":{}}}'),
        ("complete_and_start_action", lambda *_: ""),
        ("retract_fact", raises(RuntimeError("no"))),
    ],
    ids=[
        "assert fails",
        "not handled",
        "no memory",
        "silence",
        "half an answer",
        "endless",
        "garbage",
        "retract fails",
    ],
)
def test_a_failing_or_silent_engine_is_a_fault_and_the_next_answer_is_right(
    opinion: SecondOpinion, spy: Spy, function: str, instead: Callable[..., object]
) -> None:
    spy.instead[function] = instead
    with pytest.raises(EngineFault):
        opinion.ask(ASKED)
    spy.instead.clear()
    assert opinion.ask(ASKED) == {"g": "applies", "h": "not_met"}
    assert spy.calls.count("delete_ruleset") == 1


def test_an_action_left_unfinished_is_a_fault_not_an_empty_answer(opinion: SecondOpinion, spy: Spy) -> None:
    """The library then answers nothing for a minute, without an error."""
    handle = opinion._packs[0]._handle
    _, session = spy.real.assert_fact(handle, engine._OPENING + "}")
    assert spy.real.start_action_for_state(handle, session)
    spy.real.retract_fact(handle, engine._RETRACT)
    with pytest.raises(EngineFault):
        opinion.ask(ASKED)
    assert opinion.ask(ASKED)["g"] == "applies"


def test_a_fact_left_behind_is_a_fault_not_an_old_answer(opinion: SecondOpinion, spy: Spy) -> None:
    spy.real.assert_fact(opinion._packs[0]._handle, engine._OPENING + "}")
    with pytest.raises(EngineFault):
        opinion.ask(ASKED)
    assert opinion.ask(ASKED)["g"] == "applies"


def test_fewer_grounds_with_more_atoms_is_a_fault(opinion: SecondOpinion, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([{"r0"}, set[str]()])
    monkeypatch.setattr(engine._Pack, "_fire", lambda *_: next(answers))
    with pytest.raises(EngineFault, match="fewer atoms"):
        opinion.ask({"初次违法": True})


def test_an_interruption_is_passed_on_and_the_next_answer_is_right(opinion: SecondOpinion, spy: Spy) -> None:
    spy.instead["complete_and_start_action"] = raises(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        opinion.ask(ASKED)
    spy.instead.clear()
    assert opinion.ask(ASKED)["g"] == "applies"


@pytest.mark.parametrize("lost", ["p1", "p3"])
def test_a_rule_that_fires_without_one_of_its_conditions_is_found_at_load(
    lost: str, spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine._rule
    monkeypatch.setattr(engine, "_rule", lambda rule, names: real(rule, [name for name in names if name != lost]))
    with pytest.raises(EngineFault, match="self-check"), opened(g=FIRST_VIOLATION):
        pass
    assert spy.calls.count("delete_ruleset") == 1


def test_a_rule_that_never_fires_is_found_at_load(monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine._rule
    monkeypatch.setattr(engine, "_rule", lambda rule, names: real(rule, [*names, "x"] if rule == "r0" else names))
    with pytest.raises(EngineFault, match="self-check"), opened(g=FIRST_VIOLATION):
        pass


def test_packs_already_built_are_freed_when_a_later_one_fails(spy: Spy) -> None:
    long = frozenset(Literal(f"a{i}", positive=True) for i in range(201))
    good = {f"g{i}": (frozenset({Literal("a", positive=True)}),) for i in range(60)}
    with pytest.raises(EngineFault):
        SecondOpinion({**good, "bad": (long,)})
    assert spy.calls.count("delete_ruleset") == spy.calls.count("delete_state") >= 1


def test_an_unknown_ground_is_a_fault(opinion: SecondOpinion) -> None:
    with pytest.raises(EngineFault, match="'MR-N99'"):
        opinion.ask(ASKED, ["g", "MR-N99"])


def test_a_closed_release_is_a_fault_and_may_be_closed_again(opinion: SecondOpinion, spy: Spy) -> None:
    opinion.close()
    opinion.close()
    assert spy.calls == ["delete_state", "delete_ruleset"]
    with pytest.raises(EngineFault, match="closed"):
        opinion.ask(ASKED)


# ---------------------------------------------------------------- threads, several at once, memory


def test_no_thread_is_started() -> None:
    before = threading.active_count()
    with opened(g=FIRST):
        assert threading.active_count() == before


def test_eight_threads_get_their_own_answers() -> None:
    trees = {f"g{i}": All((Leaf(f"a{i}"), Not(Leaf(f"a{i + 1}")))) for i in range(80)}

    def ask_as(thread: int) -> int:
        wrong = 0
        for turn in range(150):
            mine = (thread * 150 + turn) % 80
            states: States = {f"a{i}": i == mine for i in range(81)}
            answer = release.ask(states)
            wrong += [ground for ground in answer if answer[ground] == "applies"] != [f"g{mine}"]
        return wrong

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with opened(**trees) as release, ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask_as, range(8))) == [0] * 8
    finally:
        sys.setswitchinterval(before)


def test_closing_while_others_ask_gives_answers_or_faults_and_nothing_else() -> None:
    def ask_until_closed() -> None:
        while True:
            assert release.ask({"a": True}) == {"g": "applies"}

    with opened(g=Leaf("a")) as release, ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask_until_closed) for _ in range(4)]
        release.close()
        assert {type(future.exception()) for future in asking} == {EngineFault}


def test_two_releases_at_once_do_not_mix() -> None:
    with opened(g=Leaf("a")) as old, opened(g=Not(Leaf("a"))) as new:
        for turn in range(200):
            state = STATES[turn % 3]
            assert old.ask({"a": state})["g"] == OUTCOMES[turn % 3]
            assert new.ask({"a": state})["g"] == OUTCOMES[2 - turn % 3]
        old.close()
        assert new.ask({"a": False}) == {"g": "applies"}


def test_a_release_can_be_replaced_fifty_times() -> None:
    made = RandomTrees(seed=3, atoms=40)
    for turn in range(50):
        trees = {f"g{i}": made.tree(2) for i in range(40)}
        cases = made.cases(3, missing=0.2)
        columns = {atom: cases[:, i] for i, atom in enumerate(made.atoms)}
        with opened(**trees) as opinion:
            for row, case in enumerate(cases):
                answer = opinion.ask({atom: STATES[value] for atom, value in zip(made.atoms, case, strict=True)})
                expected = {name: OUTCOMES[kleene(tree, columns)[row]] for name, tree in trees.items()}
                assert answer == expected, turn


MEMORY = """
import resource, sys
from rules.dnf import Literal
from rules.engine import SecondOpinion
GROUNDS = {f"g{i}": (frozenset(Literal(f"a{i + j}", positive=j != 2) for j in range(4)),) for i in range(20)}
CASES = [{f"a{i}": None if (i + n) % 7 == 0 else (i * n) % 5 != 0 for i in range(24)} for n in range(1, 40)]
def ask(times):
    opinion = SecondOpinion(GROUNDS)
    for turn in range(times):
        opinion.ask(CASES[turn % len(CASES)])
    opinion.close()
def rebuild(times):
    for turn in range(times):
        ask(2)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
WORK = {"ask": ask, "rebuild": rebuild}[sys.argv[1]]
WORK(int(sys.argv[2]))
before = peak()
WORK(int(sys.argv[3]))
print(peak() - before)
"""


def growth_in_kib(work: str, warm_up: int, times: int) -> int:
    """How much the peak of a fresh process grows from a warm-up to the work itself."""
    command = [sys.executable, "-c", MEMORY, work, str(warm_up), str(times)]
    root = Path(engine.__file__).parent.parent
    return int(subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout)


def test_memory_does_not_grow_with_new_releases() -> None:
    """Left to itself, the library keeps half a megabyte of every ruleset it has freed."""
    assert growth_in_kib("rebuild", 10, 50) < 4096


@pytest.mark.slow
def test_memory_does_not_grow_over_200000_cases() -> None:
    """One pack, two passes: 400,000 facts asserted and taken back."""
    assert growth_in_kib("ask", 2000, 200_000) < 2048
