"""A kind of job whose effects can be counted: every step leaves one event, and the last one says so."""

import time
from typing import ClassVar

from service.audit.events import Event, event
from service.jobs.registry import job
from service.jobs.run import Run

KIND = "test.count"


@event
class Counted(Event):
    """One step of a counting job was done."""

    kind: ClassVar[str] = "test.counted"
    title: ClassVar[str] = "测试计数"

    number: int


@job(KIND, title="测试计数", attempts=1000)
def count(run: Run) -> object:
    """Do `steps` steps, each of which takes a moment; the last is done together with the completion."""
    steps: int = run.payload["steps"]
    for number in range(run.checkpoint or 0, steps - 1):
        time.sleep(run.payload["seconds"])
        with run.step(number + 1, done=number + 1, total=steps) as work:
            work.record(Counted(subject=run.id, number=number + 1))
    with run.finish() as work:
        work.record(Counted(subject=run.id, number=steps))
        run.result = {"steps": steps}
    return None
