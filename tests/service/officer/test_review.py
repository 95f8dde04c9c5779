"""Many cases looked at again: each kind of what stands out, from files and from the database."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from service.casefiles import open_cases
from service.cases.review import Done, Review, review
from service.engine import Engine
from tests.service.officer.desk import HTML, Desk, fault
from tests.service.people import UserClient
from tests.web.conftest import SUPERMARKET

FACTS = {key: value for key, value in SUPERMARKET.items() if key not in {"violation", "place"}}
ORDINARY = {
    "first_violation": "false",
    "correction_status": "refused",
    "goods_value_yuan": "800",
    "source_stated": "false",
    "facts_established": "true",
    "fault": "negligence",
    "harm_level": "minor",
    "harm_eliminated": "false",
    "voluntary_disclosure": "false",
    "merit": "false",
    "coerced_or_deceived": "false",
    "violation_minor": "false",
}
"""Nothing mitigates; the refusal to correct aggravates."""
ROWS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("甲1", "行政处罚", "50000", {}),
    ("甲2", "不予处罚", "", {}),
    ("甲3", "不予处罚", "", ORDINARY),
    ("甲4", "", "", {}),
    ("甲5", "一般", "200000", ORDINARY),
    ("甲6", "一般", "70000", ORDINARY),
    ("甲7", "从重", "90000", ORDINARY),
)


def table(rows: tuple[tuple[str, str, str, dict[str, str]], ...]) -> bytes:
    out = io.StringIO()
    names = list(FACTS | ORDINARY)
    writer = csv.writer(out)
    writer.writerow(["地区", "案由", *names, "_案号", "_处理结果", "_罚款元"])
    for number, result, fine, other in rows:
        facts = FACTS | other
        writer.writerow(["210200", "food-expired-sale", *(facts.get(name, "") for name in names), number, result, fine])
    return out.getvalue().encode()


def looked_at(engine: Engine, tmp_path: Path, data: bytes) -> Review:
    path = tmp_path / "cases.csv"
    path.write_bytes(data)
    with open_cases(path, engine.release) as cases:
        return review(engine.release, cases.blocks(100), date(2026, 11, 25))


def test_each_kind_stands_out_with_its_row(engine: Engine, tmp_path: Path) -> None:
    found = looked_at(engine, tmp_path, table(ROWS))
    kinds = {one.number: one.kind for one in found.noted}
    assert found.total == 7
    assert kinds == {
        "甲1": "punished_may",
        "甲3": "exempted",
        "甲4": "no_penalty",
        "甲5": "fine_beyond",
        "甲6": "fine_tier",
    }
    assert [one.kind for one in found.noted] == ["fine_beyond", "exempted", "fine_tier", "punished_may", "no_penalty"]
    assert [one.row for one in found.noted if one.number == "甲1"] == [1]


def test_a_fine_far_from_its_like_stands_out(engine: Engine, tmp_path: Path) -> None:
    rows: list[tuple[str, str, str, dict[str, str]]] = [
        (f"乙{n}", "处罚", str(fine), {}) for n, fine in enumerate((60000, 60000, 61000, 59000, 60000, 200000))
    ]
    found = looked_at(engine, tmp_path, table(tuple(rows)))
    assert [one.number for one in found.noted if one.kind == "uneven"] == ["乙5"]
    few = looked_at(engine, tmp_path, table(tuple(rows[-4:])))
    assert few.kinds["uneven"] == 0


def test_a_wrong_row_is_told_and_the_others_are_judged(engine: Engine, tmp_path: Path) -> None:
    wrong = table((("丙1", "处罚", "1", {"goods_value_yuan": "很多"}), ("丙2", "处罚", "1", {})))
    found = looked_at(engine, tmp_path, wrong)
    assert {one.number: one.kind for one in found.noted}["丙1"] == "wrong"
    assert found.kinds["punished_may"] == 1


def test_what_the_database_knows_takes_the_place_of_columns(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(table(ROWS[:2]))
    with open_cases(path, engine.release) as cases:
        done = {1: Done("丁1", "no_penalty"), 2: Done("丁2", "general", 100)}
        found = review(engine.release, cases.blocks(1), date(2026, 11, 25), done)
    assert [(one.number, one.kind) for one in found.noted] == [("丁2", "punished_may")]


class TestPage:
    @pytest.fixture
    def desk(self, user_client: Callable[..., UserClient]) -> Desk:
        return Desk(user_client("officer"))

    def send(self, desk: Desk, name: str, data: bytes) -> httpx.Response:
        fields = {"csrf_token": desk.client.form_key}
        return desk.client.request(
            "POST", "/officer/review/file", data=fields, files={"cases": (name, data)}, headers=HTML
        )

    def test_a_file_gives_a_table_that_can_be_filtered_and_exported(self, desk: Desk) -> None:
        sent = self.send(desk, "2025年.csv", table(ROWS))
        assert sent.status_code == 303, fault(sent)
        address = sent.headers["location"]
        page = desk.get(address).text
        assert "2025年.csv" in page
        assert "甲1" in page
        narrowed = desk.get(f"{address}?kind=no_penalty").text
        assert "甲4" in narrowed
        assert "甲1" not in narrowed
        assert desk.client.get(f"{address}?export=xlsx").content[:2] == b"PK"

    def test_decisions_of_the_database_lead_to_their_cases(self, desk: Desk) -> None:
        address = desk.save(number="戊1")
        assert desk.post("/officer/review/year", year="2026").status_code == 422
        desk.post(f"{address}/decision", version="1", chosen="general", fine_yuan="70000", reason="理由充分")
        done = desk.post("/officer/review/year", year="2026")
        page = desk.get(done.headers["location"])
        assert "可以不予处罚，给予了处罚" in page.text
        assert any(one.get("href") == address for one in page.all("a"))
        assert desk.post("/officer/review/year", year="1066").status_code == 422

    def test_wrong_files_are_refused_in_words(self, desk: Desk) -> None:
        for name, data, words in (
            ("cases.exe", b"MZ", "文件种类不对"),
            ("cases.xlsx", b"PK no workbook", "内容与种类不符"),
            ("cases.docx", b"PK no document", "内容与种类不符"),
            ("cases.json", b"{}", "文件种类不对"),
            ("cases.csv", "没有这一列\n1\n".encode(), "不认识的列"),
            ("", b"", "没有选文件"),
        ):
            answer = self.send(desk, name, data)
            assert (answer.status_code, words in answer.text) == (422, True), name

    def test_an_outcome_belongs_to_the_one_who_asked(self, desk: Desk, user_client: Callable[..., UserClient]) -> None:
        address = self.send(desk, "a.csv", table(ROWS)).headers["location"]
        Desk(user_client("officer")).get(address, 404)
        desk.get("/officer/review/" + "0" * 64, 404)
        desk.get("/officer/review/x", 404)
