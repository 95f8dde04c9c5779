"""A draw of real size from its files to its result, and the staffing of 50,000 tasks.

The draw runs as the command does, in a process of its own: three plans with a frame each over the
same units, balancing on. Ten million units are drawn once; they need 4 GB of disk and a minute of writing.
"""

import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.draw_population import roster, write_draw
from supervision.drawrecord import Needs
from supervision.drawtasks import Demand, Task, make_demands
from supervision.drawtext import Tickets, sha256_hex
from supervision.teams import Staff, Teams, staff
from supervision.teamsroster import read_roster

XINHENG = Path(sys.executable).with_name("xinheng")
GIGABYTE = 1 << 20
"""Kilobytes, in which the system counts the memory of a process."""
DEPARTMENTS = tuple(f"D{number:02d}" for number in range(26))
REGIONS = 14


def draw(folder: Path) -> None:
    subprocess.run([XINHENG, "draw", "run", folder], check=True, capture_output=True)  # noqa: S603 - our own command


def peak() -> int:
    """Memory, in kilobytes, of the largest process that has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.mark.benchmark(group="draw", min_rounds=3, max_time=1)
def test_a_million_units(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    folder = write_draw(tmp_path / "draw", 1_000_000, 600)
    benchmark(draw, folder)
    benchmark.extra_info |= {"bar": "<= 3 s", "note": f"41,000 visits; {peak() / GIGABYTE:.2f} GB"}
    assert peak() <= 2 * GIGABYTE


@pytest.mark.benchmark(group="draw", min_rounds=1, max_time=1, warmup=False)
def test_ten_million_units(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    folder = write_draw(tmp_path / "draw", 10_000_000, 600, cap=4000)
    benchmark(draw, folder)
    benchmark.extra_info |= {"bar": "<= 35 s", "note": f"410,000 visits; {peak() / GIGABYTE:.2f} GB"}
    assert peak() <= 4.5 * GIGABYTE


def visits(many: int) -> tuple[list[Task], list[Demand]]:
    """Visits by one department or two, in a random district each."""
    rng = random.Random(1)
    tasks = [
        Task(
            "all",
            f"91210200MA{number:08d}",
            f"R{rng.randrange(REGIONS):02d}",
            tuple(sorted(rng.sample(DEPARTMENTS, rng.choice((1, 1, 2))))),
        )
        for number in range(many)
    ]
    needs = {dept: Needs((("special", 1), ("-", 1)), (("-", 1),)) for dept in DEPARTMENTS}
    return tasks, make_demands(tasks, needs)


def staffed(tasks: list[Task], demands: list[Demand], cap: int) -> Teams:
    people = Staff(read_roster("roster.tsv", roster(3000, DEPARTMENTS, REGIONS, cap)), {})
    return staff(tasks, demands, people, Tickets(sha256_hex("bench")), "step")


@pytest.mark.benchmark(group="teams of 50,000 visits, 3,000 inspectors", min_rounds=3, max_time=1)
def test_enough_people(benchmark: BenchmarkFixture) -> None:
    tasks, demands = visits(50_000)
    teams = benchmark(staffed, tasks, demands, 200)
    benchmark.extra_info["bar"] = "<= 12 s"
    assert len(teams.unfilled) < 10_000


@pytest.mark.benchmark(group="teams of 50,000 visits, 3,000 inspectors", min_rounds=3, max_time=1)
def test_short_of_people(benchmark: BenchmarkFixture) -> None:
    tasks, demands = visits(50_000)
    teams = benchmark(staffed, tasks, demands, 30)
    benchmark.extra_info["bar"] = "<= 60 s"
    assert len(teams.unfilled) > 10_000
