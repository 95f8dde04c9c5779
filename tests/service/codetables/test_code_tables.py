"""Code tables: every code with its words, on pages and as workbooks."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from service.codetables.table import KEEPERS, MARKS
from service.codetables.tables import BY_NAME, TABLES
from service.engine import Engine
from supervision.tasks import code_sets
from tests.databases import MakeClient

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = list(BY_NAME)


class TestTables:
    def test_no_two_have_one_name(self) -> None:
        assert len(BY_NAME) == len(TABLES)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_code_has_chinese_words_and_stands_once(self, engine: Engine, name: str) -> None:
        table = BY_NAME[name]
        rows = table.rows(engine.release)
        assert rows
        assert table.keeper in KEEPERS
        assert [one.code for one in rows if not CHINESE.search(one.name)] == []
        assert {len(one.cells()) for one in rows} == {len(table.headings())}
        keys = [(one.code_set, one.code, one.place, one.since, one.until) for one in rows]
        assert len(set(keys)) == len(keys)

    @pytest.mark.parametrize("name", ["caps", "tiers", "ratios", "least-visits", "repeats", "exemption-rules"])
    def test_values_of_planning_are_said_in_words(self, engine: Engine, name: str) -> None:
        said = " ".join(one.more[0] for one in BY_NAME[name].rows(engine.release))
        assert re.findall(r"[a-z_]{3,}", said) == []

    def test_results_stand_with_their_set(self, engine: Engine) -> None:
        rows = {(one.code_set, one.code): one for one in BY_NAME["inspection-results"].rows(engine.release)}
        assert set(rows) == {(name, code) for name, codes in code_sets().items() for code in codes}
        assert rows["province-results", "6"].more[1] == "通过登记的住所无法联系"
        assert rows["disclosure-results", "6"].name != rows["province-results", "6"].name
        assert rows["province-results", "1"].cells()[-2] == MARKS["V1"]

    def test_a_withdrawn_region_says_what_it_became(self, engine: Engine) -> None:
        rows = {(one.code, one.until): one for one in BY_NAME["regions"].rows(engine.release)}
        assert rows["110103", "2010"].more == ("已撤销", "110101")
        assert rows["210200", ""].more[0] == "现行"


class TestPages:
    def test_an_editor_finds_a_code_and_takes_the_workbook(self, user_client: MakeClient) -> None:
        client = user_client("catalogue_editor")
        page = client.get("/keeper/codes")
        assert page.status_code == 200
        assert all(one.title in page.text for one in TABLES)
        page = client.get("/keeper/codes/inspection-results", params={"q": "province-results"})
        assert "不配合检查情节严重" in page.text
        assert "disclosure-results" not in page.text
        sent = client.get("/keeper/codes/replacement", params={"export": "xlsx"})
        head, first, *_ = CalamineWorkbook.from_filelike(io.BytesIO(sent.content)).get_sheet_by_index(0).to_python()
        assert head == ["代码集", "代码", "名称"]
        assert first == ["province-results", "7", "已关闭停业或正在组织清算"]

    def test_what_is_kept_in_the_catalogue_leads_to_the_draft(self, user_client: MakeClient) -> None:
        page = user_client("catalogue_editor").get("/keeper/codes/thresholds")
        assert 'href="/keeper/catalogue"' in page.text
        assert "湖北省" in page.text
        assert "起草修改" not in user_client("security_admin").get("/keeper/codes/thresholds").text

    def test_there_is_no_other_table(self, user_client: MakeClient) -> None:
        assert user_client("system_admin").get("/keeper/codes/nothing").status_code == 404
