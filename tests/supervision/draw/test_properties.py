"""What a draw promises, whatever the data: section 18 of the specification."""

import hashlib
import random
from collections.abc import Iterable
from fractions import Fraction

import pytest

from kernel.errors import InputError
from supervision.draw import UnitTickets, select, sizes
from supervision.drawframe import Frame, read_frame
from supervision.drawrecord import Needs, Plan
from supervision.drawrun import Folder, run
from supervision.drawtasks import Demand, Task, check_needs
from supervision.drawtext import Tickets, sha256_hex
from supervision.teams import Staff, Teams, staff
from supervision.teamsroster import Person
from tests.supervision.draw.folders import folder, table

PPM = 1_000_000


def plan(rule: str = "ceil", rate: dict[str, int] | None = None, reserve: int = 0, plan_id: str = "P") -> Plan:
    return Plan(plan_id, "d", (), "all", "frame-a.tsv", rule, rate or {}, reserve)


def key(number: int) -> Tickets:
    return Tickets(sha256_hex(f"test {number}"))


def frame(strata: dict[str, int], status: str = "ok") -> Frame:
    rows = [(f"{name}{number:05d}", name, status, "R") for name, many in strata.items() for number in range(many)]
    return read_frame("frame-a.tsv", table(rows))


def drawn(one: Plan, of: Frame, tickets: Tickets) -> dict[str, list[str]]:
    found = select(one, of, tickets, UnitTickets(tickets))
    return {name: [of.units[row].decode() for row in stratum.selected] for name, stratum in found.items()}


@pytest.mark.parametrize("number", range(20))
def test_a_larger_sample_begins_with_the_smaller_one(number: int) -> None:
    of = frame({"X": 300})
    small = drawn(plan(rate={"X": 30_000}), of, key(number))["X"]
    large = drawn(plan(rate={"X": 50_000}), of, key(number))["X"]
    assert (len(small), len(large)) == (9, 15)
    assert large[: len(small)] == small


