"""Every address × every role × an area, by real requests, against the written matrix.

The transaction is taken away: whoever is let in gets an answer that names the areas he may act in, and no act
happens. So every address can be called by everybody, and nothing but the rules answers.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from fastapi import FastAPI

from kernel.errors import XinhengError
from service.access.actor import Actor
from service.access.roles import role_table
from service.access.rules import RouteRule, rules_of
from service.app import create_app
from service.db.database import Database
from service.engine import Engine
from service.settings import Settings
from tests.databases import sqlite_database
from tests.service.asgi import Client
from tests.service.people import Place, UserClient, make_user
from tools.access_table import LOGIN, MATRIX, PAGE, PUBLIC, page, read_matrix

AREA = Place("综合执法", "210211")
LET_IN = 299
STORED = "case-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A"
NOBODY, ROLELESS = "nobody", "no role"
PAGES_OF_LOGIN = re.compile(r"/(account|login|logout)(/|$)")
"""Their rule is the stage of the login and no transaction is opened: test_login.py and test_account.py walk them."""


class LetInError(XinhengError):
    """Raised in place of the transaction."""

    status = LET_IN
    code = "internal_error"


class NoWorks:
    """Opens no transaction, and says for whom it would have been."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.seen: list[Actor] = []

    def reading(self, actor: Actor) -> NoReturn:
        self.seen.append(actor)
        raise LetInError

    writing = reading


class Doors:
    """The application with a client for everybody."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app = app
        self.works = NoWorks(database)
        app.state.works = self.works
        self.clients: dict[str, Client] = {NOBODY: Client(app)}
        self.clients[ROLELESS] = UserClient(app, database, make_user(database))
        for role in role_table():
            self.clients[role] = UserClient(app, database, make_user(database, role, place=AREA))

    def knock(self, who: str, route: RouteRule) -> httpx.Response:
        """Send a request that is whole as far as a door can tell: the right kind of body, the form's token."""
        path = re.sub(r"\{[^}:]+\}", "1", re.sub(r"\{[^}]+:stored\}", STORED, route.path))
        body = {"json": {}} if path.startswith("/api/") else _form(route)
        options = {} if route.method == "GET" else body
        return self.clients[who].request(route.method, path, headers={"accept": "application/json"}, **options)


def _form(route: RouteRule) -> dict[str, object]:
    return {"files": {"file": ("a.csv", b"a")}} if route.rule.files else {"data": {"x": "1"}}


@pytest.fixture(scope="module")
def doors(engine: Engine, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("doors")
    with sqlite_database(sqlite_template, folder) as database:
        yield Doors(create_app(Settings(data_dir=folder), engine=engine, database=database), database)


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """Who may call an address, by the address."""
    return {route: who for who, routes in read_matrix().items() for route in routes}


def test_the_matrix_has_every_address_once_and_no_other(doors: Doors, written: dict[str, str]) -> None:
    ours = [f"{one.method} {one.path}" for one in rules_of(doors.app) if one.method != "HEAD"]
    listed = [route for routes in read_matrix().values() for route in routes]
    hint = "run tools/access_table.py and read what changed in the matrix"
    assert sorted(ours) == sorted(listed), hint
    assert len(written) == len(listed), "an address stands twice in the matrix"


def test_every_role_is_let_in_where_the_matrix_says_and_nowhere_else(doors: Doors, written: dict[str, str]) -> None:
    wrong = [
        f"{route.method} {route.path} by {who}: {answer}"
        for route in rules_of(doors.app)
        if not route.rule.is_public and route.method != "HEAD" and not PAGES_OF_LOGIN.match(route.path)
        for who in doors.clients
        if (answer := _wrong(doors, who, route, written.get(f"{route.method} {route.path}", "")))
    ]
    assert wrong == []


def _wrong(doors: Doors, who: str, route: RouteRule, allowed: str) -> str:
    """What is wrong with the answer somebody gets; nothing: empty text."""
    doors.works.seen.clear()
    answer = doors.knock(who, route)
    if who == NOBODY:
        expected = 401 if route.path.startswith("/api/") else 303  # pages send to the login
        return "" if answer.status_code == expected and not doors.works.seen else str(answer.status_code)
    if allowed == LOGIN or who in allowed.split(", "):
        return _wrong_area(doors, who, answer)
    refused = answer.status_code == 403 and answer.json()["code"] == "permission_denied"
    return "" if refused and not doors.works.seen else f"{answer.status_code}, expected to be refused"


def _wrong_area(doors: Doors, who: str, answer: httpx.Response) -> str:
    if answer.status_code != LET_IN or len(doors.works.seen) != 1:
        return f"{answer.status_code}, expected to be let in"
    areas = [(one.department, one.region) for one in doors.works.seen[0].areas]
    expected = [] if who == ROLELESS else [(AREA.department, AREA.region)]
    return "" if areas == expected else f"acts in {areas}"


def test_public_addresses_ask_nobody_and_open_no_transaction_for_a_person(
    doors: Doors, written: dict[str, str]
) -> None:
    public = [one for one in rules_of(doors.app) if one.rule.is_public]
    assert {written[f"{one.method} {one.path}"] for one in public if one.method != "HEAD"} == {PUBLIC}
    assert all(one.rule.why for one in public)


def test_the_page_is_written_from_the_matrix() -> None:
    assert page(read_matrix()) == PAGE.read_text("utf-8"), "run tools/access_table.py"


def test_the_matrix_is_a_file_that_people_read() -> None:
    assert MATRIX.read_text("utf-8").startswith("# Who may call which address")
