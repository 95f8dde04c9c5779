"""Logging in by password: sessions, their secrets and limits, lockout, forced first change."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from service.access.identity import COOKIE, SAFE_COOKIE
from service.access.keys import digest
from service.access.policy import AccessSettings
from service.clock import now
from service.db.database import Database
from service.db.tables.accounts import AttemptRow, SessionRow, UserRow
from service.db.tables.audit import AuditRow
from tests.service.access.browser import PASSWORD, Browser
from tests.service.access.conftest import MakePerson
from tests.service.access.rows import one_session

NEW = "Birke.wolken-77-Regen"


class TestOpening:
    def test_a_page_that_needs_a_login_is_reached_after_it(self, browser: Browser, person: MakePerson) -> None:
        person("officer", login="li")
        sent = browser.get("/account")
        assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Faccount")
        browser.get(sent.headers["location"])
        done = browser.send("/login", login=" LI ", password=PASSWORD)
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert browser.get("/account").status_code == 200
        assert "测试用户" in browser.page

    def test_the_cookie_is_kept_from_scripts_and_the_database_from_the_cookie(
        self, browser: Browser, person: MakePerson, database: Database
    ) -> None:
        person(login="li")
        cookie = next(one for one in browser.log_in("li").headers.get_list("set-cookie") if one.startswith(COOKIE))
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        with database.read() as session:
            row = session.exec(select(SessionRow)).one()
        assert row.digest == digest(browser.cookies[COOKIE])
        assert browser.cookies[COOKIE] not in str(row.model_dump())

    def test_from_another_machine_the_cookie_needs_https(self, browser: Browser, person: MakePerson) -> None:
        person(login="li")
        browser.headers["host"] = "xinheng.example"
        cookie = next(one for one in browser.log_in("li").headers.get_list("set-cookie") if "Host" in one)
        assert cookie.startswith(f"{SAFE_COOKIE}=")
        assert "Secure" in cookie
        browser.get("/login?next=/")
        browser.cookies.clear()
        browser.get("/login")
        assert "连接没有加密" in browser.page

    @pytest.mark.parametrize(
        "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "javascript:1"]
    )
    def test_it_never_leads_to_another_site(self, browser: Browser, person: MakePerson, back: str) -> None:
        person(login="li")
        browser.get("/login")
        assert browser.send("/login", login="li", password=PASSWORD, next=back).headers["location"] == "/"

    def test_wrong_names_and_wrong_passwords_are_told_in_the_same_words(
        self, browser: Browser, person: MakePerson
    ) -> None:
        person(login="li")
        pages = []
        for login, password in (("li", "wrong"), ("nobody", PASSWORD)):
            answer = browser.log_in(login, password)
            assert answer.status_code == 401
            pages.append(browser.page.partition('role="alert"')[2].partition("</div>")[0])
        assert pages[0] == pages[1]
        assert COOKIE not in browser.cookies

    def test_a_disabled_account_stays_out(self, browser: Browser, person: MakePerson) -> None:
        person(login="li", status="disabled")
        assert browser.log_in("li").status_code == 403
        assert "已经停用" in browser.page

    def test_other_systems_have_no_password(self, browser: Browser, person: MakePerson) -> None:
        person(login="cron", kind="system")
        assert browser.log_in("cron").status_code == 401

    def test_what_was_tried_is_in_the_trail_and_no_password_is(
        self, browser: Browser, person: MakePerson, database: Database
    ) -> None:
        user = person(login="li")
        browser.log_in("li", "not this one")
        browser.log_in("li")
        with database.read() as session:
            events = session.exec(select(AuditRow).order_by("seq")).all()
        assert [(one.kind, one.subject) for one in events] == [("login.refused", "li"), ("session.opened", user.id)]
        assert "not this one" not in str([one.model_dump() for one in events])


class TestPages:
    def test_a_part_of_a_page_does_not_become_the_login_page(self, browser: Browser) -> None:
        answer = browser.get("/account", headers={"hx-request": "true"})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login?next=%2Faccount")

    def test_a_form_that_was_sent_too_late_comes_back_to_its_page(self, browser: Browser) -> None:
        came = {"referer": "http://127.0.0.1/account?done=x"}
        answer = browser.post("/account/sessions/end", headers=came)
        assert answer.headers["location"] == "/login?next=%2Faccount%3Fdone%3Dx"
        answer = browser.post("/account/sessions/end", headers={"referer": "https://evil.example/x"})
        assert answer.headers["location"] == "/login?next=%2F"

    def test_what_somebody_sees_by_his_rights_stays_in_no_cache(self, browser: Browser, person: MakePerson) -> None:
        person("officer", login="li")
        assert browser.get("/rules").headers["cache-control"] == "private, no-cache"
        browser.log_in("li")
        for path in ("/account", "/", "/rules", "/cases/new"):
            assert browser.get(path).headers["cache-control"] == "no-store", path
        browser.get("/account")
        assert browser.send("/logout").headers["clear-site-data"] == '"cache"'

    def test_the_header_shows_who_is_there_and_what_he_may_open(self, browser: Browser, person: MakePerson) -> None:
        person("security_admin", login="li", name="李强")
        browser.get("/rules")
        assert '<a href="/login">登录</a>' in browser.page
        browser.log_in("li")
        browser.get("/rules")
        head = browser.page.partition("</header>")[0]
        assert "李强" in head
        assert "退出" in head
        assert "系统管理" in head
        assert "执法办案" not in head

    def test_a_missing_right_is_told_in_words(self, browser: Browser, person: MakePerson) -> None:
        person("officer", login="li")
        browser.log_in("li")
        assert browser.get("/keeper/users").status_code == 403
        assert "您没有“查看用户账号”的权限（user.read）" in browser.page
        assert "安全管理员" in browser.page


class TestFixation:
    def test_a_planted_secret_is_not_taken_over(self, browser: Browser, person: MakePerson) -> None:
        person(login="li")
        browser.cookies[COOKIE] = "planted"
        browser.log_in("li")
        assert browser.cookies[COOKIE] != "planted"

    def test_logging_in_again_ends_the_session_before(
        self, served: FastAPI, browser: Browser, person: MakePerson
    ) -> None:
        person(login="li")
        browser.log_in("li")
        old = browser.cookies[COOKIE]
        fresh = Browser(served)
        fresh.get("/login")  # somebody logged in is led on from here: the form is got before
        fresh.cookies[COOKIE] = old
        fresh.send("/login", login="li", password=PASSWORD)
        assert fresh.cookies[COOKIE] != old
        assert browser.get("/account").status_code == 303

    def test_a_new_password_changes_the_secret_and_ends_other_sessions(
        self, served: FastAPI, browser: Browser, person: MakePerson
    ) -> None:
        person(login="li")
        elsewhere = Browser(served)
        elsewhere.log_in("li")
        browser.log_in("li")
        old = browser.cookies[COOKIE]
        browser.get("/account/password")
        done = browser.send("/account/password", old=PASSWORD, new=NEW, again=NEW)
        assert done.status_code == 303
        assert browser.cookies[COOKIE] != old
        assert browser.get("/account").status_code == 200
        assert elsewhere.get("/account").status_code == 303
        browser.cookies[COOKIE] = old
        assert browser.get("/account").status_code == 303


class TestLimits:
    def test_a_session_left_alone_ends(self, browser: Browser, person: MakePerson, database: Database) -> None:
        person(login="li")
        browser.log_in("li")
        with one_session(database) as row:
            row.seen_at = now() - AccessSettings().idle
        assert browser.get("/account").headers["location"] == "/login?next=%2Faccount&why=session_idle"
        browser.get("/login?why=session_idle")
        assert "超过 30 分钟没有操作" in browser.page

    def test_one_in_use_goes_on(self, browser: Browser, person: MakePerson, database: Database) -> None:
        person(login="li")
        browser.log_in("li")
        before = now() - AccessSettings().idle + timedelta(minutes=1)
        with one_session(database) as row:
            row.seen_at = before
        assert browser.get("/account").status_code == 200
        with one_session(database) as row:
            assert row.seen_at > before

    def test_after_the_total_time_it_ends_all_the_same(
        self, browser: Browser, person: MakePerson, database: Database
    ) -> None:
        person(login="li")
        browser.log_in("li")
        with one_session(database) as row:
            row.expires_at = now()
        assert "why=session_expired" in browser.get("/account").headers["location"]

    def test_disabling_an_account_ends_it_at_once(
        self, browser: Browser, person: MakePerson, database: Database
    ) -> None:
        user = person(login="li")
        browser.log_in("li")
        with database.write() as session:
            session.get_one(UserRow, user.id).status = "disabled"
        assert "why=account_disabled" in browser.get("/account").headers["location"]

    def test_logging_out_ends_it_in_the_database_too(self, browser: Browser, person: MakePerson) -> None:
        person(login="li")
        browser.log_in("li")
        browser.get("/account")
        secret = browser.cookies[COOKIE]
        assert browser.send("/logout").headers["location"] == "/login"
        assert COOKIE not in browser.cookies
        browser.cookies[COOKIE] = secret
        assert browser.get("/account").status_code == 303

    def test_pages_without_login_are_the_same_for_a_dead_cookie(self, browser: Browser) -> None:
        plain = browser.get("/").text
        browser.cookies[COOKIE] = "dead"
        assert browser.get("/").text == plain


class TestLockout:
    def test_the_fifth_wrong_attempt_closes_the_login_even_for_the_right_password(
        self, browser: Browser, person: MakePerson, database: Database
    ) -> None:
        person(login="li")
        for _ in range(5):
            assert browser.log_in("li", "wrong").status_code == 401
        assert browser.log_in("li").status_code == 429
        assert "约 15 分钟后" in browser.page
        with database.write() as session:
            for row in session.exec(select(AttemptRow)):
                row.at -= timedelta(minutes=15)
        assert browser.log_in("li").status_code == 303

    def test_names_that_do_not_exist_lock_as_well(self, browser: Browser) -> None:
        answers = [browser.log_in("ghost", "wrong").status_code for _ in range(6)]
        assert answers == [401] * 5 + [429]

    def test_a_right_password_starts_the_count_anew(self, browser: Browser, person: MakePerson) -> None:
        person(login="li")
        for _ in range(4):
            browser.log_in("li", "wrong")
        assert browser.log_in("li").status_code == 303
        browser.cookies.clear()
        assert browser.log_in("li", "wrong").status_code == 401

    def test_one_address_cannot_try_many_names(self, browser: Browser, database: Database) -> None:
        with database.write() as session:
            for number in range(50):
                session.add(
                    AttemptRow(id=f"try-{number}", login=f"n{number}", address="127.0.0.1", at=now(), outcome="wrong")
                )
        assert browser.log_in("li").status_code == 429


class TestFirstPassword:
    def test_it_has_to_be_changed_before_anything_else(self, browser: Browser, person: MakePerson) -> None:
        person("officer", login="li", must_change=True)
        assert browser.log_in("li").headers["location"] == "/login?next=%2Faccount"
        assert browser.get("/login?next=/account").headers["location"] == "/account/password?next=%2Faccount"
        assert "why=login_unfinished" in browser.get("/account").headers["location"]
        browser.get("/account/password?next=/account")
        assert "初始密码" in browser.page
        assert browser.send("/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
        assert browser.get("/account").status_code == 200

    @pytest.mark.parametrize(("days", "status"), [(29, 303), (31, 403)])
    def test_unused_it_ends_after_a_month(self, browser: Browser, person: MakePerson, days: int, status: int) -> None:
        person(login="li", must_change=True, password_at=now() - timedelta(days=days))
        assert browser.log_in("li").status_code == status
        assert ("初始密码超过 30 天" in browser.page) is (status == 403)

    def test_an_old_password_has_to_be_changed_too(self, browser: Browser, person: MakePerson) -> None:
        person(login="li", password_at=now() - timedelta(days=90))
        browser.log_in("li")
        assert browser.get("/login").headers["location"].startswith("/account/password")

    @pytest.mark.parametrize(
        ("old", "new", "again", "words"),
        [
            ("wrong", NEW, NEW, "现在的密码不对"),
            (PASSWORD, NEW, NEW + "x", "不一致"),
            (PASSWORD, PASSWORD, PASSWORD, "不能与现在的密码"),
            (PASSWORD, "kurz", "kurz", "12 到 128"),
        ],
    )
    def test_a_password_that_cannot_be_is_refused_with_the_reason(
        self, browser: Browser, person: MakePerson, old: str, new: str, again: str, words: str
    ) -> None:
        person(login="li")
        browser.log_in("li")
        browser.get("/account/password")
        assert browser.send("/account/password", old=old, new=new, again=again).status_code in {401, 422}
        assert words in browser.page

    def test_the_last_passwords_do_not_come_back(self, browser: Browser, person: MakePerson) -> None:
        person(login="li")
        browser.log_in("li")
        browser.get("/account/password")
        assert browser.send("/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
        browser.get("/account/password")
        assert browser.send("/account/password", old=NEW, new=PASSWORD, again=PASSWORD).status_code == 422
