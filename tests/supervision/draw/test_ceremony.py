"""The time line as a table: it holds together, and only its moves are possible."""

import itertools

import pytest

from kernel import messages
from supervision.ceremony import (
    CeremonyError,
    cancellations,
    moves,
    possible,
    require,
    require_cancellation,
    require_other,
    states,
)

LINE = ("draft", "committed", "event_known", "drawn", "dispatched", "closed", "published")


def refused(code: str, state: str, **holds: bool) -> CeremonyError:
    with pytest.raises(CeremonyError) as caught:
        require(code, state, holds)
    return caught.value


def test_the_states_are_those_of_the_specification_in_their_order() -> None:
    assert tuple(states()) == (*LINE, "cancelled")


def test_the_way_leads_from_each_state_to_the_next_and_never_back() -> None:
    order = {state: place for place, state in enumerate(states())}
    steps = {(source, move.after(source)) for move in moves().values() for source in move.sources}
    assert {(one, other) for one, other in itertools.pairwise(LINE)} <= steps
    assert all(order[target] >= order[source] for source, target in steps)
    assert {source for source, target in steps if target == "cancelled"} == {"committed", "event_known"}


def test_nothing_leads_out_of_a_final_state_and_something_out_of_every_other() -> None:
    assert all(bool(possible(code)) != state.final for code, state in states().items())


def test_every_condition_has_words_and_every_step_of_others_exists() -> None:
    for move in moves().values():
        assert all(messages.table()[f"ceremony_{need}"].title for need in move.needs)
        assert move.other_than is None or move.other_than in moves()


@pytest.mark.parametrize("code", list(moves()))
@pytest.mark.parametrize("state", list(states()))
def test_a_move_is_possible_exactly_where_the_table_says(code: str, state: str) -> None:
    move = moves()[code]
    everything = dict.fromkeys(move.needs, True)
    if state in move.sources:
        assert require(code, state, everything) == move.after(state)
    else:
        assert refused(code, state, **everything).code == "ceremony_state"


@pytest.mark.parametrize(("code", "need"), [(move.code, need) for move in moves().values() for need in move.needs])
def test_each_condition_stops_its_move_alone_and_is_named(code: str, need: str) -> None:
    move = moves()[code]
    error = refused(code, move.sources[0], **{one: one != need for one in move.needs})
    assert error.code == "ceremony_needs"
    assert messages.title(f"ceremony_{need}") in error.detail


def test_a_condition_that_nobody_looked_at_is_no_pass() -> None:
    with pytest.raises(KeyError):
        require("run", "event_known", {"nonces_unlocked": True})


def test_whoever_entered_the_public_value_cannot_confirm_it() -> None:
    require_other("confirm_event", "b", {"enter_event": "a"})
    with pytest.raises(CeremonyError) as caught:
        require_other("confirm_event", "a", {"enter_event": "a"})
    assert caught.value.code == "ceremony_same_person"


@pytest.mark.parametrize(
    ("reason", "state", "seconded", "code"),
    [
        ("event_void", "committed", False, None),
        ("event_void", "event_known", True, "ceremony_reason"),
        ("input_defect", "event_known", True, "ceremony_reason"),
        ("nonce_lost", "event_known", True, None),
        ("nonce_lost", "event_known", False, "ceremony_needs"),
        ("unwelcome", "committed", True, "ceremony_reason"),
        ("ordered", "drawn", True, "ceremony_state"),
        ("ordered", "draft", True, "ceremony_state"),
        ("nonce_lost", "published", True, "ceremony_state"),
    ],
)
def test_a_record_is_cancelled_only_for_the_closed_reasons_and_never_once_drawn(
    reason: str,
    state: str,
    seconded: bool,  # noqa: FBT001 - a row of the table above
    code: str | None,
) -> None:
    if code is None:
        require_cancellation(reason, state, seconded=seconded)
        return
    with pytest.raises(CeremonyError) as caught:
        require_cancellation(reason, state, seconded=seconded)
    assert caught.value.code == code


def test_reasons_after_the_event_need_a_second_person() -> None:
    assert all(one.seconded for one in cancellations().values() if "event_known" in one.states)
