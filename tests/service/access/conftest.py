"""What the tests of access share: a browser on the application, a user with a password."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from service.access import passwords
from service.access.accounts import User
from service.access.passwords import hash_password
from service.clock import now
from service.db.database import Database
from tests.service.access.browser import PASSWORD, Browser
from tests.service.people import make_user


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hashing that takes no time; test_passwords.py looks at the real parameters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def hashed(quick_hashes: None) -> str:  # noqa: ARG001 - it has to come first
    """The hash of PASSWORD."""
    return hash_password(PASSWORD)


@pytest.fixture
def browser(served: FastAPI) -> Browser:
    return Browser(served)


MakePerson = Callable[..., User]


@pytest.fixture
def person(database: Database, hashed: str) -> MakePerson:
    """`person("officer", login="li")` — a user whose password is PASSWORD."""

    def make(*roles: str, **fields: Any) -> User:  # noqa: ANN401 - any field of User
        return make_user(database, *roles, **{"password": hashed, "password_at": now(), **fields})

    return make
