"""The matrix of access: who may call which address.

``tests/service/access/matrix.yaml`` is the written matrix: the tests walk every route with every role and hold the
service against it. Run ``.venv/bin/python tools/access_table.py`` after a route or a role changed: it writes the
matrix anew from the code, for a person to read the difference before it is committed, and then the page
``docs/reference/access.md`` from the matrix.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from service.access.permissions import Permission  # noqa: E402  (the repository is put on the path first)
from service.access.roles import role_table  # noqa: E402
from service.access.rules import rules_of  # noqa: E402
from service.app import create_app  # noqa: E402
from service.settings import Settings  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.access.rules import RouteRule

MATRIX = ROOT / "tests" / "service" / "access" / "matrix.yaml"
PAGE = ROOT / "docs" / "reference" / "access.md"
PUBLIC, LOGIN = "everybody", "everybody with a login"
_NOTE = """\
# Who may call which address. The tests send a request as nobody, as somebody without a role, and as every role, to
# every address, and compare with this file; what is not listed for a role must be refused.
# `everybody with a login`: what belongs to others is sorted out inside (one's own account, one's own jobs).
"""
_HEAD = """# Access

This page is written by `tools/access_table.py` from the role table (`service/access/roles.yaml`) and the matrix that
the tests hold the service against (`tests/service/access/matrix.yaml`); do not edit it by hand.

A role is held in a department and a region (with everything below it), or in all. A right held in one place is of no
use in another: lists show, and acts reach, only what lies within the areas of the roles that give the right asked for.
What lies outside is not there (404).

The three administrators (三员分立) exclude one another and hold no other role: checked when the role table is read,
when a role is given, and with every request. Nobody acts on his own account. Where two people are needed (draft and
publication of rules and schemes, plan and approval), the second is checked in the act: a person who holds both roles
cannot be both.
"""


def from_code(rules: Sequence[RouteRule]) -> dict[str, list[str]]:
    """Routes by who may call them, as the code says: who is a set of roles, written with commas."""
    found: dict[str, list[str]] = {}
    for one in rules:
        if one.method != "HEAD":
            found.setdefault(_who(one), []).append(f"{one.method} {one.path}")
    order = [PUBLIC, LOGIN, *sorted(set(found) - {PUBLIC, LOGIN})]
    return {who: sorted(found[who], key=lambda route: route.partition(" ")[::-1]) for who in order if who in found}


def _who(one: RouteRule) -> str:
    if one.rule.is_public:
        return PUBLIC
    wanted = one.rule.permission
    if wanted is None:
        return LOGIN
    return ", ".join(name for name, role in role_table().items() if wanted in role.permissions)


def read_matrix() -> dict[str, list[str]]:
    """The written matrix."""
    found: dict[str, list[str]] = yaml.safe_load(MATRIX.read_text("utf-8"))
    return found


def page(matrix: Mapping[str, Sequence[str]]) -> str:
    """The page of the matrix and the role table."""
    return "\n".join([_HEAD, *_roles(), *_permissions(), *_addresses(matrix)]) + "\n"


def _roles() -> list[str]:
    table = role_table()
    lines = ["## Roles\n", "| role | title | what for | rights |", "|---|---|---|---|"]
    for name, role in table.items():
        rights = " ".join(f"`{one.value}`" for one in role.permissions)
        lines.append(f"| `{name}` | {role.title} | {role.about} | {rights} |")
    return [*lines, ""]


def _permissions() -> list[str]:
    table = role_table()
    lines = ["## Rights\n", "| right | what it allows | held by |", "|---|---|---|"]
    for one in Permission:
        holders = "、".join(role.title for role in table.values() if one in role.permissions)
        lines.append(f"| `{one.value}` | {one.label} | {holders} |")
    return [*lines, ""]


def _addresses(matrix: Mapping[str, Sequence[str]]) -> list[str]:
    table = role_table()
    lines = ["## Addresses\n"]
    for who, routes in matrix.items():
        titles = who if who in {PUBLIC, LOGIN} else "、".join(table[name].title for name in who.split(", "))
        lines += [f"### {titles[:1].upper()}{titles[1:]}\n", *(f"- `{route}`" for route in routes), ""]
    return lines


def current_rules() -> list[RouteRule]:
    """The rules of the application as it is."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        found = rules_of(app)
        app.state.works.database.close()
        return found


def main() -> int:
    """Write the matrix and the page."""
    matrix: dict[str, Any] = from_code(current_rules())
    text = yaml.safe_dump(matrix, allow_unicode=True, sort_keys=False, width=120)
    MATRIX.write_text(_NOTE + re.sub(r"\n(?=\S[^\n]*:\n)", "\n\n", text), "utf-8")
    PAGE.write_text(page(read_matrix()), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
