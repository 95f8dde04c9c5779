"""Every kind of event has a Chinese title, wherever it is declared."""

import re
from pathlib import Path

from service.audit.kinds import MODULES, event_kinds, title_of
from tests.health.tree import sources, text


def test_every_module_that_declares_events_is_listed() -> None:
    found = {_module(path) for path in sources("service") if re.search(r"^@event\b", text(path), re.MULTILINE)}
    assert found == set(MODULES)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


def test_every_kind_has_a_chinese_title_of_its_own() -> None:
    titles = [kind.title for name, kind in event_kinds().items() if not name.startswith("test.")]
    assert all(re.search(r"[\u4e00-\u9fff]", title) for title in titles)
    assert len(set(titles)) == len(titles)
    assert title_of("case.of-long-ago") == "case.of-long-ago"
