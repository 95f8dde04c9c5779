"""``--engine spark`` on a cluster of this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyspark
import pytest

from service.cli import main
from supervision.load import load_scheme
from tests.supervision.frames import ON, STRANGE, table

COMMAND = """
import sys
import service.scoring.run as running
from service.cli import main
running.PART = 100  # several spans, so that both workers have something to do
sys.exit(main(sys.argv[1:]))
"""
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def adversarial(count: int) -> pl.DataFrame:
    """Odd codes, codes that stand twice, values that cannot be read."""
    scheme = load_scheme()
    frame = table(scheme, 31, count)
    strange = pl.Series("penalties_36m", [str(STRANGE["int"][place % 10]) for place in range(count)])
    codes = frame["uscc"].to_list()
    codes[count - 1] = codes[0]
    return frame.with_columns(strange, pl.Series("uscc", codes))


def spark_home(folder: Path) -> Path:
    """Spark as it was installed, but workers write into a folder of the test."""
    folder.mkdir()
    for path in Path(pyspark.__file__).parent.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.slow
def test_two_workers_write_the_very_file_that_one_machine_writes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.parquet"
    adversarial(450).write_parquet(source)
    words = ["score", "run", str(source), "--on", str(ON), "--json"]
    assert main([*words[:3], str(tmp_path / "here"), *words[3:]]) == 0
    said = json.loads(capfd.readouterr().out)
    cluster = ["--engine", "spark", "--master", "local-cluster[2,1,1024]"]
    setting = os.environ | {"SPARK_HOME": str(spark_home(tmp_path / "spark")), "JAVA_TOOL_OPTIONS": QUICK}
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *words[:3], str(tmp_path / "there"), *words[3:], *cluster],
        capture_output=True,
        env=setting,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert json.loads(done.stdout) == said
    here, there = (pl.read_parquet(tmp_path / name) for name in ("here", "there"))
    assert there.equals(here)
    executors = {path.parent.name for path in (tmp_path / "spark" / "work").glob("app-*/*/stderr")}
    assert executors == {"0", "1"}
