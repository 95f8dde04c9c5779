"""Our packages are ours (three share their names with published ones), and the wheel holds them and nothing else."""

import importlib
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.health.tree import PRODUCT, ROOT, files


@pytest.mark.parametrize("package", PRODUCT)
def test_the_package_imported_is_ours(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__
    assert Path(module.__file__).resolve() == ROOT / package / "__init__.py"


@pytest.mark.parametrize("package", PRODUCT)
def test_the_package_found_from_another_folder_is_ours(package: str, tmp_path: Path) -> None:
    code = f"import {package}; print({package}.__file__)"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert Path(done.stdout.strip()).resolve() == ROOT / package / "__init__.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in the wheel, our package folders only."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_our_packages(wheel: set[str]) -> None:
    ours = {path.as_posix() for path in files() if path.parts[0] in PRODUCT}
    assert ours - wheel == set()


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    assert {name.split("/")[0] for name in wheel} <= set(PRODUCT)
    assert not [name for name in wheel if "__pycache__" in name]


SCRIPTS = [".ci/run", *(f"tools/{name}.sh" for name in ("lock", "pythons", "sbom", "setup", "wheelhouse"))]


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_can_be_executed_and_stop_at_the_first_error(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & stat.S_IXUSR
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
