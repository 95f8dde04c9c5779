"""Two at once: one act under one key, one version after another, one number in a department."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from sqlmodel import func, select

from kernel.errors import XinhengError
from service.cases import acts
from service.cases.model import Choice
from service.db.tables.cases import CaseRow, DecisionRow
from service.engine import Engine
from service.idempotency import Answer, once
from service.work import Works
from tests.service.cases.officers import entry, officer

AT_ONCE = 6


def together(act: Callable[[int], Any]) -> list[Any]:
    """What each of several threads got, or the code of its refusal."""

    def one(number: int) -> Any:  # noqa: ANN401 - what the act gives
        try:
            return act(number)
        except XinhengError as error:
            return error.code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def count(works: Works, row: type) -> int:
    with works.database.read() as session:
        return session.exec(select(func.count()).select_from(row)).one()


def test_one_key_sent_at_once_enters_one_case(works: Works, engine: Engine) -> None:
    def send(_: int) -> str:
        with works.writing(officer()) as work:

            def act() -> Answer:
                return Answer(201, {"id": acts.save(work, entry(engine)).id})

            answer = once(work, "key-1", "POST /cases", b"{}", act)
        return str(orjson.loads(answer.body)["id"])

    found = together(send)
    assert len(set(found)) == 1
    assert count(works, CaseRow) == 1


def test_two_officers_deciding_one_case_make_one_decision(works: Works, engine: Engine) -> None:
    with works.writing(officer()) as work:
        case = acts.save(work, entry(engine))

    def decide(number: int) -> str:
        with works.writing(officer(f"o{number}")) as work:
            return acts.decide(work, case.id, 1, Choice("general", None, "理由充分")).id

    found = together(decide)
    assert sorted(found)[-AT_ONCE + 1 :] == ["version_stale"] * (AT_ONCE - 1)
    assert count(works, DecisionRow) == 1


def test_one_number_is_given_once_however_many_ask(works: Works, engine: Engine) -> None:
    def save(_: int) -> str:
        with works.writing(officer()) as work:
            acts.save(work, entry(engine, number="同一号"))
            return "saved"

    found = together(save)
    assert sorted(found) == ["case_number_taken"] * (AT_ONCE - 1) + ["saved"]
    assert count(works, CaseRow) == 1
