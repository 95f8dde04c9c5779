"""One case answered by the second opinion, beside durable-rules used as its manual shows.

Each item has three to seven conditions, one item in four with a nested *any*; fifteen facts in a
hundred are missing. The library's own way decides in one pass and knows no *unknown*.
"""

import itertools
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from rules.dnf import All, Any, Conjunction, Leaf, Not, Tree, to_conjunctions
from rules.engine import SecondOpinion

ATOMS = [f"a{i}" for i in range(240)]  # more do not fit into one fact of the library's own way
BARS = {200: "<= 0.8 ms", 1000: "<= 2.5 ms"}

Cases = list[dict[str, bool | None]]


@dataclass(frozen=True)
class Release:
    grounds: dict[str, tuple[Conjunction, ...]]
    cases: Cases


def made_up_item(rng: random.Random) -> Tree:
    leaves: list[Tree] = [
        Leaf(atom) if rng.random() < 0.85 else Not(Leaf(atom)) for atom in rng.sample(ATOMS, rng.randint(3, 7))
    ]
    if rng.random() < 0.25:
        return All((*leaves[2:], Any(tuple(leaves[:2]))))
    return All(tuple(leaves))


def release(items: int) -> Release:
    rng = random.Random(items)
    grounds = {f"g{i}": to_conjunctions(made_up_item(rng), rule=f"g{i}") for i in range(items)}
    cases: Cases = [{atom: None if rng.random() < 0.15 else rng.random() < 0.6 for atom in ATOMS} for _ in range(100)]
    return Release(grounds, cases)


def asking(opinion: SecondOpinion, grounds: list[str]) -> Callable[[dict[str, bool | None]], Mapping[str, str]]:
    """What asks about the same grounds again and again, as a decision does."""
    atoms = opinion.atoms(grounds)
    question = opinion.question(grounds, atoms)
    words = {(atom, state): opinion.words(atom, state) for atom in atoms for state in (True, False, None)}
    return lambda case: question.ask([words[atom, case[atom]] for atom in atoms])


@contextmanager
def manual(made: Release) -> Iterator[subprocess.Popen[str]]:
    rules = [sorted(conjunction) for alternatives in made.grounds.values() for conjunction in alternatives]
    known = [{atom: state for atom, state in case.items() if state is not None} for case in made.cases]
    script = Path(__file__).with_name("durable_manual.py")
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-W", "ignore", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        send(child, json.dumps(rules), json.dumps(known))
        yield child
        pipe(child.stdin).close()


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def send(child: subprocess.Popen[str], *lines: str) -> None:
    pipe(child.stdin).writelines(f"{line}\n" for line in lines)
    pipe(child.stdin).flush()


def run_next(child: subprocess.Popen[str]) -> int:
    send(child, "next")
    return int(pipe(child.stdout).readline())


@pytest.mark.parametrize("items", [200, 1000])
def test_second_opinion(benchmark: BenchmarkFixture, items: int) -> None:
    benchmark.group = f"second opinion, {items} items"
    benchmark.extra_info["bar"] = [BARS[items], f">= 2 x durable_as_its_manual_shows[{items}]"]
    made = release(items)
    cases = itertools.cycle(made.cases)
    with closing(SecondOpinion(made.grounds)) as opinion:
        ask = asking(opinion, list(made.grounds))
        answer = benchmark(lambda: ask(next(cases)))
    assert set(answer.values()) == {"applies", "undetermined", "not_met"}


def test_second_opinion_on_30_of_1000_items(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "second opinion, 1000 items"
    made = release(1000)
    cases, asked = itertools.cycle(made.cases), list(made.grounds)[400:430]
    with closing(SecondOpinion(made.grounds)) as opinion:
        ask = asking(opinion, asked)
        answer = benchmark(lambda: ask(next(cases)))
    assert len(answer) == 30


@pytest.mark.parametrize("items", [200, 1000])
def test_durable_as_its_manual_shows(benchmark: BenchmarkFixture, items: int) -> None:
    benchmark.group = f"second opinion, {items} items"
    with manual(release(items)) as child:
        run_next(child)
        assert benchmark(lambda: run_next(child)) >= 0


def test_build_and_check_a_release_of_1000_items(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "second opinion, 1000 items"
    made = release(1000)
    benchmark(lambda: SecondOpinion(made.grounds).close())
