"""`xinheng user`: the first accounts of an installation."""

from pathlib import Path

import pytest

from service.access.roles import role_table
from service.cli.user_commands import ROLES
from tests.service.access.browser import PASSWORD
from tests.service.conftest import Run

PLACE = ("--department", "kj", "--region", "210200")


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XINHENG_DATA_DIR", str(tmp_path))


def test_help_knows_every_role() -> None:
    assert list(role_table()) == list(ROLES)


def test_the_three_administrators_are_three_accounts(run: Run) -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        done = run("user", "add", role.replace("_", "-"), "--name", role, *PLACE, "--role", role)
        assert done.code == 0
        assert "初始密码（只显示这一次）" in done.out
    listed = run("user", "list", "--json").json()
    assert [[held["role"] for held in one["roles"]] for one in listed] == [
        ["audit_admin"],
        ["security_admin"],
        ["system_admin"],
    ]
    both = run("user", "add", "both", "--name", "两人", *PLACE, "--role", "system_admin", "--role", "audit_admin")
    assert (both.code, "三员分立" in both.err) == (4, True)
    assert len(run("user", "list", "--json").json()) == 3


def test_a_password_of_one_s_own_follows_the_policy_and_is_not_printed(run: Run) -> None:
    weak = run("user", "add", "li-si", "--name", "李四", *PLACE, "--ask", stdin="123456\n")
    assert weak.code == 4
    done = run("user", "add", "li-si", "--name", "李四", *PLACE, "--ask", stdin=PASSWORD + "\n")
    assert done.code == 0
    assert PASSWORD not in done.out + done.err
    assert "初始密码" not in done.out


def test_roles_are_given_and_taken_back_where_they_hold(run: Run) -> None:
    run("user", "add", "li-si", "--name", "李四", *PLACE)
    given = run("user", "roles", "li-si", "--add", "officer", "--in-region", "210211", "--json").json()
    assert [(one["role"], one["region"]) for one in given["roles"]] == [("officer", "210211")]
    assert run("user", "roles", "li-si", "--remove", "officer").code == 4
    assert run("user", "roles", "li-si", "--remove", "officer", "--in-region", "210211", "--json").json()["roles"] == []
    assert run("user", "roles", "nobody").code == 4


def test_a_reset_gives_another_password(run: Run) -> None:
    first = run("user", "add", "li-si", "--name", "李四", *PLACE, "--json").json()
    second = run("user", "reset", "li-si", "--totp", "--enable", "--json").json()
    assert first["password"] != second["password"]
    assert second["user"]["version"] > first["user"]["version"]
