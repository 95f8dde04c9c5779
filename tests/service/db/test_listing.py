"""A list over stored rows: order, filters, pages and the export, on both databases."""

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import Session, col, select

from service.db.database import Database
from service.db.tables.views import SavedViewRow
from service.web.listexport import workbook
from service.web.listing import Cell, Choice, Column, Filter, Listing, contains, equals
from service.web.render import environment
from service.web.views import delete_view, save_view, saved_views
from tests.databases import MakeWork

ROWS = 45
LISTING: Listing[SavedViewRow] = Listing(
    name="trial",
    title="试列表",
    path="/trial",
    columns=(
        Column("id", "编号", lambda row: Cell(row.id, href=f"/trial/{row.id}"), col(SavedViewRow.id)),
        Column("name", "名称", lambda row: Cell(row.name), col(SavedViewRow.name)),
        Column("length", "长度", lambda row: Cell(str(len(row.query))), is_number=True),
        Column("owner", "所有人", lambda row: Cell(row.owner), col(SavedViewRow.owner), is_shown=False),
    ),
    filters=(
        Filter("q", "名称", contains(col(SavedViewRow.name))),
        Filter("owner", "所有人", equals(col(SavedViewRow.owner)), (Choice("a", "甲"), Choice("b", "乙"))),
    ),
    sort="name",
    unique=col(SavedViewRow.id),
)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        for number in range(ROWS):
            owner = "ab"[number % 2]
            name = "=1+1" if number == 0 else f"第{number:02}%_号"
            row = SavedViewRow(id=f"v-{number:02}", owner=owner, listing="x", name=name, query="z" * number)
            session.add(row)
    return database


def ids(session: Session, *query: tuple[str, str]) -> list[str]:
    page = LISTING.state(query).page(session, select(SavedViewRow))
    return [row.id for row in page.rows]


def test_pages_in_order_without_gap_or_overlap(filled: Database) -> None:
    with filled.read() as session:
        found = [one for number in "123" for one in ids(session, ("page", number), ("sort", "id"))]
    assert found == [f"v-{number:02}" for number in range(ROWS)]


def test_falling_order_and_unknown_choices(filled: Database) -> None:
    with filled.read() as session:
        assert ids(session, ("sort", "-id"))[:2] == ["v-44", "v-43"]
        assert ids(session, ("sort", "nothing"), ("page", "x"), ("size", "7"), ("columns", "no")) == ids(session)
        assert ids(session, ("sort", "length")) == ids(session)
        assert ids(session, ("page", "99"), ("sort", "id")) == [f"v-{number}" for number in range(40, 45)]


@pytest.mark.parametrize(("words", "count"), [("号", 44), ("%_", 44), ("_%", 0), ("第0", 9), ("' OR 1=1 --", 0)])
def test_filters_take_words_as_they_stand(filled: Database, words: str, count: int) -> None:
    with filled.read() as session:
        assert LISTING.state([("q", words)]).page(session, select(SavedViewRow)).total == count


def test_filters_narrow_together_and_stand_in_the_address(filled: Database) -> None:
    state = LISTING.state([("q", "号"), ("owner", "a"), ("page", "2"), ("columns", "id"), ("columns", "owner")])
    with filled.read() as session:
        assert state.page(session, select(SavedViewRow)).total == 22
    assert [column.key for column in state.columns] == ["id", "owner"]
    assert state.address(sort="-id") == "/trial?q=%E5%8F%B7&owner=a&columns=id%2Cowner&sort=-id"


def test_the_export_holds_all_that_match_and_no_formula(
    filled: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = LISTING.state([("owner", "a")])
    with filled.read() as session:
        answer = workbook(state, state.everything(session, select(SavedViewRow)))
    file = tmp_path_factory.mktemp("x") / "trial.xlsx"
    file.write_bytes(bytes(answer.body))
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert rows[0] == ["编号", "名称", "长度"]
    assert rows[1] == ["v-00", "=1+1", 0]
    assert len(rows) == 24


def test_the_macros_draw_it(filled: Database) -> None:
    source = '{% from "listing.html" import listing %}{{ listing(page, "试列表", (), "token") }}'
    with filled.read() as session:
        page = LISTING.state([("sort", "-name")]).page(session, select(SavedViewRow))
        html = environment().from_string(source).render(page=page)
    assert 'aria-sort="descending"' in html
    assert "共 <b>45</b> 条，本页第 1–20 条" in html
    assert html.count("<tr>") == 21
    assert "第 1 页，共 3 页" in html


def test_saved_filters_are_each_persons_own(work: MakeWork) -> None:
    with work() as at:
        save_view(at, "trial", "甲的", "owner=a")
        save_view(at, "trial", "甲的", "owner=b")
        save_view(at, "other", "别的", "")
    with work() as at:
        assert [(one.name, one.query) for one in saved_views(at, "trial")] == [("甲的", "owner=b")]
        delete_view(at, "trial", "甲的")
    with work() as at:
        assert saved_views(at, "trial") == []
