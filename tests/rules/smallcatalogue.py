"""Small catalogues made of parts that differ from a sound one in one place; the facts are the real ones."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from rules.check import Finding, check_release
from rules.load import CATALOGUE, link, read_yaml
from rules.release import Release

ON = date(2026, 11, 24)
Part = dict[str, Any]


@cache
def facts() -> dict[str, object]:
    """The words of a case of penalty; those of credit repair are left out."""
    paths = [path for path in sorted((CATALOGUE / "facts").glob("*.yaml")) if "repair" not in path.name]
    return {f"facts/{path.name}": read_yaml(path, path.name) for path in paths}


def common(name: str, kind: str, **more: object) -> Part:
    return {
        "id": name,
        "kind": kind,
        "title": f"题目{name}",
        "in_force": {"from": "2022-01-01", "until": None},
        "confidence": "V1",
        "checked_on": "2026-11-24",
    } | more


def source(**more: object) -> Part:
    return common("a-list", "source", **more)


def item(name: str, conditions: list[Part], **more: object) -> Part:
    """An item of the violation `act`; its cases are left out where a test is not about them."""
    fixed = {"list": "no_penalty", "force": "may", "field": "市场监管", "violations": ["act"], "source": "a-list"}
    return common(name, "list_item", conditions=conditions, **(fixed | more))


def statute(name: str, conditions: list[Part], **more: object) -> Part:
    fixed = {"lists": ["no_penalty"], "force": "shall", "stage": 6}
    return common(name, "statute_ground", conditions=conditions, **(fixed | more))


def violation(*branches: Part, **more: object) -> Part:
    """`act`, punished since before the time that has to be covered."""
    penalty = {"trigger": "immediate", "kinds": ["fine"], "branches": list(branches)}
    version = {"in_force": {"from": "2020-01-01", "until": None}, "penalty": penalty}
    fixed: Part = {"id": "act", "kind": "violation", "title": "某种行为", "field": "市场监管", "versions": [version]}
    return fixed | {"confidence": "V1", "checked_on": "2026-11-24"} | more


def fine(low: int, high: int) -> Part:
    return {"min_yuan": low, "max_yuan": high}


def case(facts: Mapping[str, object], expect: str, **more: object) -> Part:
    return {"name": f"{expect}之例", "facts": dict(facts), "expect": expect} | more


def catalogue(*parts: Part, accepted: Part | None = None) -> Release:
    """Link the parts; a source and a violation are added where there are none."""
    named = {part["id"]: part for part in (source(), violation(), *parts)}
    files: dict[str, object] = {_file(part): part for part in named.values()}
    if accepted is not None:
        files["accepted/known.yaml"] = accepted
    return link({**facts(), **files})


def _file(part: Part) -> str:
    name = "source" if part["kind"] == "source" else part["id"]
    return f"national/{part['id']}/{name}.yaml"


def found(release: Release, code: str, **options: Any) -> list[Finding]:  # noqa: ANN401 - passed on
    """The findings of one kind."""
    return [one for one in check_release(release, ON, **options) if one.code == code]
