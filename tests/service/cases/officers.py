"""Officers and cases that the tests of stored cases share."""

from typing import Any

from service.access.actor import Actor
from service.access.area import Area
from service.access.permissions import Permission
from service.access.roles import grant
from service.cases.content import parse_content
from service.cases.model import Content
from service.engine import Engine
from tests.service.conftest import CASE

CODE = "91210200MA0QC4XG62"


def officer(
    name: str = "li",
    department: str = "2102-scjg",
    region: str = "210202",
    permission: Permission = Permission.CASE_DECIDE,
    role: str = "officer",
) -> Actor:
    """An officer of a department and region, in an act that needs a right."""
    actor = Actor(
        f"user-{name}", name, grants=(grant(role, Area(department, region)),), department=department, region=region
    )
    return actor.acting(permission)


def entry(engine: Engine, facts: dict[str, Any] | None = None, **changes: Any) -> Content:  # noqa: ANN401 - JSON
    """An entry of a food case: an enterprise, all facts of the shared example and more or others."""
    document = {key: value for key, value in CASE.items() if key != "list_items"}
    document = document | {"facts": {**CASE["facts"], **(facts or {})}}
    raw: dict[str, Any] = {"document": document, "party": {"name": "大连某某商贸有限公司", "code": ""}}
    return parse_content(raw | changes, engine.release.vocabulary)
