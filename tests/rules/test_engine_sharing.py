"""Many threads, several releases at once, one after the other: right answers, and no memory lost."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rules import engine
from rules.dnf import All, Leaf, Not
from rules.engine import EngineFault
from tests.rules.opinions import FIRST, OUTCOMES, STATES, RandomTrees, States, kleene, opened


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
