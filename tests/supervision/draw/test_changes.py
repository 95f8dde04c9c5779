"""After the draw: only the closed reasons, only the next in order, every line chained to the one before."""

from dataclasses import replace

import pytest

from supervision.drawchanges import Act, Change, ChangeError, check_log, replace_person, replace_unit
from supervision.drawtasks import Demand, Task
from supervision.drawtext import Tickets, sha256_hex
from supervision.teamsfloor import Floor
from supervision.teamsgreedy import fill
from supervision.teamsroster import Person

PLANS = {"P": {"高": {"selected": ["U1", "U2"], "reserve": ["U3", "U4"]}}}
GONE = Act("9", "局长", "2026-11-24T10:00:00+08:00")


def swap(log: list[Change], unit: str, act: Act = GONE) -> str | None:
    log.append(replace_unit(log, PLANS, ("P", "高", unit), act))
    return log[-1].by


def test_the_reserve_steps_in_in_its_order_until_it_is_used_up() -> None:
    log: list[Change] = []
    assert [swap(log, unit) for unit in ("U2", "U3", "U1")] == ["U3", "U4", None]
    check_log(log)


@pytest.mark.parametrize("reason", ["6", "8", "1", "busy", ""])
def test_no_other_reason_replaces_a_unit(reason: str) -> None:
    with pytest.raises(ChangeError) as caught:
        swap([], "U1", replace(GONE, reason=reason))
    assert caught.value.code == "change_reason"


@pytest.mark.parametrize("unit", ["U3", "U9"])
def test_only_a_drawn_unit_is_replaced_and_only_once(unit: str) -> None:
    log: list[Change] = []
    with pytest.raises(ChangeError):
        swap(log, unit)
    swap(log, "U1")
    with pytest.raises(ChangeError):
        swap(log, "U1")


def test_a_log_that_was_changed_or_shortened_does_not_hold() -> None:
    log: list[Change] = []
    for unit in ("U1", "U2"):
        swap(log, unit)
    for wrong in ([replace(log[0], approved_by="别人"), log[1]], log[1:], log[::-1]):
        with pytest.raises(ChangeError):
            check_log(wrong)


def floor(cap: int = 2) -> Floor:
    people = [Person(f"M{number}", "d", None, frozenset(), cap, 0) for number in range(4)]
    tasks = [Task("all", unit, "R", ("d",)) for unit in ("U1", "U2")]
    demands = [Demand(place, "d", "-", 2) for place in range(2)]
    made = Floor(people, {"U1": frozenset({"M0"})}, tasks, demands, Tickets(sha256_hex("k")))
    assert fill(made) == []
    return made


def test_the_person_with_the_smallest_load_who_may_go_steps_in() -> None:
    made = floor()
    before = set(made.people[0])
    leaving = min(before)
    line = replace_person([], made, 0, f"M{leaving}", replace(GONE, reason="生病"))
    # M0 is recused: of M1 to M3 two sat there, so that only the third one is left.
    assert line.by == f"M{({1, 2, 3} - before).pop()}"
    assert made.people[0] == {1, 2, 3} - {leaving}


def test_when_nobody_is_left_the_line_says_so() -> None:
    made = floor(cap=1)
    line = replace_person([], made, 1, f"M{min(made.people[1])}", replace(GONE, reason="回避"))
    assert line.by is None
    with pytest.raises(ChangeError):
        replace_person([], made, 1, "M9", GONE)
