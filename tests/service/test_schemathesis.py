"""Every operation of the interface with requests made from its description: no fault, and answers as described.

Bounded and derandomised. Each operation is called by a new user who may call it, on a city that is filled; the
database is SQLite: what PostgreSQL does otherwise, the other tests of the service see.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.access.permissions import Permission
from service.access.roles import role_table
from service.access.rules import rules_of
from service.app import create_app
from service.db.database import Database
from service.engine import Engine
from service.settings import Settings
from tests.databases import sqlite_database
from tests.service.asgi import BASE
from tests.service.people import UserClient, make_user

_SHOWN = 1500
MORE = {"if-match": '"1"'}
"""Changes name the version they start from; made-up ones would all be refused alike."""
_BOUNDED = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson", "application/vnd.apache.parquet")
def plain_bytes(_context: object, value: object) -> bytes:
    """A body that is no JSON document: whatever is made up, as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described(
    sqlite_template: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, Database]]:
    folder = tmp_path_factory.mktemp("described")
    with sqlite_database(sqlite_template, folder) as database:
        yield create_app(Settings(data_dir=folder), engine=engine, database=database), database


def test_every_operation(described: tuple[FastAPI, Database]) -> None:
    app, database = described
    interface = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    permissions = {(one.method, one.path): one.rule.permission for one in rules_of(app)}
    faults = []
    count = 0
    answers: Counter[int] = Counter()
    for found in interface.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # an operation described wrongly raises here
        roles = _roles(permissions.get((operation.method.upper(), operation.path)))
        fault = _fault(operation, app, database, roles, answers)
        faults += [fault] if fault else []
        count += 1
    assert count > 100
    refused = answers[401] + answers[403]
    assert refused < sum(answers.values()) / 20, f"most of it was not let in: {answers}"
    assert sum(answers[status] for status in range(200, 300)) > count / 2, f"hardly anything was accepted: {answers}"
    assert not faults, "\n\n".join([f"{len(faults)} of {count} operations:", *faults])


def _fault(
    operation: Any,  # noqa: ANN401 - schemathesis's own
    app: FastAPI,
    database: Database,
    roles: list[str],
    answers: Counter[int],
) -> str:
    """What is wrong with an operation; empty: nothing was found."""
    user = make_user(database, *roles)

    @settings(_BOUNDED)
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:  # noqa: ANN401 - as above
        client = UserClient(app, database, user)  # a session of its own: the case may end it
        answer = case.call(base_url=BASE, headers=client.headers | MORE, cookies=client.cookies)
        answers[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    try:
        call()
    except BaseException as error:  # noqa: BLE001 - schemathesis raises groups; all of them are collected
        return f"{operation.method.upper()} {operation.path}: {_words(error)}"
    return ""


def _words(error: BaseException) -> str:
    parts = [_words(one) for one in error.exceptions] if isinstance(error, BaseExceptionGroup) else [str(error)]
    return "; ".join(parts)[:_SHOWN]


def _roles(wanted: Permission | None) -> list[str]:
    """Every business role, or the administrator whose right the operation asks for."""
    table = role_table()
    business = [name for name, role in table.items() if role.kind == "business"]
    holders = [name for name, role in table.items() if wanted in role.permissions]
    return business if wanted is None or set(holders) & set(business) else holders[:1]
