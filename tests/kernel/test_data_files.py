"""The data files are what the committed scripts make of the public tables, byte for byte."""

import subprocess
import sys
from pathlib import Path

import pytest

from kernel.datafile import names, read_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("build_workdays", [f"workdays/{year}.yaml" for year in range(2020, 2027)]),
        ("build_regions", ["regions_current.csv", "regions_history.csv"]),
        ("build_instruments", ["instruments.csv"]),
    ],
)
def test_scripts_make_the_same_files_again(script: str, files: list[str], shared_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "workdays").mkdir()
    command = [
        sys.executable,
        str(ROOT / "tools" / "kernel_data" / f"{script}.py"),
        str(shared_dir / "data"),
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert {file: (tmp_path / file).read_text("utf-8") for file in files} == {file: read_text(file) for file in files}


def test_every_data_file_says_where_it_comes_from() -> None:
    sources = read_text("SOURCES.md")
    for suffix in (".csv", ".yaml"):
        for name in names(".", suffix):
            assert f"`{name}`" in sources


def test_no_text_of_a_law_is_kept() -> None:
    """Cells of the register stay short: titles, days, numbers."""
    rows = [line.split(",") for line in read_text("instruments.csv").splitlines()]
    assert {len(row) for row in rows} == {10}
    assert max(len(cell) for row in rows for cell in row[:8]) < 120
