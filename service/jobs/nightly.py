"""Jobs that look after the data itself: checking the audit trail, retention."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from service.audit.anchors import anchor, read_anchors
from service.audit.verify import verify
from service.db.database import settle
from service.errors import StateError
from service.jobs.registry import job
from service.retention import apply, policies
from service.settings import read_settings

if TYPE_CHECKING:
    from service.jobs.run import Run


@job("audit.verify", title="核对审计记录")
def verify_trail(run: Run) -> object:
    """Read the whole chain, then anchor its end; StateError, and so a job that failed, where it does not hold."""
    file = read_settings(os.environ).anchor_file
    with run.reading() as work:
        found = verify(work.session, read_anchors(file))
    if found.breaks:
        first = found.breaks[0]
        raise StateError("audit_broken", count=len(found.breaks), seq=first.seq, why=first.code)
    with run.step(None, note=f"共 {found.events:,} 条，前后相接，没有改动"):
        pass
    if file is not None:
        with run.reading() as work:
            anchor(work.session, file, run.now())
    return {"events": found.events, "head": found.head}


@job("data.retention", title="到期数据清理")
def keep_no_longer(run: Run) -> object:
    """Delete or mask what has been kept long enough, table by table; then let the database look at what is left."""
    counts: dict[str, int] = dict(run.checkpoint or {})
    todo = [policy for policy in policies() if policy.name not in counts]
    for policy in todo:
        with run.step(counts, done=len(counts) + 1, total=len(policies()), note=policy.title) as work:
            counts[policy.name] = apply(work, policy)
    with run.finish() as work:
        settle(work.session)
        run.result = {"rows": counts}
    return run.result
