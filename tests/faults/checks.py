"""What has to be true after the kills."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlmodel import Session, select

from service.audit.verify import rows, verify
from service.db.tables.cases import CaseRow, RevisionRow
from service.db.tables.jobs import JobRow
from tests.faults.officers import Kept

CASE_ACTS = ("case.saved", "case.revised")


def check_acts(session: Session, kept: Iterable[Kept]) -> int:
    """No accepted act is lost, and none is there by half; returns how many acts were accepted."""
    cases = {row.number: row for row in session.exec(select(CaseRow)).all()}
    notes: dict[str, dict[int, str]] = defaultdict(dict)
    for revision in session.exec(select(RevisionRow)).all():
        notes[revision.case_id][revision.version] = revision.content["note"]
    events = Counter(row.subject for row in rows(session) if row.kind in CASE_ACTS)
    accepted = 0
    for one in kept:
        if one.id:
            assert cases[one.number].id == one.id
            assert one.notes.items() <= notes[one.id].items(), "an accepted act is lost"
            accepted += len(one.notes)
    for row in cases.values():
        versions = list(range(1, row.version + 1))
        assert sorted(notes[row.id]) == versions, "a case without one of its states"
        assert notes[row.id][row.version] == row.note, "a case unlike its last state"
        assert events[row.id] == row.version, "an act without its event, or an event without its act"
    return accepted


def check_jobs(session: Session, wanted: Iterable[str]) -> int:
    """Every job is done, each of its steps once and in order, its end once; returns how many steps."""
    told: dict[str, list[int]] = defaultdict(list)
    ended: Counter[str] = Counter()
    for one in rows(session):
        if one.kind == "test.counted":
            told[one.subject].append(one.detail["number"])
        ended[one.subject] += one.kind == "job.ended"
    jobs = {row.id: row for row in session.exec(select(JobRow).where(JobRow.kind == "test.count")).all()}
    assert set(wanted) == set(jobs), "a job that was started is not there"
    for job_id, row in jobs.items():
        assert row.state == "done", (job_id, row.state, row.error)
        assert told[job_id] == list(range(1, row.payload["steps"] + 1)), "a step twice, or not at all"
        assert ended[job_id] == 1, "a job that ended twice"
    return sum(len(steps) for steps in told.values())


def check_trail(session: Session) -> int:
    """The chain holds; returns its length."""
    found = verify(session)
    assert found.breaks == ()
    return found.events
