"""The demonstration city: the same every time, complete, and never into a database that is in use."""

from datetime import date
from pathlib import Path

import pytest

from kernel.identifiers import check_uscc
from service.access.permissions import Permission
from service.access.roles import role_table
from service.demo.city import City, make_city
from service.demo.fill import fill
from service.errors import StateError
from service.work import Works
from supervision.load import load_scheme
from tests.service.conftest import Run

DAY = date(2026, 11, 25)
SIZE = 300


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(load_scheme(), DAY, SIZE)


def test_the_same_wish_gives_the_same_city(city: City) -> None:
    assert make_city(load_scheme(), DAY, SIZE) == city
    assert make_city(load_scheme(), DAY, SIZE, seed=1).enterprises != city.enterprises


def test_everything_hangs_together(city: City) -> None:
    departments = {one.code for one in city.departments}
    districts = {one.code for one in city.districts}
    assert len(departments) == 26
    assert all(set(one.departments) <= departments for one in city.industries)
    assert all(not check_uscc(one.uscc).flags and one.region in districts for one in city.enterprises)
    assert len({one.uscc for one in city.enterprises}) == SIZE
    assert {one.department for one in city.inspectors} == departments
    names = [one.name for group in (city.enterprises, city.departments, city.districts) for one in group]
    assert all(name.startswith("演示市") for name in names)


def test_its_people_cover_every_role_and_every_right(city: City) -> None:
    roles = {role for person in city.people for role in person.roles}
    assert roles == set(role_table())
    held = {permission for role in roles for permission in role_table()[role].permissions}
    assert held == set(Permission)


def test_it_is_filled_once(works: Works, city: City) -> None:
    logins = fill(works, city, lambda _: None)
    assert len({one.password for one in logins}) == len(city.people)
    with pytest.raises(StateError) as caught:
        fill(works, city, lambda _: None)
    assert caught.value.code == "demo_not_empty"


class TestCommand:
    @pytest.fixture(autouse=True)
    def _own_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XINHENG_DATA_DIR", str(tmp_path / "data"))

    def test_it_prints_the_passwords_once(self, run: Run) -> None:
        first = run("demo", "--size", "100", "--json")
        assert first.code == 0
        passwords = [one["password"] for one in first.json()["logins"]]
        assert all(password in first.err for password in passwords)
        assert run("demo", "--json").code == 4
        again = run("demo", "--if-empty", "--json")
        assert (again.code, again.json()) == (0, {"logins": []})

    def test_an_interrupted_run_leaves_nothing_that_looks_finished(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(_works: Works, _city: City) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("service.demo.fill.STEPS", (("中断", stop),))
            assert run("demo", "--size", "100").code == 130
        assert not (tmp_path / "data" / "xinheng.db").exists()
        assert run("demo", "--size", "100", "--if-empty").code == 0
        assert (tmp_path / "data" / "xinheng.db").exists()
        assert not (tmp_path / "data" / ".demo").exists()
