"""Accounts through the interface: what the administrators may do, each apart, and only where they keep watch."""

from typing import Any

import pytest
from sqlmodel import select

from service.db.database import Database
from service.db.tables.audit import AuditRow
from tests.databases import MakeClient
from tests.service.access.browser import Browser
from tests.service.people import REGION, Place, UserClient, make_user

NEW = {"login": "wangfang", "name": "王芳", "department": "综合执法", "region": REGION}


def made(client: UserClient, **fields: str) -> dict[str, Any]:
    answer = client.post("/api/v1/users", json={**NEW, **fields})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestMaking:
    def test_a_first_password_is_given_once_and_works_until_it_is_changed(
        self, user_client: MakeClient, browser: Browser
    ) -> None:
        body = made(user_client("system_admin"))
        assert body["user"]["roles"] == []
        browser.log_in("wangfang", body["password"])
        assert browser.get("/login").headers["location"].startswith("/account/password")
        shown = user_client("system_admin").get(f"/api/v1/users/{body['user']['id']}")
        assert body["password"] not in shown.text

    def test_another_system_and_a_provider_s_user_have_none(self, user_client: MakeClient) -> None:
        admin = user_client("system_admin")
        assert made(admin, login="sys1", kind="system")["password"] is None
        assert made(admin, login="oidc1", origin="oidc")["password"] is None

    @pytest.mark.parametrize(
        ("fields", "pointer"),
        [
            ({"login": "Wang Fang"}, "/login"),
            ({"login": "x"}, "/login"),
            ({"name": " "}, "/name"),
            ({"name": "a\nb"}, "/name"),
            ({"region": "999999"}, "/region"),
            ({"region": "2102"}, "/region"),
            ({"department": "x" * 41}, "/department"),
            ({"kind": "robot"}, "/kind"),
            ({"role": "officer"}, "/role"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(
        self, user_client: MakeClient, fields: dict[str, str], pointer: str
    ) -> None:
        answer = user_client("system_admin").post("/api/v1/users", json={**NEW, **fields})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]

    def test_a_login_name_is_taken_once(self, user_client: MakeClient) -> None:
        admin = user_client("system_admin")
        made(admin)
        answer = admin.post("/api/v1/users", json=NEW)
        assert (answer.status_code, answer.json()["code"]) == (422, "login_taken")


class TestChanging:
    def test_a_change_names_the_version_it_was_made_from(self, user_client: MakeClient) -> None:
        admin = user_client("system_admin")
        path = f"/api/v1/users/{made(admin)['user']['id']}"
        tag = admin.get(path).headers["etag"]
        change = {"json": {"name": "王方"}}
        assert admin.request("PATCH", path, **change).status_code == 428
        assert admin.request("PATCH", path, **change, headers={"if-match": '"9"'}).status_code == 412
        done = admin.request("PATCH", path, **change, headers={"if-match": tag})
        assert (done.status_code, done.json()["name"], done.headers["etag"]) == (200, "王方", '"2"')

    def test_disabling_ends_sessions_and_the_trail_says_who(self, user_client: MakeClient, database: Database) -> None:
        admin, officer = user_client("system_admin"), user_client("officer")
        path = f"/api/v1/users/{officer.user.id}"
        assert officer.get("/api/v1/me").status_code == 200
        answer = admin.request("PATCH", path, json={"status": "disabled"}, headers={"if-match": '"1"'})
        assert answer.json()["status"] == "disabled"
        assert officer.get("/api/v1/me").status_code == 401
        with database.read() as session:
            event = session.exec(select(AuditRow)).one()
        assert (event.kind, event.subject, event.actor) == ("user.changed", officer.user.id, admin.user.id)
        assert event.detail["fields"] == {"status": "disabled"}

    def test_nobody_disables_himself(self, user_client: MakeClient) -> None:
        admin = user_client("system_admin")
        path = f"/api/v1/users/{admin.user.id}"
        answer = admin.request("PATCH", path, json={"status": "disabled"}, headers={"if-match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (409, "own_account")

    def test_a_reset_password_has_to_be_changed_and_ends_sessions(
        self, user_client: MakeClient, browser: Browser
    ) -> None:
        admin, officer = user_client("system_admin"), user_client("officer")
        answer = admin.post(f"/api/v1/users/{officer.user.id}/password")
        assert officer.get("/api/v1/me").status_code == 401
        browser.log_in(officer.user.login, answer.json()["password"])
        assert browser.get("/login").headers["location"].startswith("/account/password")


class TestRoles:
    def test_a_role_works_from_the_next_request_and_until_it_is_taken_back(self, user_client: MakeClient) -> None:
        security, officer = user_client("security_admin"), user_client()
        path = f"/api/v1/users/{officer.user.id}/roles"
        assert officer.get("/api/v1/me").json()["permissions"] == []
        given = security.post(path, json={"role": "officer", "region": REGION})
        assert given.status_code == 201
        assert "case.edit" in officer.get("/api/v1/me").json()["permissions"]
        assert security.post(path, json={"role": "officer", "region": REGION}).json()["code"] == "role_held"
        assert security.request("DELETE", f"{path}/{given.json()['id']}").status_code == 200
        assert officer.get("/api/v1/me").json()["permissions"] == []
        assert security.request("DELETE", f"{path}/{given.json()['id']}").status_code == 404

    @pytest.mark.parametrize(
        ("held", "role"),
        [
            ("officer", "audit_admin"),
            ("system_admin", "security_admin"),
            ("audit_admin", "statistician"),
            ("security_admin", "audit_admin"),
        ],
    )
    def test_administrators_hold_nothing_else(self, user_client: MakeClient, held: str, role: str) -> None:
        security, person = user_client("security_admin"), user_client(held)
        answer = security.post(f"/api/v1/users/{person.user.id}/roles", json={"role": role})
        assert (answer.status_code, answer.json()["code"]) == (409, "roles_exclusive")

    def test_nobody_gives_himself_a_role(self, user_client: MakeClient) -> None:
        security = user_client("security_admin")
        answer = security.post(f"/api/v1/users/{security.user.id}/roles", json={"role": "officer"})
        assert answer.json()["code"] == "own_account"

    def test_roles_written_by_hand_into_the_database_do_not_work_together(self, user_client: MakeClient) -> None:
        both = user_client("officer", "audit_admin")
        answer = both.get("/api/v1/audit/events")
        assert (answer.status_code, answer.json()["code"]) == (409, "roles_exclusive")

    def test_one_who_makes_accounts_gives_no_rights_and_the_other_way_round(self, user_client: MakeClient) -> None:
        system, security, officer = user_client("system_admin"), user_client("security_admin"), user_client()
        path = f"/api/v1/users/{officer.user.id}"
        assert system.post(f"{path}/roles", json={"role": "officer"}).status_code == 403
        assert security.post("/api/v1/users", json=NEW).status_code == 403
        assert security.post(f"{path}/password").status_code == 403
        assert system.request("DELETE", f"{path}/totp").status_code == 403


class TestAreas:
    def test_an_administrator_of_a_district_sees_and_changes_that_district_alone(
        self, user_client: MakeClient, database: Database
    ) -> None:
        inside = make_user(database, department="甘井子分局", region="210211")
        outside = make_user(database, department="中山分局", region="210202")
        admin = user_client("system_admin", place=Place(None, "210211"))
        assert [one["id"] for one in admin.get("/api/v1/users").json()["items"]] == [inside.id]
        assert admin.get(f"/api/v1/users/{outside.id}").status_code == 404
        assert admin.post(f"/api/v1/users/{outside.id}/password").status_code == 404
        assert admin.post(f"/api/v1/users/{inside.id}/password").status_code == 200
        assert admin.post("/api/v1/users", json=NEW).status_code == 404
        assert made(admin, region="210211")["user"]["region"] == "210211"
        move = admin.request(
            "PATCH", f"/api/v1/users/{inside.id}", json={"region": "210202"}, headers={"if-match": '"2"'}
        )
        assert move.status_code == 404

    def test_rights_are_given_no_further_than_ones_own_area(self, user_client: MakeClient, database: Database) -> None:
        inside = make_user(database, department="甘井子分局", region="210211")
        security = user_client("security_admin", place=Place(None, "210211"))
        path = f"/api/v1/users/{inside.id}/roles"
        for role in (
            {"role": "officer"},
            {"role": "officer", "region": REGION},
            {"role": "officer", "department": "x"},
        ):
            assert security.post(path, json=role).json()["code"] == "area_beyond"
        assert security.post(path, json={"role": "officer", "region": "210211"}).status_code == 201


def test_the_list_is_filtered_and_paged(user_client: MakeClient, database: Database) -> None:
    for number in range(5):
        make_user(database, "officer" if number % 2 else "planner", login=f"p{number}", name=f"人_{number}")
    admin = user_client("system_admin")
    assert admin.get("/api/v1/users?q=人_").json()["total"] == 5
    assert admin.get("/api/v1/users?q=%25").json()["total"] == 0
    assert [one["login"] for one in admin.get("/api/v1/users?role=officer").json()["items"]] == ["p1", "p3"]
    page = admin.get("/api/v1/users?q=人&limit=2&offset=2").json()
    assert [one["login"] for one in page["items"]] == ["p2", "p3"]
    assert admin.get(page["next"]).json()["items"][0]["login"] == "p4"


def test_sessions_of_somebody_are_ended_by_the_security_administrator(user_client: MakeClient) -> None:
    security, officer = user_client("security_admin"), user_client("officer")
    answer = security.request("DELETE", f"/api/v1/users/{officer.user.id}/sessions")
    assert answer.json() == {"ended": 1}
    assert officer.get("/api/v1/me").json()["code"] == "session_ended"


def test_ones_own_sessions_are_listed_and_ended(user_client: MakeClient, database: Database) -> None:
    mine = user_client("officer")
    other = UserClient(mine._app, database, mine.user)
    items = mine.get("/api/v1/me/sessions").json()["items"]
    assert sorted(one["is_present"] for one in items) == [False, True]
    elsewhere = next(one["id"] for one in items if not one["is_present"])
    stranger = user_client("officer")
    assert stranger.request("DELETE", f"/api/v1/me/sessions/{elsewhere}").status_code == 404
    assert mine.request("DELETE", f"/api/v1/me/sessions/{elsewhere}").json() == {"ended": 1}
    assert other.get("/api/v1/me").status_code == 401
