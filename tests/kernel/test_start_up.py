"""Importing the kernel is cheap: no data file is opened and no slow library is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

import kernel

FOLDER = Path(kernel.__file__).parent
MODULES = sorted(f"kernel.{path.stem}" for path in FOLDER.glob("*.py") if path.stem != "__init__")
SLOW = {"yaml", "csv", "difflib", "importlib.resources", "pandas", "pyarrow", "numpy", "tempfile", "asyncio"}


def test_the_list_of_modules_is_complete() -> None:
    assert len(MODULES) == 15


@pytest.mark.parametrize("module", MODULES)
def test_loads_nothing_slow_and_opens_no_data(module: str) -> None:
    script = (
        "import sys, builtins\n"
        "sys.addaudithook(lambda event, args: event == 'open' and 'kernel/data/' in str(args[0])"
        " and sys.exit(f'opened {args[0]}'))\n"
        f"import {module}\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=FOLDER.parent
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert module in loaded
    assert not loaded & SLOW
    ours = {name.partition(".")[0] for name in loaded} & {"rules", "credit", "supervision", "service"}
    assert not ours
