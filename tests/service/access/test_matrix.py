"""Every address × every role × an area, by real requests, against the written matrix.

The transaction is taken away: whoever is let in gets an answer that names the areas he may act in, and no act
happens. So every address can be called by everybody, and nothing but the rules answers.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

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
FORM = "application/x-www-form-urlencoded"
MULTIPART = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na\r\n--x--\r\n'
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


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    body: bytes = b""


class Doors:
    """The application with a client for everybody."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app = app
        self.works = NoWorks(database)
        app.state.works = self.works
        people = {role: make_user(database, role, place=AREA) for role in role_table()}
        users = {ROLELESS: make_user(database), **people}
        self.clients: dict[str, Client] = {NOBODY: Client(app)}
        self.clients |= {who: UserClient(app, database, user) for who, user in users.items()}

    async def walk(self, written: Mapping[str, str]) -> list[str]:
        """Knock at every door as everybody; what was wrong."""
        found = []
        for route in rules_of(self.app):
            if route.rule.is_public or route.method == "HEAD" or PAGES_OF_LOGIN.match(route.path):
                continue
            name = f"{route.method} {route.path}"
            for who, client in self.clients.items():
                self.works.seen.clear()
                answer = await knock(self.app, client, route)
                if wrong := self._judge(who, answer, written.get(name, ""), route):
                    found.append(f"{name} by {who}: {wrong}")
        return found

    def _judge(self, who: str, answer: Answer, allowed: str, route: RouteRule) -> str:
        """What is wrong with the answer somebody gets; nothing: empty text."""
        if who == NOBODY:
            expected = 401 if route.path.startswith("/api/") else 303  # pages send to the login
            return "" if answer.status == expected and not self.works.seen else str(answer.status)
        if allowed == LOGIN or who in allowed.split(", "):
            return self._judge_area(who, answer)
        refused = answer.status == 403 and json.loads(answer.body)["code"] == "permission_denied"
        return "" if refused and not self.works.seen else f"{answer.status}, expected to be refused"

    def _judge_area(self, who: str, answer: Answer) -> str:
        if answer.status != LET_IN or len(self.works.seen) != 1:
            return f"{answer.status}, expected to be let in"
        areas = [(one.department, one.region) for one in self.works.seen[0].areas]
        expected = [] if who == ROLELESS else [(AREA.department, AREA.region)]
        return "" if areas == expected else f"acts in {areas}"


async def knock(app: FastAPI, client: Client, route: RouteRule) -> Answer:
    """Send a request that is whole as far as a door can tell: the right kind of body, the form's token.

    Straight to the application: a client between would take as long as the doors themselves.
    """
    path = re.sub(r"\{[^}:]+\}", "1", re.sub(r"\{[^}]+:stored\}", STORED, route.path))
    kind, body = _body(route, path)
    headers = {**client.headers, "host": "127.0.0.1", "accept": "application/json", "content-type": kind}
    headers["content-length"] = str(len(body))
    headers["cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": route.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    answer = Answer()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        answer.status = message.get("status", answer.status)
        answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def _body(route: RouteRule, path: str) -> tuple[str, bytes]:
    if route.method == "GET":
        return "text/plain", b""
    if path.startswith("/api/"):
        return "application/json", b"{}"
    return ("multipart/form-data; boundary=x", MULTIPART) if route.rule.files else (FORM, b"x=1")


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
    assert asyncio.run(doors.walk(written)) == []


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
