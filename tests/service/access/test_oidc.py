"""Logging in by a real identity provider: a server of its own on this machine, spoken to over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from service.access.identity import COOKIE
from service.access.policy import AccessSettings, Oidc
from service.app import close_app, create_app
from service.db.database import Database
from service.db.tables.accounts import OidcRow, UserRow
from service.engine import Engine
from service.settings import Settings
from tests.service.access.browser import PASSWORD, Browser
from tests.service.access.conftest import MakePerson

CALLBACK = "http://127.0.0.1/login/oidc/callback"
USERS = ({"sub": "7731", "preferred_username": "WangFang"}, {"sub": "7732", "preferred_username": "stranger"})


@dataclass(frozen=True)
class Provider:
    """The server, and our registration there."""

    issuer: str
    client_id: str
    client_secret: str

    def allow(self, address: str, subject: str) -> str:
        """What the person does there: log in. The address the browser is sent back to."""
        answer = httpx.post(address, data={"sub": subject}, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def deny(self, address: str) -> str:
        """The person goes back without logging in."""
        return httpx.post(address, data={"action": "deny"}, timeout=10).headers["location"]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    environment = {**os.environ, "NO_COLOR": "1"}
    options = ["--require-registration", "true", "--require-nonce", "true"]
    server = subprocess.Popen(
        [*command, *options, *users], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait(f"{issuer}/.well-known/openid-configuration")
        made = httpx.post(f"{issuer}/oauth2/clients", json={"redirect_uris": [CALLBACK]}, timeout=10).json()
        yield Provider(issuer, made["client_id"], made["client_secret"])
    finally:
        server.terminate()
        server.wait(10)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider does not answer")


def settings_of(provider: Provider, **fields: str) -> AccessSettings:
    known = {"issuer": provider.issuer, "client_id": provider.client_id, "client_secret": provider.client_secret}
    return AccessSettings(oidc=Oidc(**{**known, "claim": "preferred_username", "title": "市统一身份认证", **fields}))


@pytest.fixture
def site(provider: Provider, database: Database, engine: Engine, tmp_path: Path) -> Iterator[FastAPI]:
    """The application that knows the provider."""
    settings = Settings(data_dir=tmp_path, access=settings_of(provider))
    app = create_app(settings, engine=engine, database=database)
    yield app
    close_app(app)


@pytest.fixture
def visitor(site: FastAPI) -> Browser:
    return Browser(site)


def begin(visitor: Browser) -> str:
    """Press the button: the address at the provider."""
    visitor.get("/login?next=/account")
    assert "用市统一身份认证登录" in visitor.page
    return visitor.get("/login/oidc?next=/account").headers["location"]


def come_back(visitor: Browser, address: str) -> httpx.Response:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return visitor.get(f"{parts.path}?{parts.query}")


def log_in(visitor: Browser, provider: Provider, subject: str = "7731") -> httpx.Response:
    return come_back(visitor, provider.allow(begin(visitor), subject))


def test_somebody_the_provider_knows_comes_in(
    visitor: Browser, provider: Provider, person: MakePerson, database: Database
) -> None:
    user = person("officer", login="wangfang", origin="oidc", password=None, password_at=None)
    done = log_in(visitor, provider)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert visitor.get("/account").status_code == 200
    assert "wangfang" in visitor.page
    with database.read() as session:
        assert session.get_one(UserRow, user.id).external == f"{provider.issuer}|7731"
        assert session.exec(select(OidcRow)).all() == []


def test_the_request_has_state_nonce_and_a_challenge(visitor: Browser) -> None:
    asked = parse_qs(urlsplit(begin(visitor)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [CALLBACK]


def test_after_the_first_time_the_subject_counts_and_not_the_name(
    visitor: Browser, provider: Provider, person: MakePerson, database: Database
) -> None:
    user = person("officer", login="wangfang", origin="oidc", password=None, password_at=None)
    log_in(visitor, provider)
    with database.write() as session:
        session.get_one(UserRow, user.id).login = "renamed"
    visitor.cookies.clear()
    assert log_in(visitor, provider).headers["location"] == "/account"
    with database.write() as session:  # the name now belongs to somebody else at the provider
        row = session.get_one(UserRow, user.id)
        row.login, row.external = "wangfang", f"{provider.issuer}|another"
    visitor.cookies.clear()
    assert log_in(visitor, provider).status_code == 403


def test_nobody_is_made_or_taken_over_by_it(
    visitor: Browser, provider: Provider, person: MakePerson, database: Database
) -> None:
    person("system_admin", login="stranger")  # a local account of the same name
    answer = log_in(visitor, provider, "7732")
    assert answer.status_code == 403
    assert "没有用户“stranger”" in visitor.page
    assert COOKIE not in visitor.cookies
    with database.read() as session:
        assert [row.external for row in session.exec(select(UserRow))] == [None]


def test_a_disabled_account_stays_out(visitor: Browser, provider: Provider, person: MakePerson) -> None:
    person(login="wangfang", origin="oidc", status="disabled", password=None, password_at=None)
    assert log_in(visitor, provider).status_code == 403


def test_an_account_of_the_provider_has_no_password_here(visitor: Browser, person: MakePerson) -> None:
    person("officer", login="wangfang", origin="oidc")
    assert visitor.log_in("wangfang", PASSWORD).status_code == 401


class TestAnswersThatDoNotFit:
    @pytest.fixture(autouse=True)
    def known(self, person: MakePerson) -> None:
        person("officer", login="wangfang", origin="oidc", password=None, password_at=None)

    def test_an_answer_works_once(self, visitor: Browser, provider: Provider) -> None:
        back = provider.allow(begin(visitor), "7731")
        secret = dict(visitor.cookies)
        assert come_back(visitor, back).status_code == 303
        visitor.cookies = secret
        assert come_back(visitor, back).status_code == 400

    def test_an_answer_for_another_browser_opens_nothing(
        self, visitor: Browser, provider: Provider, site: FastAPI
    ) -> None:
        back = provider.allow(begin(visitor), "7731")
        other = Browser(site)
        begin(other)
        assert come_back(other, back).status_code == 400
        assert COOKIE not in other.cookies

    def test_another_state_opens_nothing(self, visitor: Browser, provider: Provider) -> None:
        back = provider.allow(begin(visitor), "7731")
        code = parse_qs(urlsplit(back).query)["code"][0]
        assert visitor.get(f"/login/oidc/callback?code={code}&state=planted").status_code == 400

    def test_an_old_answer_opens_nothing(self, visitor: Browser, provider: Provider, database: Database) -> None:
        back = provider.allow(begin(visitor), "7731")
        with database.write() as session:
            session.exec(select(OidcRow)).one().created_at -= timedelta(minutes=11)
        assert come_back(visitor, back).status_code == 400

    def test_a_code_of_another_login_is_refused_by_its_challenge(self, visitor: Browser, provider: Provider) -> None:
        """Somebody else's code, put into a login that was begun here."""
        foreign = parse_qs(urlsplit(provider.allow(begin(visitor), "7732")).query)["code"][0]
        own = parse_qs(urlsplit(provider.allow(begin(visitor), "7731")).query)["state"][0]
        assert visitor.get(f"/login/oidc/callback?code={foreign}&state={own}").status_code == 502
        assert COOKIE not in visitor.cookies

    def test_another_nonce_is_refused(self, visitor: Browser, provider: Provider, database: Database) -> None:
        back = provider.allow(begin(visitor), "7731")
        with database.write() as session:
            session.exec(select(OidcRow)).one().nonce = "another"
        assert come_back(visitor, back).status_code == 502

    def test_who_goes_back_without_logging_in_is_not_logged_in(self, visitor: Browser, provider: Provider) -> None:
        assert come_back(visitor, provider.deny(begin(visitor))).status_code == 400
        assert COOKIE not in visitor.cookies


@pytest.mark.parametrize(
    "fields", [{"client_secret": "wrong"}, {"issuer": "http://127.0.0.1:9"}, {"claim": "employee_number"}], ids=str
)
def test_a_provider_that_cannot_be_trusted_opens_nothing(
    provider: Provider, database: Database, engine: Engine, tmp_path: Path, person: MakePerson, fields: dict[str, str]
) -> None:
    person("officer", login="wangfang", origin="oidc", password=None, password_at=None)
    settings = Settings(data_dir=tmp_path, access=settings_of(provider, **fields))
    app = create_app(settings, engine=engine, database=database)
    visitor = Browser(app)
    answer = visitor.get("/login/oidc?next=/account")
    if answer.status_code == 303:
        answer = come_back(visitor, provider.allow(answer.headers["location"], "7731"))
    close_app(app)
    assert answer.status_code == 502
    assert "没有给出可以信任的答复" in visitor.page
    assert COOKIE not in visitor.cookies
