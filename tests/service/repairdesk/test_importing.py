"""Registers in four steps: what was looked at is what is applied, once; faulty rows stay out with their reason."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import func, select

from credit.synthetic import headings, rows
from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.repairs import RecordRow
from service.errors import HttpError, StateError
from service.repairdesk import importing, records
from service.repairdesk.model import RegisterImport
from tests.databases import MakeWork
from tests.service.repairdesk.clerks import at_noon, entered, opened, person

DAY = "2026-11-24"
HEAD = (
    "行政相对人名称",
    "行政相对人代码_1",
    "行政处罚决定书文号",
    "处罚类别",
    "罚款金额(万元)",
    "处罚决定日期",
    "处罚机关",
    "公示日期",
)
FIRST = (
    "甲公司",
    "91210200MA0QC4XG62",
    "大处罚〔2026〕1号",
    "罚款、没收违法所得",
    "0.12",
    "2026-04-10",
    "大连市市场监督管理局",
    "2026-04-15",
)


def as_csv(*lines: tuple[object, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def read(work: MakeWork, data: bytes, name: str = "登记簿.csv") -> RegisterImport:
    with work(person(Permission.REPAIR_IMPORT), at_noon(DAY)) as at:
        return importing.read(at, name, data)


def applied(work: MakeWork, one: RegisterImport) -> RegisterImport:
    with work(person(Permission.REPAIR_IMPORT), at_noon(DAY)) as at:
        return importing.apply(at, one.id, one.version)


def count(work: MakeWork) -> int:
    with work(person(Permission.REPAIR_READ)) as at:
        return at.session.exec(select(func.count()).select_from(RecordRow)).one()


def test_nothing_is_a_record_before_it_is_applied_and_each_becomes_one_once(work: MakeWork) -> None:
    data = as_csv(headings(local=True), *rows(300, 4, date(2026, 11, 24), local=True))
    one = read(work, data)
    assert one.figures["rows"] == 300
    assert one.figures["problems"] == len(one.figures["first_problems"]) > 0
    assert sum(one.figures["outcomes"].values()) == one.figures["readable"] == 300 - one.figures["problems"]
    assert count(work) == 0
    done = applied(work, one)
    assert done.figures["added"] == one.figures["new"] == count(work)
    with pytest.raises(StateError, match="import_not_read"):
        applied(work, done)
    again = applied(work, read(work, data))
    assert (again.figures["added"], again.figures["changed"]) == (0, 0)
    assert count(work) == done.figures["added"]


def test_what_the_desk_knows_of_a_record_stays(work: MakeWork) -> None:
    applied(work, read(work, as_csv(HEAD, FIRST)))
    with work(person(Permission.REPAIR_EDIT)) as at:
        row = at.session.exec(select(RecordRow)).one()
        document = {**row.document, "conduct": {"corrected": True, "duties_performed": True}}
        records.change(at, row.id, 1, document)
    changed = applied(work, read(work, as_csv(HEAD, (*FIRST[:4], "0.15", *FIRST[5:]))))
    assert (changed.figures["changed"], changed.figures["added"]) == (1, 0)
    with work(person(Permission.REPAIR_READ)) as at:
        record = store.record(at.session, at.actor, row.id)
        assert record.part("decision")["fine_yuan"] == 1500
        assert record.part("conduct") == {"corrected": True, "duties_performed": True}


def test_a_register_does_not_change_what_is_under_repair(work: MakeWork) -> None:
    record = entered(work)
    opened(work, record)
    decision, party = record.part("decision"), record.part("party")
    line = (
        party["name"],
        party["uscc"],
        decision["number"],
        "罚款",
        "9",
        decision["decided_on"],
        decision["authority"],
        "2026-04-15",
    )
    applied(work, read(work, as_csv(HEAD, line)))
    with work(person(Permission.REPAIR_READ)) as at:
        assert store.record(at.session, at.actor, record.id).part("decision") == decision


def test_the_workbook_says_of_each_row_what_was_found(work: MakeWork) -> None:
    one = read(work, as_csv(HEAD, FIRST, (*FIRST[:3], "约谈", *FIRST[4:]), (*FIRST[:3], "没收违法所得", *FIRST[4:])))
    with work(person(Permission.REPAIR_READ), at_noon(DAY)) as at:
        data = importing.workbook(at, one)
    lines = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [line[7] for line in lines[1:]] == ["是", "否", "是"]
    assert "处罚类别" in str(lines[2][8])
    assert "按罚款处理" in str(lines[3][8])
    assert "重复" in str(lines[1][8])


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("登记簿.pdf", b"%PDF", "import_kind"),
        ("登记簿.csv", as_csv(HEAD), "import_empty"),
        ("登记簿.csv", as_csv(("甲", "乙"), ("1", "2")), "register_no_headings"),
    ],
)
def test_what_is_no_register_is_told(work: MakeWork, name: str, data: bytes, code: str) -> None:
    with pytest.raises(InputError, match=code):
        read(work, data, name)


def test_another_department_does_not_see_it(work: MakeWork) -> None:
    one = read(work, as_csv(HEAD, FIRST))
    with pytest.raises(HttpError), work(person(Permission.REPAIR_IMPORT, department="other")) as at:
        importing.apply(at, one.id, one.version)
    with work(person(Permission.REPAIR_IMPORT), at_noon(DAY)) as at:
        assert importing.drop(at, one.id, one.version).status == "dropped"
