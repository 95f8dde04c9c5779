"""Which rule each route has; a route without one stops the start of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from fastapi.routing import iter_route_contexts

from kernel.errors import XinhengError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

    from service.access.permissions import Permission

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FRAMEWORK: Final[Mapping[str, str]] = {"/api/v1/openapi.json": "接口说明"}
"""Routes that FastAPI makes itself, and why anybody may call them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks for; the dependency that keeps it has it as its attribute ``rule``.

    ``why`` is set for public ones alone; no permission: a login is enough. ``files``: it is a form with files.
    """

    permission: Permission | None = None
    changes: bool = False
    why: str = ""
    files: bool = False

    @property
    def is_public(self) -> bool:
        """Whether anybody may call."""
        return bool(self.why)


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One method of one address, with its rule."""

    method: str
    path: str
    rule: Rule


class RouteRuleError(XinhengError):
    """A route without a rule, or with one that does not fit: a fault of ours that must not reach a city."""

    code: ClassVar[str] = "route_rule"


def rules_of(app: FastAPI) -> list[RouteRule]:
    """Every method of every route with its rule, by path; RouteRuleError for the first that has none."""
    found: list[RouteRule] = []
    for route in iter_route_contexts(app.routes):
        path, methods = str(route.path), sorted(route.methods or ())
        rule = _rule_of(path, methods, getattr(route, "dependant", None))
        found += [RouteRule(method, path, rule) for method in methods]
    return sorted(found, key=lambda one: (one.path, one.method))


def _rule_of(path: str, methods: list[str], dependant: Dependant | None) -> Rule:
    if dependant is None and path in _FRAMEWORK:
        return Rule(why=_FRAMEWORK[path])
    rules = list(_rules_in(dependant)) if dependant is not None else []
    if not rules:
        raise RouteRuleError(path=path, methods=methods, why="has no rule: declare reads, writes or public")
    if len(rules) > 1:
        raise RouteRuleError(path=path, methods=methods, why="has more than one rule")
    if not rules[0].is_public and not rules[0].changes and not _SAFE.issuperset(methods):
        raise RouteRuleError(path=path, methods=methods, why="changes something under a rule for reading")
    return rules[0]


def _rules_in(dependant: Dependant) -> Iterator[Rule]:
    rule = getattr(dependant.call, "rule", None)
    if isinstance(rule, Rule):
        yield rule
    for part in dependant.dependencies:
        yield from _rules_in(part)
