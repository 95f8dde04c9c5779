"""Whatever goes wrong inside the engine is a fault, never an answer, and harms no later case."""

from collections.abc import Callable, Iterator

import pytest

from rules import engine
from rules.dnf import Literal, Not
from rules.engine import EngineFault, SecondOpinion
from tests.rules.opinions import FIRST, FIRST_VIOLATION, Spy, opened


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    spy = Spy()
    monkeypatch.setattr(engine, "_library", spy)
    return spy


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
    answers = iter([{"r0"}, {"r0", "r1"}])
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
