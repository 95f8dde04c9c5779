"""The job that classifies a month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from service.classes import months
from service.jobs.queue import start
from service.jobs.registry import job
from service.schemes.acts import in_force

if TYPE_CHECKING:
    from service.jobs.run import Run
    from service.work import Work

KIND: Final = "score.month"


def begin(work: Work, wish: months.Wish, scheme: str) -> str:
    """Put the work into the queue; returns the job's id.

    Raises:
        InputError: the month or the day is wrong.
        StateError: the columns are not in the file store.
    """
    wish.check(work.today)
    work.files.path(wish.columns)
    payload = {
        "month": wish.month,
        "on": wish.on.isoformat(),
        "columns": wish.columns,
        "scheme": scheme,
        "department": wish.department,
        "region": wish.region,
    }
    return start(work, KIND, payload, lock=f"{KIND}/{wish.region}/{wish.month}", subject=wish.month)


@job(KIND, title="企业信用风险分类")
def classify_month(run: Run) -> None:
    """Score, compare with the month before, look for signs, keep."""
    sent = run.payload
    wish = months.Wish(
        sent["month"], date.fromisoformat(sent["on"]), sent["columns"], sent["department"], sent["region"]
    )
    with run.reading() as work:
        scheme = in_force(work.session, sent["scheme"])
        earlier = months.before(work, wish, scheme.id)
        digest = earlier.file if earlier else None
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        run.progress(done)

    made = months.classify(run.files, wish, scheme, digest, tell)
    run.result = {"rows": made.rows, "link": {"href": "/planner/classes", "label": f"{wish.month} 的分类结果"}}
    with run.finish() as work:
        months.keep(work, wish, scheme, made)
