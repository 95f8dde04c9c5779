"""Text that a database cannot take, in every place of the accounts' addresses: told as wrong, never a fault of ours."""

import json

import pytest

from tests.databases import MakeClient

NUL = "%00"
USER = "usr-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/users/{NUL}",
        f"/api/v1/users?q={NUL}",
        f"/api/v1/users?role={NUL}",
        f"/api/v1/users/{NUL}/tokens",
        f"/keeper/users/{NUL}",
        f"/keeper/users?q={NUL}&role={NUL}&status={NUL}",
        f"/login?next={NUL}&why={NUL}",
        f"/login/oidc/callback?code={NUL}&state={NUL}",
    ],
)
def test_a_nul_in_an_address(user_client: MakeClient, path: str) -> None:
    answer = user_client("system_admin").get(path)
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\u202e", "x" * 5000])
def test_odd_text_in_a_body(user_client: MakeClient, text: str) -> None:
    admin, officer = user_client("system_admin"), user_client("officer")
    security = user_client("security_admin")
    bodies = [
        (admin, "POST", "/api/v1/users", {"login": text, "name": "x", "department": "x", "region": "210200"}),
        (admin, "POST", "/api/v1/users", {"login": "abc", "name": text, "department": "x", "region": "210200"}),
        (admin, "POST", "/api/v1/users", {"login": "abc", "name": "x", "department": text, "region": "210200"}),
        (admin, "POST", "/api/v1/users", {"login": "abc", "name": "x", "department": "x", "region": text}),
        (security, "POST", f"/api/v1/users/{officer.user.id}/roles", {"role": "officer", "department": text}),
        (security, "POST", f"/api/v1/users/{officer.user.id}/roles", {"role": "officer", "region": text}),
        (officer, "POST", "/api/v1/me/tokens", {"name": text, "scopes": ["case.read"], "days": 1}),
    ]
    for client, method, path, body in bodies:
        answer = client.request(method, path, content=json.dumps(body), headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500, (path, body, answer.text)


def test_odd_text_in_forms(user_client: MakeClient) -> None:
    admin = user_client("system_admin")
    form = {"login": "a\0b", "name": "\0", "department": "\0", "region": "\0"}
    assert admin.post("/keeper/users", data=form).status_code == 422
    assert admin.post("/account/sessions/end", data={"session": "\0"}).status_code == 303
    assert admin.post(f"/keeper/users/{USER}", data={"version": "9" * 40}).status_code == 404
