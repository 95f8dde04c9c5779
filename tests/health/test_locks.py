"""The locks pin every package by version and hash, for all Pythons, and name no address."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.health.tree import ROOT

LOCKS = ("build", "run", "dev")


def _entries(name: str) -> dict[str, str]:
    """Package → version, as pinned in locks/<name>.txt."""
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pins) == len(dict(pins)), "one version for all Pythons"
    return {canonicalize_name(package): version for package, version in pins}


def _wanted(extra: str | None = None) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_or_a_hash_and_there_is_no_address(name: str) -> None:
    lines = (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8").splitlines()
    allowed = re.compile(r"[\w.-]+==\S+( ; .+)? \\| +--hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not allowed.fullmatch(line)] == []


def test_the_runtime_has_the_versions_that_are_tested() -> None:
    run, dev = _entries("run"), _entries("dev")
    assert run.items() <= dev.items()


@pytest.mark.parametrize(("name", "extra"), [("run", None), ("dev", None), ("dev", "dev")])
def test_the_lock_satisfies_the_project(name: str, extra: str | None) -> None:
    pins = _entries(name)
    wrong = [
        f"{need}: {pins.get(canonicalize_name(need.name))}"
        for need in _wanted(extra)
        if not need.specifier.contains(pins.get(canonicalize_name(need.name), "0"))
    ]
    assert not wrong, f"run `make lock`: {wrong}"
