"""Rights: the role table and its separation, areas, actors, the filter of queries, the rule every route has."""

from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from kernel.datafile import read_text
from kernel.errors import CatalogueError
from service.access import scope
from service.access.actor import Actor, Grant
from service.access.area import EVERYWHERE, Area
from service.access.errors import AccessRefusedError, OutOfAreaError, PermissionDeniedError
from service.access.permissions import Permission
from service.access.roles import check_combination, grant, read_roles, role_table
from service.access.rules import RouteRuleError, rules_of
from service.api.deps import public, reads, writes
from service.db.database import Database
from service.db.tables.accounts import UserRow
from tests.service.people import make_user

TABLE = read_text("roles.yaml", "service.access")
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
P = Permission


class TestRoleTable:
    def test_administrators_share_no_right_but_looking_at_users(self) -> None:
        held = [set(role_table()[name].permissions) for name in ADMINISTRATORS]
        assert held[0] & held[1] == held[0] & held[2] == held[1] & held[2] == {P.USER_READ}

    def test_no_right_is_on_both_sides(self) -> None:
        roles = role_table().values()
        ours = {one for role in roles if role.kind == "administrator" for one in role.permissions}
        theirs = {one for role in roles if role.kind == "business" for one in role.permissions}
        assert ours & theirs == set()

    def test_every_right_has_a_title_and_a_holder(self) -> None:
        assert all(one.label for one in P)
        assert {one for role in role_table().values() for one in role.permissions} == set(P)

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            (
                "permissions: [user.read, audit.read,",
                "permissions: [user.read, role.assign, audit.read,",
                "roles_not_apart",
            ),
            ("permissions: [statistics.read]", "permissions: [statistics.read, audit.read]", "roles_not_apart"),
            ("permissions: [statistics.read]", "permissions: [statistics.read, user.read]", "roles_not_apart"),
            ("permissions: [statistics.read]", "permissions: [statistics.read, statistics.read]", "roles_wrong"),
            ("permissions: [statistics.read]", "permissions: [statistics.all]", "roles_wrong"),
            ("title: 统计人员", "name: 统计人员", "roles_wrong"),
            (", backup.make]", "]", "roles_wrong"),
            ("shared: [user.read]", "shared: []", "roles_not_apart"),
        ],
    )
    def test_a_table_that_breaks_the_separation_is_refused(self, old: str, new: str, code: str) -> None:
        assert TABLE.count(old) == 1
        with pytest.raises(CatalogueError) as caught:
            read_roles(TABLE.replace(old, new))
        assert caught.value.code == code
        assert caught.value.detail

    @pytest.mark.parametrize("name", ADMINISTRATORS)
    def test_an_administrator_goes_with_no_other_role(self, name: str) -> None:
        check_combination([name])
        for other in set(role_table()) - {name}:
            with pytest.raises(AccessRefusedError):
                check_combination([name, other])

    def test_business_roles_go_together(self) -> None:
        check_combination([name for name, role in role_table().items() if role.kind == "business"])

    def test_an_unknown_role_is_refused_and_gives_nothing(self) -> None:
        with pytest.raises(AccessRefusedError):
            check_combination(["emperor"])
        assert grant("emperor").permissions == frozenset()


CODES = st.sampled_from(["210000", "210200", "210202", "210211", "210300", "220000", "220100"])
DEPARTMENTS = st.sampled_from(["综合执法", "信用监管", "食品"])
AREAS = st.builds(Area, st.none() | DEPARTMENTS, st.none() | CODES)


class TestAreas:
    @pytest.mark.parametrize(
        ("area", "place", "inside"),
        [
            (Area(None, "210200"), ("x", "210202"), True),
            (Area(None, "210200"), ("x", "210200"), True),
            (Area(None, "210200"), ("x", "210300"), False),
            (Area(None, "210202"), ("x", "210200"), False),
            (Area(None, "210000"), ("x", "210202"), True),
            (Area("a", None), ("a", "110000"), True),
            (Area("a", "210200"), ("b", "210200"), False),
            (Area("a", None), ("", ""), False),
            (EVERYWHERE, ("", ""), True),
        ],
    )
    def test_a_region_holds_what_is_below_it(self, area: Area, place: tuple[str, str], inside: bool) -> None:  # noqa: FBT001
        assert area.holds(*place) is inside

    @given(AREAS, AREAS, DEPARTMENTS, CODES)
    def test_an_area_that_covers_another_holds_all_of_it(
        self, one: Area, other: Area, department: str, region: str
    ) -> None:
        if one.covers(other) and other.holds(department, region):
            assert one.holds(department, region)

    @given(AREAS, CODES)
    def test_the_bounds_are_the_prefix(self, area: Area, region: str) -> None:
        first, last = area.bounds
        assert (first <= region <= last) == Area(None, area.region).holds("x", region)


