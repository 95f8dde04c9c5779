"""One's own account: forms that come from elsewhere, second factor, recovery codes, sessions, tokens."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlmodel import select

from service.access.access import Access
from service.access.identity import COOKIE
from service.clock import now
from service.db.database import Database
from service.db.tables.accounts import AssignmentRow, RecoveryRow, SessionRow, TokenRow, TotpRow
from service.db.tables.audit import AuditRow
from tests.service.access.browser import PASSWORD, Browser
from tests.service.access.conftest import MakePerson
from tests.service.asgi import Client
from tests.service.people import REGION, UserClient


@pytest.fixture
def li(browser: Browser, person: MakePerson) -> Browser:
    """A browser in which the officer Li is logged in."""
    person("officer", login="li-officer")
    browser.log_in("li-officer")
    browser.get("/account")
    return browser


class TestForms:
    """Each check alone refuses; a page of ours passes both."""

    def test_a_form_without_the_token_is_refused(self, li: Browser) -> None:
        assert li.post("/account/sessions/end", data={"session": "x"}).status_code == 403
        assert "校验码不对" in li.page

    def test_the_token_of_another_session_is_refused(self, li: Browser, served: FastAPI, person: MakePerson) -> None:
        other = Browser(served)
        person(login="other-person")
        other.log_in("other-person")
        other.get("/account")
        token = other.hidden()["csrf_token"]
        assert li.post("/account/sessions/end", data={"csrf_token": token}).status_code == 403
        assert li.send("/account/sessions/end").status_code == 303

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
        ],
    )
    def test_a_request_from_another_site_is_refused_even_with_the_token(
        self, li: Browser, headers: dict[str, str]
    ) -> None:
        answer = li.post("/account/sessions/end", data=li.hidden(), headers=headers)
        assert answer.status_code == 403
        assert "不是从本系统的页面发出" in li.page

    def test_a_request_of_our_own_page_passes(self, li: Browser) -> None:
        headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
        assert li.post("/account/sessions/end", data=li.hidden(), headers=headers).status_code == 303

    def test_the_login_form_cannot_be_sent_by_another_page(self, browser: Browser, person: MakePerson) -> None:
        person(login="li-officer")
        form = {"login": "li-officer", "password": PASSWORD}
        assert browser.post("/login", data=form).status_code == 403
        browser.get("/login")
        assert browser.post("/login", data={**form, "csrf_token": "0" * 64}).status_code == 403
        assert COOKIE not in browser.cookies

    def test_the_interface_asks_for_it_too_where_a_cookie_speaks(self, li: Browser, served: FastAPI) -> None:
        plain = Client(served, cookies={COOKIE: li.cookies[COOKIE]})
        body = {"name": "x", "scopes": ["case.read"], "days": 1}
        assert plain.post("/api/v1/me/tokens", json=body).json()["code"] == "form_stale"
        token = {"x-csrf-token": li.hidden()["csrf_token"]}
        assert plain.post("/api/v1/me/tokens", json=body, headers=token).status_code == 201
        answer = plain.post("/api/v1/me/tokens", json=body, headers={**token, "origin": "https://evil.example"})
        assert answer.json()["code"] == "form_foreign"


def secret_of(browser: Browser) -> str:
    found = re.search(r'class="secret">([A-Z2-7]+)<', browser.page)
    assert found
    return found[1]


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * steps))


def enrol(browser: Browser) -> tuple[str, list[str]]:
    """Switch the second factor on: the secret, and the recovery codes."""
    browser.get("/account/totp")
    browser.send("/account/totp/begin")
    secret = secret_of(browser)
    # One half minute behind: the present code is still unused afterwards.
    assert browser.send("/account/totp/confirm", code=code(secret, -1)).status_code == 200
    codes = re.findall(r"<code>((?:[0-9A-Z]{6}-){3}[0-9A-Z]{6})</code>", browser.page)
    assert len(codes) == 10
    return secret, codes


class TestRequiredFactor:
    @pytest.fixture
    def strict(self, served: FastAPI) -> FastAPI:
        """The application with XINHENG_TOTP_REQUIRED=administrators."""
        settings = served.state.settings
        strict = replace(settings, access=replace(settings.access, totp_required="administrators"))
        served.state.access = Access.open(strict, served.state.works)
        return served

    @pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
    def test_an_administrator_sets_it_up_before_anything_else(
        self, strict: FastAPI, person: MakePerson, role: str
    ) -> None:
        person(role, login="zhao")
        browser = Browser(strict)
        assert browser.log_in("zhao").headers["location"] == "/login?next=%2Faccount"
        assert browser.get("/login?next=/account").headers["location"].startswith("/account/totp")
        for path in ("/account", "/keeper/users", "/jobs"):
            assert browser.get(path).headers["location"].startswith("/login")
        browser.get("/account/totp?next=/account")
        secret, _ = enrol(browser)
        assert browser.get("/account").status_code == 200
        browser.get("/account/totp")
        assert browser.send("/account/totp/remove", code=code(secret)).status_code == 409

    def test_others_log_in_with_their_password(self, strict: FastAPI, person: MakePerson) -> None:
        person("officer", login="wu")
        browser = Browser(strict)
        assert browser.log_in("wu").headers["location"] == "/account"
        assert browser.get("/account").status_code == 200


class TestSecondFactor:
    def test_after_it_is_on_a_password_alone_opens_nothing(self, li: Browser, served: FastAPI) -> None:
        secret, _ = enrol(li)
        fresh = Browser(served)
        fresh.log_in("li-officer")
        half = fresh.cookies[COOKIE]
        assert fresh.get("/login?next=/account").headers["location"] == "/login/code?next=%2Faccount"
        assert fresh.get("/account").status_code == 303
        assert fresh.get("/api/v1/me", headers={"accept": "application/json"}).json()["code"] == "login_unfinished"
        fresh.get("/login/code?next=/account")
        assert fresh.send("/login/code", code="000000").status_code == 401
        assert fresh.send("/login/code", code=code(secret)).headers["location"] == "/account"
        assert fresh.cookies[COOKIE] != half
        assert fresh.get("/account").status_code == 200

    def test_a_code_works_once(self, li: Browser, served: FastAPI) -> None:
        secret, _ = enrol(li)
        used = code(secret)
        for expected in (303, 401):
            fresh = Browser(served)
            fresh.log_in("li-officer")
            fresh.get("/login/code")
            assert fresh.send("/login/code", code=used).status_code == expected

    def test_the_code_it_was_switched_on_with_is_used_up(self, li: Browser, served: FastAPI) -> None:
        li.get("/account/totp")
        li.send("/account/totp/begin")
        secret = secret_of(li)
        used = code(secret)
        li.send("/account/totp/confirm", code=used)
        fresh = Browser(served)
        fresh.log_in("li-officer")
        fresh.get("/login/code")
        assert fresh.send("/login/code", code=used).status_code == 401

    def test_a_recovery_code_stands_in_once(self, li: Browser, served: FastAPI, database: Database) -> None:
        _, codes = enrol(li)
        for expected in (303, 401):
            fresh = Browser(served)
            fresh.log_in("li-officer")
            fresh.get("/login/code")
            assert fresh.send("/login/code", code=codes[0].lower()).status_code == expected
        with database.read() as session:
            kept = session.exec(select(RecoveryRow)).all()
        assert len([one for one in kept if one.used_at is None]) == 9
        assert not [one for one in kept if codes[0] in one.digest]

    def test_wrong_codes_lock_like_wrong_passwords(self, li: Browser, served: FastAPI) -> None:
        secret, _ = enrol(li)
        fresh = Browser(served)
        fresh.log_in("li-officer")
        fresh.get("/login/code")
        for _ in range(5):
            assert fresh.send("/login/code", code="000000").status_code == 401
        assert fresh.send("/login/code", code=code(secret)).status_code == 429

    def test_the_secret_is_encrypted_in_the_database(self, li: Browser, database: Database) -> None:
        secret, _ = enrol(li)
        with database.read() as session:
            row = session.exec(select(TotpRow)).one()
        assert secret not in row.secret

    def test_it_is_switched_off_with_a_code_only(self, li: Browser) -> None:
        secret, _ = enrol(li)
        li.get("/account/totp")
        assert li.send("/account/totp/remove", code="000000").status_code == 401
        assert li.send("/account/totp/remove", code=code(secret)).status_code == 303
        li.get("/account/totp")
        assert "开始设置" in li.page

    def test_the_security_administrator_takes_a_lost_one_away(
        self, li: Browser, served: FastAPI, person: MakePerson, database: Database
    ) -> None:
        enrol(li)
        security = UserClient(served, database, person("security_admin"))
        user = security.get("/api/v1/users?q=li-officer").json()["items"][0]["id"]
        assert security.request("DELETE", f"/api/v1/users/{user}/totp").status_code == 200
        assert li.get("/account").status_code == 303
        li.cookies.clear()
        assert li.log_in("li-officer").headers["location"] == "/account"

    def test_setting_it_up_asks_for_a_recent_login(self, li: Browser, database: Database) -> None:
        with database.write() as session:
            session.exec(select(SessionRow)).one().proved_at = now() - timedelta(minutes=31)
        li.get("/account/totp")
        assert li.send("/account/totp/begin").status_code == 403
        assert "需要重新登录" in li.page


def bearer(served: FastAPI, secret: str) -> Client:
    return Client(served, {"authorization": f"Bearer {secret}"})


def make_token(browser: Browser, *scopes: str) -> str:
    browser.get("/account")
    form = {**browser.hidden(), "name": "报送平台", "days": "30", "scope": list(scopes)}
    assert browser.post("/account/tokens", data=form).status_code == 200
    found = re.search(r"xhk_[\w-]{43}", browser.page)
    assert found
    return found[0]


class TestTokens:
    def test_a_token_acts_for_its_owner_within_its_scopes(self, li: Browser, served: FastAPI) -> None:
        system = bearer(served, make_token(li, "case.read"))
        me = system.get("/api/v1/me").json()
        assert (me["user"]["login"], me["kind"], me["permissions"]) == ("li-officer", "token", ["case.read"])
        assert system.get("/api/v1/cases").status_code == 200
        assert system.post("/api/v1/cases", json={}).json()["code"] == "permission_denied"

    def test_it_is_shown_once_and_kept_as_a_digest(self, li: Browser, database: Database) -> None:
        secret = make_token(li, "case.read")
        li.get("/account")
        assert secret not in li.page
        with database.read() as session:
            row = session.exec(select(TokenRow)).one()
            events = session.exec(select(AuditRow)).all()
        assert secret not in str(row.model_dump())
        assert secret not in str([one.model_dump() for one in events])

    def test_it_ends_when_it_is_revoked(self, li: Browser, served: FastAPI, database: Database) -> None:
        system = bearer(served, make_token(li, "case.read"))
        with database.read() as session:
            token = session.exec(select(TokenRow)).one().id
        li.get("/account")
        assert li.send("/account/tokens/revoke", token=token).status_code == 303
        assert system.get("/api/v1/me").json()["code"] == "token_wrong"

    def test_it_ends_on_its_last_day(self, li: Browser, served: FastAPI, database: Database) -> None:
        system = bearer(served, make_token(li, "case.read"))
        with database.write() as session:
            session.exec(select(TokenRow)).one().expires_at = now()
        answer = system.get("/api/v1/me")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")

    def test_it_never_gives_more_than_its_owner_has(self, li: Browser, served: FastAPI, database: Database) -> None:
        system = bearer(served, make_token(li, "case.read", "case.edit"))
        li.get("/account")
        form = {**li.hidden(), "name": "x", "days": "1", "scope": "audit.read"}
        assert li.post("/account/tokens", data=form).status_code == 422
        assert "不能超出其主人的权限" in li.page
        with database.write() as session:
            session.delete(session.exec(select(AssignmentRow)).one())
        assert system.get("/api/v1/me").json()["permissions"] == []

    @pytest.mark.parametrize("days", ["0", "367", "-1", "x", ""])
    def test_its_life_is_bounded(self, li: Browser, days: str) -> None:
        form = {**li.hidden(), "name": "x", "days": days, "scope": "case.read"}
        assert li.post("/account/tokens", data=form).status_code == 422

    def test_a_token_makes_no_tokens_and_opens_no_pages(self, li: Browser, served: FastAPI) -> None:
        system = bearer(served, make_token(li, "case.read"))
        body = {"name": "x", "scopes": ["case.read"], "days": 1}
        assert system.post("/api/v1/me/tokens", json=body).json()["code"] == "token_not_here"
        assert system.get("/account", headers={"accept": "text/html"}).status_code == 403

    @pytest.mark.parametrize("words", ["Bearer", "Bearer x", "Basic bGk6bGk=", "xhk_x", "Bearer xhk_" + "A" * 43])
    def test_anything_else_is_no_token(self, served: FastAPI, words: str) -> None:
        answer = Client(served, {"authorization": words}).get("/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_wrong")

    def test_another_system_gets_its_token_from_the_administrator(
        self, served: FastAPI, person: MakePerson, database: Database
    ) -> None:
        admin = UserClient(served, database, person("system_admin"))
        owner, clerk = person("credit_clerk", kind="system", region=REGION), person("officer")
        body = {"name": "双公示", "scopes": ["repair.read"], "days": 90}
        made = admin.post(f"/api/v1/users/{owner.id}/tokens", json=body)
        assert bearer(served, made.json()["secret"]).get("/api/v1/me").json()["permissions"] == ["repair.read"]
        assert admin.post(f"/api/v1/users/{clerk.id}/tokens", json=body).json()["code"] == "token_owner"
        token = made.json()["token"]["id"]
        assert admin.request("DELETE", f"/api/v1/users/{clerk.id}/tokens/{token}").status_code == 404
        assert admin.request("DELETE", f"/api/v1/users/{owner.id}/tokens/{token}").status_code == 200
