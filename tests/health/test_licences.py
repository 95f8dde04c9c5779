"""The list of licences names every package that is installed, at the version that is locked."""

import re

from tests.health.tree import ROOT

PAGE = ROOT / "docs/reference/licences.md"
ROW = re.compile(r"^\| (\S+) \| (\S+) \| (.+) \|$", re.MULTILINE)
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)( ;)?", re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_locked_package_has_its_licence() -> None:
    listed = {_plain(name): version for name, version, _ in ROW.findall(PAGE.read_text("utf-8"))}
    pins = PIN.findall((ROOT / "locks/run.txt").read_text("utf-8"))
    wanted = {_plain(name): version for name, version, marker in pins if not marker}
    assert wanted.keys() - listed.keys() == set(), "run `make wheelhouse sbom`"
    stale = {name: version for name, version in wanted.items() if listed[name] != version}
    assert not stale, "run `make wheelhouse sbom`"


def test_no_licence_forbids_the_use() -> None:
    """GNU GPL and AGPL would bind the whole; the lesser one does not."""
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [name for name, _, licence in rows if re.search(r"(?<!L)GPL", licence)] == []