def actor(*grants: Grant) -> Actor:
    return Actor("usr-1", "李", grants=grants)


class TestActors:
    def test_a_right_held_in_one_place_is_of_no_use_in_another(self) -> None:
        both = actor(
            grant("officer", Area("综合执法", "210211")),
            grant("statistician", Area(None, "210200")),
        )
        assert both.may(P.CASE_EDIT, "综合执法", "210211")
        assert not both.may(P.CASE_EDIT, "综合执法", "210202")
        assert both.acting(P.STATISTICS_READ).sees("食品", "210202")
        assert not both.acting(P.CASE_READ).sees("食品", "210202")
        with pytest.raises(PermissionDeniedError) as caught:
            both.require(P.CASE_EDIT, "综合执法", "210202")
        assert "登记和修改案件" in caught.value.detail

    def test_what_is_not_held_cannot_be_acted(self) -> None:
        with pytest.raises(PermissionDeniedError):
            actor(grant("officer")).acting(P.AUDIT_READ)
        assert actor().areas == ()
        assert not actor().sees("", "")

    def test_a_token_narrows_and_never_widens(self) -> None:
        officer = actor(grant("officer", Area(None, "210211")))
        token = officer.limited([P.CASE_READ, P.AUDIT_READ])
        assert token.permissions == {P.CASE_READ}
        assert not token.may(P.CASE_EDIT)
        assert token.areas_of(P.AUDIT_READ) == ()

    def test_the_service_itself_may_do_everything_everywhere(self) -> None:
        system = Actor.system("jobs")
        assert system.permissions == set(P)
        assert system.acting(P.CASE_READ).sees("x", "110000")

    def test_areas_are_told_for_showing(self) -> None:
        both = actor(grant("officer", Area("a", "210211")), grant("planner", Area(None, "210200")))
        assert (both.departments, both.regions) == (None, frozenset({"210211", "2102"}))
        assert both.acting(P.CASE_READ).departments == frozenset({"a"})
        assert actor(grant("officer")).regions is None


@pytest.fixture(scope="class")
def places() -> list[tuple[str, str]]:
    return [(department, region) for department in ("a", "b") for region in ("210202", "210211", "210300", "220100")]


class TestScope:
    """The filter in the database and the question in memory give the same answer."""

    @pytest.mark.parametrize(
        "areas",
        [
            [],
            [EVERYWHERE],
            [Area("a")],
            [Area(None, "210200")],
            [Area("a", "210200")],
            [Area("a", "210202"), Area("b", "220000")],
            [Area("c"), Area(None, "210300")],
        ],
        ids=str,
    )
    def test_a_query_gives_what_the_actor_sees(
        self, database: Database, places: list[tuple[str, str]], areas: list[Area]
    ) -> None:
        for department, region in places:
            make_user(database, department=department, region=region)
        who = actor(*(grant("system_admin", area) for area in areas))
        with database.read() as session:
            rows = session.exec(scope.where(select(UserRow), UserRow, who)).all()
        expected = sorted(place for place in places if who.sees(*place))
        assert sorted((row.department, row.region) for row in rows) == expected

    def test_what_lies_outside_is_not_there(self) -> None:
        scope.check(actor(grant("officer", Area(None, "210200"))), "a", "210202")
        with pytest.raises(OutOfAreaError) as caught:
            scope.check(actor(grant("officer", Area(None, "210200"))), "a", "210300")
        assert caught.value.status == 404


class TestRouteRules:
    @staticmethod
    def app(method: str, *dependencies: Any) -> FastAPI:  # noqa: ANN401 - FastAPI's Depends
        router = APIRouter()
        router.add_api_route("/x/{y}", lambda: None, methods=[method], dependencies=list(dependencies))
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        app.include_router(router)
        return app

    def test_a_route_without_a_rule_stops_the_start(self) -> None:
        with pytest.raises(RouteRuleError) as caught:
            rules_of(self.app("GET"))
        assert "/x/{y}" in str(caught.value)

    def test_a_dependency_that_is_no_rule_is_not_enough(self) -> None:
        with pytest.raises(RouteRuleError):
            rules_of(self.app("GET", Depends(lambda: None)))

    def test_two_rules_are_refused(self) -> None:
        with pytest.raises(RouteRuleError):
            rules_of(self.app("GET", public("why"), reads(P.CASE_READ)))

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_what_changes_something_needs_a_rule_for_it(self, method: str) -> None:
        with pytest.raises(RouteRuleError):
            rules_of(self.app(method, reads(P.CASE_EDIT)))
        assert rules_of(self.app(method, writes(P.CASE_EDIT)))[0].rule.permission is P.CASE_EDIT

    def test_the_framework_s_own_pages_are_not_forgotten(self) -> None:
        with pytest.raises(RouteRuleError):
            rules_of(FastAPI(docs_url="/docs"))
