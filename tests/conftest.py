"""What every suite shares: deterministic hypothesis, no sockets in pure suites, the shared data folder."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
PURE = ("kernel", "rules", "credit", "supervision")

settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")


def find_shared() -> Path | None:
    """Return the shared data folder, or None: XINHENG_SHARED if set, else `shared` beside the clone."""
    folder = Path(os.environ.get("XINHENG_SHARED") or ROOT.parent / "shared")
    return folder if (folder / "domain").is_dir() else None


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of shared reference data; only tests marked `shared` may ask for it."""
    folder = find_shared()
    assert folder is not None, "tests that use shared_dir need the mark `shared`"
    return folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Close the sockets of pure suites; leave out, and say so, what needs shared data that is not there."""
    for item in items:
        if _suite(item) in PURE:
            item.add_marker("disable_socket")
    if find_shared() is None:
        _leave_out(config, items, [item for item in items if item.get_closest_marker("shared")])


def _suite(item: pytest.Item) -> str:
    parts = item.path.relative_to(ROOT).parts if item.path.is_relative_to(ROOT) else ()
    return parts[1] if len(parts) > 2 else ""


def _leave_out(config: pytest.Config, items: list[pytest.Item], absent: Iterable[pytest.Item]) -> None:
    gone = set(absent)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=list(gone))
    config.stash[LEFT_OUT] = len(gone)


LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests were left out for want of the shared data folder."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} tests left out: no shared data (set XINHENG_SHARED, or put it in ../shared beside the clone)."
        )