def test_the_reserve_goes_on_where_the_sample_ends() -> None:
    of, tickets = frame({"X": 100}), key(1)
    one = select(plan(rate={"X": 100_000}, reserve=5), of, tickets, UnitTickets(tickets))["X"]
    assert drawn(plan(rate={"X": 150_000}), of, tickets)["X"] == [
        of.units[row].decode() for row in (*one.selected, *one.reserve)
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_unit_added_to_one_stratum_changes_nothing_in_another(number: int) -> None:
    rates = {"X": 100_000, "Y": 100_000}
    before = drawn(plan(rate=rates), frame({"X": 50, "Y": 50}), key(number))
    after = drawn(plan(rate=rates), frame({"X": 50, "Y": 60}), key(number))
    assert before["X"] == after["X"]


def test_departments_of_one_group_meet_and_those_of_two_do_not() -> None:
    of, tickets = frame({"X": 1000}), key(3)
    rate = {"X": 50_000}
    first, second = (set(drawn(plan(rate=rate, plan_id=name), of, tickets)["X"]) for name in "AB")
    other = Plan("C", "d", (), "other", "frame-a.tsv", "ceil", rate, 0)
    assert first == second
    assert len(first & set(drawn(other, of, tickets)["X"])) < 10


def test_every_unit_has_the_same_chance() -> None:
    """Chi-square over 10,000 keys: 10 of 40 units; 39 degrees of freedom, bound of 1 in a million."""
    labels = [f"unit/all/{number:02d}" for number in range(40)]
    times = [0] * len(labels)
    for number in range(10_000):
        tickets = Tickets(sha256_hex(f"key {number}"))
        order = sorted(range(len(labels)), key=lambda one: tickets.ticket(labels[one]))
        for one in order[:10]:
            times[one] += 1
    expected = 10_000 * 10 / 40
    # Sampling without replacement shrinks the statistic by (1 - n/N), which the factor undoes.
    chi_square = sum((found - expected) ** 2 / expected for found in times) * 39 / 40 / (1 - 10 / 40)
    assert chi_square < 95


@pytest.mark.parametrize("number", range(50))
def test_systematic_sizes_are_next_to_the_exact_ones_alone_and_in_total(number: int) -> None:
    rng = random.Random(number)  # noqa: S311 - made-up data
    totals = {f"S{one}": rng.randrange(60) for one in range(30)}
    rates = {name: rng.randrange(PPM + 1) for name in totals}
    found = sizes(plan("systematic", rates), totals, key(number))
    exact = {name: Fraction(totals[name] * rates[name], PPM) for name in totals}
    assert all(-1 < found[name] - exact[name] < 1 for name in totals)
    assert all(found[name] <= totals[name] for name in totals)
    assert -1 < sum(found.values()) - sum(exact.values()) < 1


def test_the_mean_of_systematic_sizes_is_the_exact_one() -> None:
    totals, rates = {"A": 3, "B": 7, "C": 11}, {"A": 100_000, "B": 30_000, "C": 470_000}
    many = 20_000
    sums = dict.fromkeys(totals, 0)
    for number in range(many):
        for name, size in sizes(plan("systematic", rates), totals, key(number)).items():
            sums[name] += size
    for name, total in sums.items():
        # A size has a standard deviation of at most 1/2; five of those of the mean.
        assert abs(total / many - totals[name] * rates[name] / PPM) < 5 * 0.5 / many**0.5


@pytest.mark.parametrize(
    ("rate", "many", "size"),
    [(30_000, 100, 3), (30_000, 101, 4), (1, 1, 1), (0, 100, 0), (PPM, 7, 7), (333_333, 3, 1), (333_334, 3, 2)],
)
def test_ceil_never_draws_fewer_than_the_rate(rate: int, many: int, size: int) -> None:
    assert sizes(plan("ceil", {"X": rate}), {"X": many}, key(0)) == {"X": size}


def test_units_used_up_count_in_the_size_and_are_not_drawn() -> None:
    rows = [(f"U{number:03d}", "X", "cap" if number < 60 else "ok", "R") for number in range(100)]
    of, tickets = read_frame("frame-a.tsv", table(rows)), key(4)
    one = select(plan(rate={"X": 500_000}), of, tickets, UnitTickets(tickets))["X"]
    assert (one.total, one.drawable, one.size, one.short, len(one.selected)) == (100, 40, 50, 10, 40)
    assert min(one.selected) >= 60
    assert one.cutoff == max(tickets.ticket(f"unit/all/U{row:03d}") for row in one.selected)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_plans_and_members_in_the_record_changes_no_sample(seed: int) -> None:
    files = folder(seed)
    assert run(Folder(files.get)) == run(Folder(dict(reversed(files.items())).get))


def people(rng: random.Random, many: int) -> list[Person]:
    return [
        Person(
            f"M{number:02d}",
            "d",
            None if rng.random() < 0.2 else frozenset(rng.sample("RST", rng.randint(1, 2))),
            frozenset(rng.sample(["p", "q"], rng.randint(0, 2))),
            rng.randint(0, 4),
            rng.randint(0, 2),
        )
        for number in range(many)
    ]


def random_teams(seed: int, mode: str) -> tuple[list[Task], list[Demand], Staff, Teams]:
    rng = random.Random(seed)  # noqa: S311 - made-up data
    persons = people(rng, rng.randint(1, 9))
    tasks = [Task("all", f"U{number}", rng.choice("RST"), ("d",)) for number in range(rng.randint(1, 8))]
    demands = [
        Demand(place, "d", rng.choice(["-", "p", "q"]), rng.randint(1, 2))
        for place in range(len(tasks))
        for _ in range(rng.randint(1, 2))
    ]
    recusal = {task.unit: frozenset({rng.choice(persons).inspector_id}) for task in tasks if rng.random() < 0.3}
    own = Staff(persons, recusal)
    return tasks, demands, own, staff(tasks, demands, own, key(seed), mode)


def may_sit(person: Person, demand: Demand, task: Task, own: Staff) -> bool:
    recused = own.recusal.get(task.unit, frozenset())
    return person.works_in(task.region) and person.can(demand.qual) and person.inspector_id not in recused


@pytest.mark.parametrize("mode", ["none", "step"])
@pytest.mark.parametrize("first", range(0, 200, 50))
def test_every_team_is_lawful(first: int, mode: str) -> None:
    for seed in range(first, first + 50):
        tasks, demands, own, teams = random_teams(seed, mode)
        by_id = {person.inspector_id: person for person in own.persons}
        assert all(teams.load[name] <= person.cap for name, person in by_id.items())
        in_task: dict[int, list[str]] = {}
        for demand, seated in zip(demands, teams.people, strict=True):
            in_task.setdefault(demand.task, []).extend(seated)
            assert len(seated) <= demand.heads
            assert all(may_sit(by_id[name], demand, tasks[demand.task], own) for name in seated)
        assert all(len(set(names)) == len(names) for names in in_task.values())
        missing = sum(demand.heads for demand in demands) - sum(map(len, teams.people))
        assert missing == len(teams.unfilled)


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_repair_fills_as_many_seats_as_a_maximum_flow(first: int) -> None:
    for seed in range(first, first + 100):
        tasks, demands, own, teams = random_teams(seed, "none")
        assert sum(map(len, teams.people)) == maximum(tasks, demands, own), seed


@pytest.mark.parametrize("seed", range(100))
def test_balancing_keeps_the_seats_and_never_widens_the_spread(seed: int) -> None:
    before, after = (random_teams(seed, mode)[3] for mode in ("none", "step"))
    assert [len(seated) for seated in before.people] == [len(seated) for seated in after.people]
    own = random_teams(seed, "none")[2]
    squares = [
        sum((person.load0 + teams.load[person.inspector_id]) ** 2 for person in own.persons)
        for teams in (before, after)
    ]
    assert squares[1] <= squares[0]


def maximum(tasks: list[Task], demands: list[Demand], own: Staff) -> int:
    """Largest number of seats by augmenting paths in person → (person, task) → demand, each with its capacity."""
    edges: dict[object, dict[object, int]] = {}

    def edge(one: object, other: object, capacity: int) -> None:
        edges.setdefault(one, {})[other] = capacity
        edges.setdefault(other, {}).setdefault(one, 0)

    for rank, demand in enumerate(demands):
        edge(("demand", rank), "sink", demand.heads)
        for person in own.persons:
            if may_sit(person, demand, tasks[demand.task], own):
                edge("source", person.inspector_id, person.cap)
                edge(person.inspector_id, (person.inspector_id, demand.task), 1)
                edge((person.inspector_id, demand.task), ("demand", rank), 1)
    flow = 0
    while path := augmenting(edges):
        flow += 1
        for one, other in path:
            edges[one][other] -= 1
            edges[other][one] += 1
    return flow


def augmenting(edges: dict[object, dict[object, int]]) -> list[tuple[object, object]]:
    before: dict[object, object] = {"source": "source"}
    waiting: list[object] = ["source"]
    for one in waiting:
        for other, left in edges.get(one, {}).items():
            if left and other not in before:
                before[other] = one
                waiting.append(other)
    return list(steps_back(before)) if "sink" in before else []


def steps_back(before: dict[object, object]) -> Iterable[tuple[object, object]]:
    other: object = "sink"
    while other != "source":
        yield before[other], other
        other = before[other]


def test_needs_that_could_send_one_person_alone_are_refused_before_anything_is_published() -> None:
    plans = [Plan(name, name, (), "all", "frame-a.tsv", "ceil", {}, 0) for name in "ab"]
    enough = {name: Needs((("-", 2),), (("-", 1),)) for name in "ab"}
    check_needs(plans, enough)
    for wrong in (Needs((("-", 1),), (("-", 1),)), Needs((("-", 2),), ())):
        with pytest.raises(InputError):
            check_needs(plans, {**enough, "a": wrong})


def test_a_label_is_hashed_as_it_can_be_pasted_into_any_tool() -> None:
    tickets = key(9)
    assert tickets.ticket("unit/组二/企业𠮷") == hashlib.sha256(f"{tickets.key}unit/组二/企业𠮷".encode()).hexdigest()
