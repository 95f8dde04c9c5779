"""Links lead somewhere, and the README opens with the two commands."""

import re
from pathlib import Path

import pytest

from tests.health.tree import ROOT, files, text

PAGES = [path for path in files(".md") if path.parts[0] in {"docs", "README.md"}]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, made as on the usual forges."""
    headings = re.findall(r"^#+ +(.+?) *$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (ROOT / page).parent / name if name else ROOT / page
    if not target.resolve().is_relative_to(ROOT) or not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in _anchors(target.resolve().relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_relative_link_leads_to_a_file_and_heading(page: Path) -> None:
    links = [link for link in LINK.findall(text(page)) if not re.match(r"[a-z]+:", link)]
    assert [link for link in links if _broken(page, link)] == []


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_shows_the_two_commands_first(command: str) -> None:
    assert command in text(Path("README.md"))[:1500]


def test_make_help_lists_every_target_that_the_readme_names() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", text(Path("Makefile")), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text(Path("README.md")))) <= targets
