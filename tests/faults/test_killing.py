"""A short run of the kill test on both databases; `make faults` makes the long one."""

from pathlib import Path

from service.db.database import Database
from service.engine import Engine
from tests.faults.killing import Plan, run


def test_nothing_is_lost_or_done_twice(database: Database, engine: Engine, tmp_path: Path) -> None:
    url = database.url.render_as_string(hide_password=False)
    found = run(database, url, engine, tmp_path, Plan(kills=5, seed=2026, jobs_at_once=3, steps=8, step_seconds=0.02))
    assert found.server_kills + found.worker_kills == 5
    assert found.acts > 0
    assert found.steps > 0
