"""The first page of each role, and the keyboard map."""

import re

import pytest

from service.access.permissions import Permission
from service.access.roles import role_table
from service.web.desks import DESKS
from service.web.home import GROUPS
from service.web.keys import KEYS
from service.web.render import HERE
from tests.web.conftest import Get


def test_every_first_act_is_an_address_of_a_desk_that_the_right_opens() -> None:
    entries = {entry.href: entry for desk in DESKS for entry in desk.entries}
    for act in (act for group in GROUPS for act in group.acts):
        assert act.href in entries, act.href


@pytest.mark.parametrize("role", [name for name, role in role_table().items()])
def test_every_role_has_something_to_begin_with(role: str) -> None:
    held = frozenset(role_table()[role].permissions)
    assert any(act.permission in held for group in GROUPS for act in group.acts) or held <= {
        Permission.DRAW_READ,
        Permission.DRAW_EVENT,
        Permission.DRAW_CONFIRM,
    }


def test_the_keyboard_map_names_the_access_keys_of_the_frame(get: Get) -> None:
    frame = (HERE / "templates" / "base.html").read_text("utf-8") + (HERE / "templates" / "home.html").read_text(
        "utf-8"
    )
    used = set(re.findall(r'accesskey="(\w)"', frame))
    named = {key for key, _ in KEYS}
    assert used <= named
    assert "到本页的查找框" in get("/keys").text
