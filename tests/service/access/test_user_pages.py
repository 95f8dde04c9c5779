"""The administrators' pages: each sees and may do his own part."""

import re

import pytest

from service.db.database import Database
from service.db.repositories import accounts as accounts_repo
from tests.databases import MakeClient
from tests.service.access.browser import Browser
from tests.service.people import DEPARTMENT, REGION, make_user

NEW = {
    "login": "wangfang",
    "name": "王芳",
    "department": DEPARTMENT,
    "region": REGION,
    "kind": "person",
    "origin": "local",
}


def test_an_account_is_made_and_gets_its_role_from_another(
    user_client: MakeClient, browser: Browser, database: Database
) -> None:
    system, security = user_client("system_admin"), user_client("security_admin")
    assert system.get("/keeper/users/new").status_code == 200
    page = system.post("/keeper/users", data=NEW).text
    password = re.search(r'class="secret">([\w-]+)<', page)
    assert password
    with database.read() as session:
        row = accounts_repo.user_by_login(session, "wangfang")
    assert row is not None
    path = f"/keeper/users/{row.id}"
    assert password[1] not in system.get(path).text
    done = security.post(f"{path}/roles", data={"role": "officer", "department": "", "region": REGION})
    assert done.headers["location"] == f"{path}?done=assigned"
    assert "执法人员" in security.get(done.headers["location"]).text
    browser.log_in("wangfang", password[1])
    assert browser.get("/login").headers["location"].startswith("/account/password")


@pytest.mark.parametrize(
    ("role", "sees", "lacks"),
    [
        ("system_admin", ("保存修改", "重置密码", "停用账号"), ("分配角色</button>", "结束全部")),
        ("security_admin", ("分配角色</button>", "结束全部 1 个登录"), ("保存修改", "重置密码</button>")),
        ("audit_admin", ("角色",), ("保存修改", "分配角色</button>", "结束全部", "重置密码</button>")),
    ],
)
def test_each_administrator_finds_his_own_acts(
    user_client: MakeClient, role: str, sees: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    person = user_client("officer").user
    page = user_client(role).get(f"/keeper/users/{person.id}").text
    assert [words for words in sees if words not in page] == []
    assert [words for words in lacks if words in page] == []


def test_a_form_that_is_refused_keeps_what_was_written(user_client: MakeClient) -> None:
    answer = user_client("system_admin").post("/keeper/users", data={**NEW, "login": "王 芳", "name": "王芳芳"})
    assert answer.status_code == 422
    assert 'value="王芳芳"' in answer.text
    assert '<a href="#login">' in answer.text


def test_two_administrators_at_one_account_do_not_overwrite_each_other(
    user_client: MakeClient, database: Database
) -> None:
    admin, user = user_client("system_admin"), make_user(database)
    form = {"version": "1", "name": "新名", "department": DEPARTMENT, "region": REGION}
    assert admin.post(f"/keeper/users/{user.id}", data=form).status_code == 303
    answer = admin.post(f"/keeper/users/{user.id}", data={**form, "name": "旧页面"})
    assert answer.status_code == 409
    assert "已被他人修改" in answer.text


def test_roles_that_exclude_one_another_are_refused_on_the_page_with_the_reason(user_client: MakeClient) -> None:
    person = user_client("officer").user
    answer = user_client("security_admin").post(f"/keeper/users/{person.id}/roles", data={"role": "audit_admin"})
    assert answer.status_code == 409
    assert "三员分立" in answer.text


def test_a_reset_password_is_shown_once_and_a_disabled_account_can_come_back(user_client: MakeClient) -> None:
    admin, person = user_client("system_admin"), user_client("officer").user
    path = f"/keeper/users/{person.id}"
    assert "初始密码" in admin.post(f"{path}/password").text
    assert admin.post(path, data={"version": "2", "status": "disabled"}).status_code == 303
    assert "重新启用" in admin.get(path).text
    assert admin.post(path, data={"version": "3", "status": "active"}).status_code == 303


def test_the_list_shows_the_area_alone_and_finds_by_the_name_of_a_department(
    user_client: MakeClient, database: Database
) -> None:
    make_user(database, login="inside", name="里面")
    page = user_client("security_admin").get("/keeper/users?q=里面").text
    assert "inside" in page
    assert "inside" not in user_client("security_admin").get("/keeper/users?role=planner").text


def test_one_s_own_account_shows_no_acts(user_client: MakeClient) -> None:
    admin = user_client("security_admin")
    page = admin.get(f"/keeper/users/{admin.user.id}").text
    assert "要由另一位管理员进行" in page
    assert "分配角色</button>" not in page


def test_another_system_gets_a_token(user_client: MakeClient, database: Database) -> None:
    admin, owner = user_client("system_admin"), make_user(database, "credit_clerk", kind="system", name="双公示平台")
    path = f"/keeper/users/{owner.id}"
    page = admin.post(f"{path}/tokens", data={"name": "读取", "days": "9", "scope": "repair.read"}).text
    assert re.search(r"xhk_[\w-]{43}", page)
    token = re.search(r'name="token" value="([\w-]+)"', page)
    assert token
    assert admin.post(f"{path}/tokens/revoke", data={"token": token[1]}).status_code == 303
    assert "已作废" in admin.get(path).text
    assert admin.post(f"{path}/tokens", data={"name": "x", "days": "9", "scope": "audit.read"}).status_code == 422
