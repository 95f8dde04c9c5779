"""The set-up script says what a machine lacks, what for and how to get it, and stops only for what is needed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "bash",
    "env",
    "cat",
    "cut",
    "dirname",
    "basename",
    "readlink",
    "ls",
    "grep",
    "sed",
    "sha256sum",
    "id",
    "make",
)


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder for PATH with everyday commands: no compiler, no browser, no apt-get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in COMMANDS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def _set_up(target: str, path: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), "PYTHON": sys.executable, "XINHENG_VENV": str(path / "none"), "HOME": str(path)}
    command = [str(ROOT / "tools/setup.sh"), target]
    return subprocess.run(command, env=environment, capture_output=True, check=False, text=True)


@pytest.mark.parametrize("target", ["run", "all", "test"])
def test_a_missing_compiler_stops_every_target_and_is_explained(target: str, bare_path: Path) -> None:
    done = _set_up(target, bare_path)
    assert done.returncode == 1
    assert "gcc — durable-rules is compiled (for: make run)" in done.stderr
    assert "sudo apt-get install gcc" in done.stderr
    assert not (bare_path / "none").exists()


def test_what_only_tests_need_is_not_asked_of_a_run(bare_path: Path) -> None:
    assert "chromium" in _set_up("test", bare_path).stderr
    assert "chromium" not in _set_up("run", bare_path).stderr


def test_an_unknown_target_shows_the_usage(bare_path: Path) -> None:
    done = _set_up("everything", bare_path)
    assert (done.returncode, done.stderr) == (2, "usage: tools/setup.sh [run|all|test]\n")
